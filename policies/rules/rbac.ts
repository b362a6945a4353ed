import { excepted } from "./exceptions.ts";
import { at, judgeEach, known, listAt, shown, shownAll, textsAt } from "./read.ts";
import type { Rule } from "./rule.ts";

const group = "kubernetes:rbac.authorization.k8s.io/v1";
const clusterRole = `${group}:ClusterRole`;

/** Verbs and resources by which a role gains rights beyond its own. */
const escalations: readonly { readonly resource: RegExp; readonly verbs: readonly string[] }[] = [
  { resource: /./, verbs: ["bind", "escalate", "impersonate"] },
  { resource: /^nodes\/proxy$/, verbs: ["get", "create"] },
  { resource: /^serviceaccounts\/token$/, verbs: ["create"] },
  {
    resource: /^(?:validating|mutating)webhookconfigurations$/,
    verbs: ["create", "update", "patch", "delete"],
  },
];

interface Right {
  readonly groups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

/** Judges each rule of a Role or ClusterRole. */
function judgeRights(type: string, props: unknown, judge: (right: Right) => void): void {
  if (type !== clusterRole && type !== `${group}:Role`) return;
  judgeEach(listAt(props, "rules"), (rule) => {
    judge({
      groups: textsAt(rule, "apiGroups"),
      resources: textsAt(rule, "resources"),
      verbs: textsAt(rule, "verbs"),
    });
  });
}

export const rbacRules: readonly Rule[] = [
  {
    name: "rbac-no-cluster-admin",
    description:
      "Nobody is bound to cluster-admin (R01; CIS 4.1.1, KL cluster-admin-role-binding).",
    tags: ["R01", "ACC-1"],
    enforcementLevel: "mandatory",
    validateResource: ({ type, name, props }, report) => {
      if (type !== `${group}:ClusterRoleBinding` && type !== `${group}:RoleBinding`) return;
      // A name that is not known yet is that of a role made in the same run.
      if (known(() => at(props, "roleRef", "name")) !== "cluster-admin") return;
      const onlyGroups = listAt(props, "subjects").every(
        (subject) => at(subject, "kind") === "Group",
      );
      if (onlyGroups && excepted("rbac-no-cluster-admin", { type, name })) return;
      report("the binding is to cluster-admin: bind to a role that lists what is needed");
    },
  },
  {
    name: "rbac-no-wildcards",
    description:
      "Roles list their groups, resources and verbs (R02, ACC-2; CIS 4.1.3, CKV_K8S_49).",
    tags: ["R02", "ACC-2"],
    enforcementLevel: "mandatory",
    validateResource: ({ type, props }, report) => {
      judgeRights(type, props, ({ groups, resources, verbs }) => {
        const wild = [
          ...(groups.includes("*") ? ["apiGroups"] : []),
          ...(resources.some((resource) => resource.includes("*")) ? ["resources"] : []),
          ...(verbs.includes("*") ? ["verbs"] : []),
        ];
        if (wild.length === 0) return;
        report(`a rule has * in ${shownAll(wild)}: list what is needed`);
      });
    },
  },
  {
    name: "rbac-no-secret-reading",
    description: "No ClusterRole reads Secrets of all namespaces (R02, ACC-2; CIS 4.1.2).",
    tags: ["R02", "ACC-2"],
    enforcementLevel: "mandatory",
    validateResource: ({ type, name, props }, report) => {
      if (type !== clusterRole) return;
      judgeRights(type, props, ({ resources, verbs }) => {
        const reading = verbs.filter((verb) => ["get", "list", "watch", "*"].includes(verb));
        if (!resources.includes("secrets") || reading.length === 0) return;
        if (excepted("rbac-no-secret-reading", { type, name })) return;
        report(
          `secrets of all namespaces may be read by ${shownAll(reading)}: give a Role in the namespace, or write rights only`,
        );
      });
    },
  },
  {
    name: "rbac-no-escalation",
    description:
      "No role gains rights beyond its own: no bind, escalate, impersonate, node proxy, token or webhook rights (R03; CIS 4.1.8-4.1.12).",
    tags: ["R03"],
    enforcementLevel: "mandatory",
    validateResource: ({ type, props }, report) => {
      judgeRights(type, props, ({ resources, verbs }) => {
        for (const resource of resources) {
          const found = escalations
            .filter((each) => each.resource.test(resource))
            .flatMap((each) => each.verbs.filter((verb) => verbs.includes(verb)));
          if (found.length === 0) continue;
          report(
            `${shownAll(found)} on ${shown(resource)} gives rights beyond the role's own: leave it out`,
          );
        }
      });
    },
  },
  {
    name: "rbac-no-exec",
    description:
      "Nobody goes into pods, but developers by their role (R03, ACC-3; POL *PodExecAttach).",
    tags: ["R03", "ACC-3"],
    enforcementLevel: "mandatory",
    validateResource: ({ type, name, props }, report) => {
      judgeRights(type, props, ({ resources, verbs }) => {
        const inside = resources.filter((resource) => /^pods\/(?:exec|attach)$/.test(resource));
        if (inside.length === 0 || !verbs.some((verb) => ["create", "get", "*"].includes(verb)))
          return;
        if (excepted("rbac-no-exec", { type, name })) return;
        report(`the role gives ${shownAll(inside)}: leave it out`);
      });
    },
  },
];
