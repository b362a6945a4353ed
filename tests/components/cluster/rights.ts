import type { Rule } from "../../../components/cluster/kubernetes-rules.ts";

/** Whether RBAC rules allow a verb on a resource (`deployments.apps`, `pods/exec`). */
export function can(rules: readonly Rule[], verb: string, resource: string): boolean {
  const [named = "", subresource] = resource.split("/");
  const [plural = "", ...group] = named.split(".");
  const inRule = subresource === undefined ? plural : `${plural}/${subresource}`;
  return rules.some(
    ({ apiGroups, resources, verbs }) =>
      matches(apiGroups, group.join(".")) && matches(resources, inRule) && matches(verbs, verb),
  );
}

function matches(listed: readonly string[], wanted: string): boolean {
  return listed.includes(wanted) || listed.includes("*");
}
