import { at, hasKey, judgeEach, keysAt, listAt, textAt, textsAt } from "./read.ts";
import { namespaceOf, objectsOf, type Rule, type StackResource } from "./rule.ts";

const namespace = "kubernetes:core/v1:Namespace";
const networkPolicy = "kubernetes:networking.k8s.io/v1:NetworkPolicy";

/** Kinds that lie in no namespace. */
const clusterScoped = [
  "APIService",
  "ClusterIssuer",
  "ClusterRole",
  "ClusterRoleBinding",
  "ClusterSecretStore",
  "CSIDriver",
  "CustomResourceDefinition",
  "GatewayClass",
  "IngressClass",
  "IngressClassParams",
  "MutatingWebhookConfiguration",
  "Namespace",
  "NodeClass",
  "NodePool",
  "PersistentVolume",
  "PriorityClass",
  "RuntimeClass",
  "StorageClass",
  "ValidatingAdmissionPolicy",
  "ValidatingAdmissionPolicyBinding",
  "ValidatingWebhookConfiguration",
];

/** Namespaces that the stack makes, each with its name. */
function namespacesOf(resources: readonly StackResource[]): { name: string; urn: string }[] {
  return objectsOf(resources, namespace).map(({ props, urn }) => ({
    name: textAt(props, "metadata", "name") ?? "",
    urn,
  }));
}

function policiesIn(resources: readonly StackResource[], name: string): StackResource[] {
  return objectsOf(resources, networkPolicy).filter(({ props }) => namespaceOf(props) === name);
}

/** Directions that a policy closes for all pods of its namespace. */
function closedBy(policy: unknown): string[] {
  const selector = at(policy, "spec", "podSelector");
  const conditions = [...keysAt(selector, "matchLabels"), ...listAt(selector, "matchExpressions")];
  if (conditions.length > 0) return [];
  return textsAt(policy, "spec", "policyTypes").filter(
    (direction) => listAt(policy, "spec", direction.toLowerCase()).length === 0,
  );
}

function opensDns(policy: unknown): boolean {
  return listAt(policy, "spec", "egress").some((rule) =>
    listAt(rule, "ports").some((port) => at(port, "port") === 53),
  );
}

export const isolationRules: readonly Rule[] = [
  {
    name: "namespace-default-deny",
    description:
      "Every namespace is closed in both directions to what no NetworkPolicy names (K10; CIS 4.3.2, KS C-0030).",
    tags: ["K10"],
    enforcementLevel: "mandatory",
    validateStack: ({ resources }, report) => {
      judgeEach(namespacesOf(resources), ({ name, urn }) => {
        const closed = policiesIn(resources, name).flatMap(({ props }) => closedBy(props));
        for (const direction of ["Ingress", "Egress"]) {
          if (closed.includes(direction)) continue;
          report(
            `no NetworkPolicy denies ${direction} by default in namespace ${name}: add one that selects all pods and has no rule`,
            urn,
          );
        }
      });
    },
  },
  {
    name: "namespace-dns-open",
    description: "In every namespace a NetworkPolicy lets pods ask for names (K10).",
    tags: ["K10"],
    enforcementLevel: "mandatory",
    validateStack: ({ resources }, report) => {
      judgeEach(namespacesOf(resources), ({ name, urn }) => {
        if (policiesIn(resources, name).some(({ props }) => opensDns(props))) return;
        report(
          `no NetworkPolicy opens port 53 in namespace ${name}: no pod could resolve a name`,
          urn,
        );
      });
    },
  },
  {
    name: "namespace-quota",
    description:
      "Namespaces of applications have a ResourceQuota and a LimitRange (K11; TRV KSV-0040).",
    tags: ["K11"],
    enforcementLevel: "mandatory",
    validateStack: ({ resources }, report) => {
      const applications = objectsOf(
        resources,
        "kubernetes:apps/v1:Deployment",
        "kubernetes:batch/v1:CronJob",
      ).map(({ props }) => namespaceOf(props));
      judgeEach(namespacesOf(resources), ({ name, urn }) => {
        if (!applications.includes(name)) return;
        for (const kind of ["ResourceQuota", "LimitRange"]) {
          const found = objectsOf(resources, `kubernetes:core/v1:${kind}`);
          if (found.some(({ props }) => namespaceOf(props) === name)) continue;
          report(`namespace ${name} has no ${kind} (config slipway:apps.<app>.quota)`, urn);
        }
      });
    },
  },
  {
    name: "default-namespace-unused",
    description: "Nothing lies in the namespace default (K11; CIS 4.5.2).",
    tags: ["K11"],
    enforcementLevel: "mandatory",
    validateResource: ({ type, props }, report) => {
      const isRelease = type === "kubernetes:helm.sh/v3:Release";
      const kind = type.split(":").at(-1) ?? "";
      const isObject = type.startsWith("kubernetes:") && hasKey(props, "kind");
      if (!isRelease && (!isObject || clusterScoped.includes(kind))) return;
      const found = textAt(props, ...(isRelease ? [] : ["metadata"]), "namespace") ?? "default";
      if (found !== "default") return;
      report('the namespace is "default": name another (config slipway:apps.<app>.namespace)');
    },
  },
];
