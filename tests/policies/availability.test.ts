import { availabilityRules } from "../../policies/rules/availability.ts";
import { cluster } from "./aws-fixtures.ts";
import { autoscaler, budget, configMap, deployment, service } from "./kubernetes-fixtures.ts";
import { change, testRules, type CasesByRule, type Given } from "./support.ts";

const single = change(autoscaler, "spec.minReplicas", 1);
const unprotected = change(cluster, "deletionProtection", false);
const container = (path: string, value: unknown): Given =>
  change(deployment, `spec.template.spec.containers.0.${path}`, value);
const worker = container("ports", undefined);
const keepsTwo = change(change(budget, "spec.maxUnavailable", undefined), "spec.minAvailable", 2);

export const cases: CasesByRule = {
  "replicas-two-when-protected": {
    passes: {
      "two pods": [cluster, service, deployment, autoscaler],
      "one where nothing must be kept": [unprotected, service, deployment, single],
      "one worker, which no Service finds": [cluster, deployment, single],
    },
    fails: {
      "one pod in a protected stack": [
        [cluster, service, deployment, single],
        "api/api may run 1 pods in a protected stack: 2 or more are needed (config slipway:apps.<app>.replicas.min)",
      ],
    },
  },
  "disruption-budget-present": {
    passes: {
      "a budget for two pods": [service, deployment, autoscaler, budget],
      "none for one pod": [service, change(deployment, "spec.replicas", 1)],
    },
    fails: {
      "no budget for two pods": [
        [service, change(deployment, "spec.replicas", 2)],
        "api/api has no PodDisruptionBudget that selects its pods",
      ],
    },
  },
  "disruption-budget-allows-one": {
    passes: {
      "one pod at a time": [deployment, autoscaler, budget],
      "one pod kept of two": [deployment, autoscaler, change(keepsTwo, "spec.minAvailable", 1)],
      "half of two": [deployment, autoscaler, change(keepsTwo, "spec.minAvailable", "50%")],
    },
    fails: {
      "two pods kept of two": [
        [deployment, autoscaler, keepsTwo],
        "api/api lets none of 2 pods go, so that no node can be drained: minAvailable below the fewest pods is allowed (config slipway:apps.<app>.replicas.minAvailable)",
      ],
      "a budget whose labels match nothing": [
        [deployment, autoscaler, change(budget, "spec.selector.matchLabels", { service: "api" })],
        "api/api selects the pods of no Deployment: its labels match none",
      ],
    },
  },
  "disruption-budget-unhealthy": {
    passes: { "broken pods that go": [budget] },
    fails: {
      "broken pods that block": [
        [change(budget, "spec.unhealthyPodEvictionPolicy", undefined)],
        'spec.unhealthyPodEvictionPolicy is unset: only "AlwaysAllow" is allowed, or broken pods block node drains',
      ],
    },
  },
  "rollout-without-gap": {
    passes: {
      "new pods first": [deployment],
      "a worker of which there may be one only": [
        change(worker, "spec.strategy", { type: "Recreate" }),
      ],
    },
    fails: {
      "old pods first, and no wait": [
        [
          change(
            change(deployment, "spec.strategy.rollingUpdate", { maxUnavailable: 1, maxSurge: 0 }),
            "spec.minReadySeconds",
            0,
          ),
        ],
        "maxUnavailable is 1: only 0 is allowed",
        "maxSurge is 0: 1 or more is allowed (config slipway:apps.<app>.rollout.maxSurge)",
        "minReadySeconds is 0: 1 or more is allowed (config slipway:apps.<app>.rollout.minReadySeconds)",
      ],
    },
  },
  "rollout-fails-in-time": {
    passes: {
      "a deadline below Pulumi's": [deployment],
      "a deadline below the annotated one": [
        {
          ...change(deployment, "metadata.annotations", { "pulumi.com/timeoutSeconds": "181" }),
          timeoutSeconds: 0,
        },
      ],
    },
    fails: {
      "a deadline above Pulumi's": [
        [{ ...deployment, timeoutSeconds: 120 }],
        "progressDeadlineSeconds is 180 and Pulumi waits 120 s: the deadline must be shorter (config slipway:apps.<app>.rollout)",
      ],
      "two defaults of ten minutes": [
        [{ ...change(deployment, "spec.progressDeadlineSeconds", undefined), timeoutSeconds: 0 }],
        "progressDeadlineSeconds is 600 and Pulumi waits 600 s: the deadline must be shorter (config slipway:apps.<app>.rollout)",
      ],
    },
  },
  "probes-complete": {
    passes: { "three probes": [deployment], "a worker without any": [worker] },
    fails: {
      "a missing probe": [
        [container("startupProbe", undefined)],
        'container "api" has no startupProbe',
      ],
    },
  },
  "liveness-without-database": {
    passes: {
      "two questions": [configMap, deployment],
      "one question without a database": [
        change(configMap, "data", { LOG_LEVEL: "info" }),
        container("livenessProbe.httpGet.path", "/status/ready"),
      ],
    },
    fails: {
      "one question with a database": [
        [configMap, container("livenessProbe.httpGet.path", "/status/ready")],
        'liveness and readiness of container "api" both ask /status/ready: ask for something that does not need the database (config slipway:apps.<app>.health.liveness)',
      ],
    },
  },
  "shutdown-graceful": {
    passes: { "a sleep and a drain": [deployment] },
    fails: {
      "no sleep": [
        [container("lifecycle", undefined)],
        'container "api" does not wait before it stops: set lifecycle.preStop.sleep (config slipway:apps.<app>.rollout.preStopSeconds)',
      ],
      "a sleep that uses up the grace": [
        [container("lifecycle.preStop.sleep.seconds", 30)],
        'terminationGracePeriodSeconds is 35 and preStop of container "api" takes 30 s: 36 or more are needed',
      ],
    },
  },
  "pods-spread": {
    passes: { "zones and nodes": [deployment] },
    fails: {
      "zones only": [
        [
          change(deployment, "spec.template.spec.topologySpreadConstraints", [
            { topologyKey: "topology.kubernetes.io/zone" },
          ]),
        ],
        "pods are not spread over kubernetes.io/hostname: add topologySpreadConstraints",
      ],
    },
  },
};

testRules(availabilityRules, cases);
