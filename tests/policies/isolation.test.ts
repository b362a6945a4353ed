import { isolationRules } from "../../policies/rules/isolation.ts";
import {
  clusterRole,
  denyAll,
  deployment,
  ingressNginx,
  limits,
  namespace,
  openDns,
  quota,
} from "./kubernetes-fixtures.ts";
import { change, testRules, type CasesByRule, type Given } from "./support.ts";

const elsewhere = (given: Given): Given => change(given, "metadata.namespace", "other");
/** As the engine shows it in the preview of a cluster that does not exist yet. */
const unknown: Given = { ...namespace, props: {} };

export const cases: CasesByRule = {
  "namespace-default-deny": {
    passes: {
      "a closed namespace": [namespace, denyAll],
      "a namespace closed by two policies": [
        namespace,
        change(denyAll, "spec.policyTypes", ["Ingress"]),
        change(denyAll, "spec.policyTypes", ["Egress"]),
      ],
      "a namespace of which nothing is known yet": [unknown],
    },
    fails: {
      "an open namespace beside a closed one": [
        [namespace, elsewhere(denyAll)],
        "no NetworkPolicy denies Ingress by default in namespace api: add one that selects all pods and has no rule",
        "no NetworkPolicy denies Egress by default in namespace api: add one that selects all pods and has no rule",
      ],
      "a policy for some pods, and one with a rule": [
        [
          namespace,
          change(denyAll, "spec.podSelector", { matchLabels: { app: "api" } }),
          change(denyAll, "spec.ingress", [{}]),
        ],
        "no NetworkPolicy denies Ingress by default in namespace api: add one that selects all pods and has no rule",
      ],
    },
  },
  "namespace-dns-open": {
    passes: { "a namespace that resolves names": [namespace, openDns] },
    fails: {
      "a namespace that cannot": [
        [namespace, denyAll],
        "no NetworkPolicy opens port 53 in namespace api: no pod could resolve a name",
      ],
    },
  },
  "namespace-quota": {
    passes: {
      "an application within limits": [namespace, deployment, quota, limits],
      "a namespace without applications": [namespace],
    },
    fails: {
      "an application without limits": [
        [namespace, deployment, elsewhere(quota)],
        "namespace api has no ResourceQuota (config slipway:apps.<app>.quota)",
        "namespace api has no LimitRange (config slipway:apps.<app>.quota)",
      ],
    },
  },
  "default-namespace-unused": {
    passes: {
      "objects and releases in a namespace, and such that lie in none": [
        deployment,
        ingressNginx,
        change(clusterRole, "metadata.namespace", undefined),
      ],
    },
    fails: {
      "an object and a release without one": [
        [
          change(deployment, "metadata.namespace", undefined),
          change(ingressNginx, "namespace", "default"),
        ],
        'the namespace is "default": name another (config slipway:apps.<app>.namespace)',
        'the namespace is "default": name another (config slipway:apps.<app>.namespace)',
      ],
    },
  },
};

testRules(isolationRules, cases);
