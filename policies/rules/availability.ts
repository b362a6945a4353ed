import { containers, podSpec, podTemplate, type Container } from "./pods.ts";
import {
  at,
  fieldsOf,
  hasKey,
  judgeEach,
  keysAt,
  listAt,
  numberAt,
  shown,
  shownAll,
  textAt,
} from "./read.ts";
import {
  isProtected,
  namespaceOf,
  objectName,
  objectsOf,
  type Rule,
  type StackResource,
} from "./rule.ts";

const deployment = "kubernetes:apps/v1:Deployment";
const budget = "kubernetes:policy/v1:PodDisruptionBudget";
const autoscaler = "kubernetes:autoscaling/v2:HorizontalPodAutoscaler";

/** Whether labels that a selector asks for are all among those of a workload's pods. */
function selects(selector: unknown, workload: StackResource): boolean {
  const keys = keysAt(selector);
  const labels = at(podTemplate(workload.type, workload.props), "metadata", "labels");
  return keys.length > 0 && keys.every((key) => at(selector, key) === at(labels, key));
}

/** Workloads of a namespace whose pods a selector finds. */
function selected(
  resources: readonly StackResource[],
  namespace: string,
  selector: unknown,
): StackResource[] {
  return objectsOf(resources, deployment).filter(
    (each) => namespaceOf(each.props) === namespace && selects(selector, each),
  );
}

/** Deployments behind a Service. */
function servedDeployments(resources: readonly StackResource[]): StackResource[] {
  const served = objectsOf(resources, "kubernetes:core/v1:Service").flatMap(({ props }) =>
    selected(resources, namespaceOf(props), at(props, "spec", "selector")),
  );
  return [...new Set(served)];
}

/** Fewest pods of a Deployment: the autoscaler's, else its own number. */
function fewestPods(resources: readonly StackResource[], workload: StackResource): number {
  const scaled = objectsOf(resources, autoscaler).find(
    ({ props }) =>
      namespaceOf(props) === namespaceOf(workload.props) &&
      at(props, "spec", "scaleTargetRef", "name") === at(workload.props, "metadata", "name"),
  );
  return scaled === undefined
    ? (numberAt(workload.props, "spec", "replicas") ?? 1)
    : (numberAt(scaled.props, "spec", "minReplicas") ?? 1);
}

/** Number that a count or a percentage of pods stands for. */
function podCount(value: unknown, pods: number): number | undefined {
  if (typeof value === "number") return value;
  if (typeof value !== "string" || !/^\d+%$/.test(value)) return undefined;
  return Math.ceil((Number.parseInt(value, 10) * pods) / 100);
}

/** Pods that a budget lets a node drain take at the fewest. */
function disruptions(spec: unknown, pods: number): number {
  const most = podCount(at(spec, "maxUnavailable"), pods);
  if (most !== undefined) return most;
  return pods - (podCount(at(spec, "minAvailable"), pods) ?? pods);
}

/** Containers of a Deployment that take connections. */
function servers(type: string, props: unknown): Container[] {
  if (type !== deployment) return [];
  return containers(podSpec(type, props)).filter(
    ({ content }) => listAt(content, "ports").length > 0,
  );
}

export const availabilityRules: readonly Rule[] = [
  {
    name: "replicas-two-when-protected",
    description:
      "In a stack with deletion protection everything behind a Service has two pods or more (Q01, APP-9).",
    tags: ["Q01", "APP-9"],
    enforcementLevel: "mandatory",
    validateStack: ({ resources }, report) => {
      if (!isProtected(resources)) return;
      judgeEach(servedDeployments(resources), (workload) => {
        const pods = fewestPods(resources, workload);
        if (pods >= 2) return;
        report(
          `${objectName(workload.props)} may run ${String(pods)} pods in a protected stack: 2 or more are needed (config slipway:apps.<app>.replicas.min)`,
          workload.urn,
        );
      });
    },
  },
  {
    name: "disruption-budget-present",
    description:
      "Everything behind a Service with two pods or more has a PodDisruptionBudget (Q01, APP-11; POL missingPodDisruptionBudget).",
    tags: ["Q01", "APP-11"],
    enforcementLevel: "mandatory",
    validateStack: ({ resources }, report) => {
      const guarded = objectsOf(resources, budget).flatMap(({ props }) =>
        selected(resources, namespaceOf(props), at(props, "spec", "selector", "matchLabels")),
      );
      judgeEach(servedDeployments(resources), (workload) => {
        if (guarded.includes(workload) || fewestPods(resources, workload) < 2) return;
        report(
          `${objectName(workload.props)} has no PodDisruptionBudget that selects its pods`,
          workload.urn,
        );
      });
    },
  },
  {
    name: "disruption-budget-allows-one",
    description:
      "A PodDisruptionBudget selects pods and lets one go (Q01, Q05, APP-11; POL pdbDisruptionsIsZero).",
    tags: ["Q01", "Q05", "APP-11"],
    enforcementLevel: "mandatory",
    validateStack: ({ resources }, report) => {
      judgeEach(objectsOf(resources, budget), ({ props, urn }) => {
        const selector = at(props, "spec", "selector", "matchLabels");
        const workloads = selected(resources, namespaceOf(props), selector);
        if (workloads.length === 0) {
          report(
            `${objectName(props)} selects the pods of no Deployment: its labels match none`,
            urn,
          );
        }
        for (const workload of workloads) {
          const pods = fewestPods(resources, workload);
          if (disruptions(at(props, "spec"), pods) >= 1) continue;
          report(
            `${objectName(props)} lets none of ${String(pods)} pods go, so that no node can be drained: minAvailable below the fewest pods is allowed (config slipway:apps.<app>.replicas.minAvailable)`,
            urn,
          );
        }
      });
    },
  },
  {
    name: "disruption-budget-unhealthy",
    description: "A PodDisruptionBudget lets broken pods go at any time (Q01; BPG).",
    tags: ["Q01"],
    enforcementLevel: "mandatory",
    validateResource: ({ type, props }, report) => {
      if (type !== budget) return;
      const eviction = at(props, "spec", "unhealthyPodEvictionPolicy");
      if (eviction === "AlwaysAllow") return;
      report(
        `spec.unhealthyPodEvictionPolicy is ${shown(eviction)}: only "AlwaysAllow" is allowed, or broken pods block node drains`,
      );
    },
  },
  {
    name: "rollout-without-gap",
    description:
      "Rollouts take no pod away before a new one is ready for some seconds (Q02; KL no-rolling-update-strategy).",
    tags: ["Q02"],
    enforcementLevel: "mandatory",
    validateResource: ({ type, props }, report) => {
      if (servers(type, props).length === 0) return;
      const strategy = at(props, "spec", "strategy", "rollingUpdate");
      const unavailable = at(strategy, "maxUnavailable");
      if (unavailable !== 0 && unavailable !== "0%") {
        report(`maxUnavailable is ${shown(unavailable)}: only 0 is allowed`);
      }
      const surge = at(strategy, "maxSurge");
      if (surge === 0 || surge === "0%") {
        report(
          `maxSurge is ${shown(surge)}: 1 or more is allowed (config slipway:apps.<app>.rollout.maxSurge)`,
        );
      }
      const ready = numberAt(props, "spec", "minReadySeconds") ?? 0;
      if (ready > 0) return;
      report(
        "minReadySeconds is 0: 1 or more is allowed (config slipway:apps.<app>.rollout.minReadySeconds)",
      );
    },
  },
  {
    name: "rollout-fails-in-time",
    description:
      "A rollout without progress fails before Pulumi gives up waiting, so that the error has a cause (Q02).",
    tags: ["Q02"],
    enforcementLevel: "mandatory",
    validateResource: ({ type, props, opts }, report) => {
      if (type !== deployment) return;
      const deadline = numberAt(props, "spec", "progressDeadlineSeconds") ?? 600;
      const annotation = textAt(props, "metadata", "annotations", "pulumi.com/timeoutSeconds");
      const given = [opts.customTimeouts.createSeconds, opts.customTimeouts.updateSeconds];
      // Zero stands for the provider's default of ten minutes.
      const waits = given.map((seconds) => seconds || Number(annotation ?? 600));
      const shortest = Math.min(...waits);
      if (deadline < shortest) return;
      report(
        `progressDeadlineSeconds is ${String(deadline)} and Pulumi waits ${String(shortest)} s: the deadline must be shorter (config slipway:apps.<app>.rollout)`,
      );
    },
  },
  {
    name: "probes-complete",
    description: "Servers have readiness, liveness and startup probes (Q03, APP-4, APP-6; BPG).",
    tags: ["Q03", "APP-4", "APP-6"],
    enforcementLevel: "mandatory",
    validateResource: ({ type, props }, report) => {
      judgeEach(servers(type, props), ({ name, content }) => {
        const probes = ["readinessProbe", "livenessProbe", "startupProbe"];
        const missing = probes.filter((probe) => at(content, probe) === undefined);
        if (missing.length > 0) report(`container ${shown(name)} has no ${shownAll(missing)}`);
      });
    },
  },
  {
    name: "liveness-without-database",
    description:
      "Where there is a database, liveness does not ask what readiness asks, or its loss would restart every pod (Q03; BPG).",
    tags: ["Q03"],
    enforcementLevel: "mandatory",
    validateStack: ({ resources }, report) => {
      const withDatabase = objectsOf(resources, "kubernetes:core/v1:ConfigMap")
        .filter(({ props }) => hasKey(at(props, "data"), "DATABASE_HOST"))
        .map(({ props }) => namespaceOf(props));
      judgeEach(objectsOf(resources, deployment), ({ type, props, urn }) => {
        if (!withDatabase.includes(namespaceOf(props))) return;
        for (const { name, content } of servers(type, props)) {
          const liveness = textAt(content, "livenessProbe", "httpGet", "path");
          const readiness = textAt(content, "readinessProbe", "httpGet", "path");
          if (liveness === undefined || liveness !== readiness) continue;
          report(
            `liveness and readiness of container ${shown(name)} both ask ${liveness}: ask for something that does not need the database (config slipway:apps.<app>.health.liveness)`,
            urn,
          );
        }
      });
    },
  },
  {
    name: "shutdown-graceful",
    description:
      "Servers still answer while load balancers forget them, and have time to finish (Q04, APP-8; KEP-3960).",
    tags: ["Q04", "APP-8"],
    enforcementLevel: "mandatory",
    validateResource: ({ type, props }, report) => {
      const grace = numberAt(podSpec(type, props), "terminationGracePeriodSeconds") ?? 30;
      judgeEach(servers(type, props), ({ name, content }) => {
        const sleep = numberAt(content, "lifecycle", "preStop", "sleep", "seconds") ?? 0;
        if (sleep < 1) {
          report(
            `container ${shown(name)} does not wait before it stops: set lifecycle.preStop.sleep (config slipway:apps.<app>.rollout.preStopSeconds)`,
          );
        }
        if (grace >= sleep + 6) return;
        report(
          `terminationGracePeriodSeconds is ${String(grace)} and preStop of container ${shown(name)} takes ${String(sleep)} s: ${String(sleep + 6)} or more are needed`,
        );
      });
    },
  },
  {
    name: "pods-spread",
    description:
      "Servers are spread over zones and nodes (Q05, APP-17; POL topologySpreadConstraint).",
    tags: ["Q05", "APP-17"],
    enforcementLevel: "mandatory",
    validateResource: ({ type, props }, report) => {
      if (servers(type, props).length === 0) return;
      const spread = listAt(podSpec(type, props), "topologySpreadConstraints").map((constraint) =>
        textAt(fieldsOf(constraint), "topologyKey"),
      );
      const missing = ["topology.kubernetes.io/zone", "kubernetes.io/hostname"].filter(
        (key) => !spread.includes(key),
      );
      if (missing.length === 0) return;
      report(`pods are not spread over ${shownAll(missing)}: add topologySpreadConstraints`);
    },
  },
];
