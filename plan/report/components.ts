import type { Plan, PlannedResource } from "../plan.ts";

/** A component of the program as readers of a plan know it. */
export interface ComponentNode {
  readonly urn: string;
  /** Type without package: `network:Network`. */
  readonly type: string;
  readonly name: string;
  /** Components inside it, in the order of registration. */
  readonly children: readonly ComponentNode[];
  /** Resources that providers manage inside it, those of its components included. */
  readonly resources: number;
}

const token = "slipway:";

/** The tree of the program's components; resources and other packages' components are counted, not shown. */
export function componentTree(plan: Plan): ComponentNode[] {
  const owners = ownersOf(plan.resources);
  const components = plan.resources.filter(({ type }) => type.startsWith(token));
  const childrenOf = Map.groupBy(components, ({ urn }) => owners.get(urn));
  const counts = new Map<string, number>();
  for (const { urn, custom } of plan.resources) {
    const owner = owners.get(urn);
    if (custom && owner !== undefined) counts.set(owner, (counts.get(owner) ?? 0) + 1);
  }
  const nodesOf = (owner: string | undefined): ComponentNode[] =>
    (childrenOf.get(owner) ?? []).map(({ urn, type, name }) => {
      const children = nodesOf(urn);
      return {
        urn,
        type: type.slice(token.length),
        name,
        children,
        resources: children.reduce((sum, child) => sum + child.resources, counts.get(urn) ?? 0),
      };
    });
  return nodesOf(undefined);
}

/** The nearest component above each resource by URN; nothing for what stands beside them. */
export function ownersOf(resources: readonly PlannedResource[]): Map<string, string | undefined> {
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  const owners = new Map<string, string | undefined>();
  for (const resource of resources) {
    const passed = new Set([resource.urn]);
    let above = byUrn.get(resource.parent ?? "");
    while (above !== undefined && !above.type.startsWith(token) && !passed.has(above.urn)) {
      passed.add(above.urn);
      above = byUrn.get(above.parent ?? "");
    }
    const isOwner = above?.type.startsWith(token) === true && isRooted(above, byUrn);
    owners.set(resource.urn, isOwner ? above?.urn : undefined);
  }
  return owners;
}

/** Whether the chain of parents ends; only a damaged plan file has one that does not. */
function isRooted(resource: PlannedResource, byUrn: ReadonlyMap<string, PlannedResource>): boolean {
  const passed = new Set<string>();
  let above: PlannedResource | undefined = resource;
  while (above !== undefined && !passed.has(above.urn)) {
    passed.add(above.urn);
    above = byUrn.get(above.parent ?? "");
  }
  return above === undefined;
}

/** Names without what all of them begin with: `acme-staging-network` is `network`. */
export function shortNames(names: readonly string[]): (name: string) => string {
  const [first = "", ...others] = names;
  const words = first.split("-");
  let prefix = "";
  for (const word of words.slice(0, -1)) {
    const longer = `${prefix}${word}-`;
    if (!others.every((name) => name.startsWith(longer) && name !== longer)) break;
    prefix = longer;
  }
  return (name) =>
    others.length > 0 && name.startsWith(prefix) ? name.slice(prefix.length) || name : name;
}

/** How violations rank, worst first. */
export const levels = ["mandatory", "remediate", "advisory", "disabled"] as const;

/** How many managed resources each provider has, most first: `aws 72, kubernetes 91`. */
export function providerCounts(resources: readonly PlannedResource[]): [string, number][] {
  const managed = resources.filter(({ custom, type }) => custom && !type.startsWith("pulumi:"));
  return [...Map.groupBy(managed, ({ type }) => type.split(":")[0] ?? type)]
    .map(([provider, members]): [string, number] => [provider, members.length])
    .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
}
