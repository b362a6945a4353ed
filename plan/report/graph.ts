import { componentTree, shortNames } from "./components.ts";
import type { ComponentNode } from "./components.ts";
import type { Plan } from "../plan.ts";

/** One box: a component, or many components of one type. */
export interface GraphNode {
  readonly id: number;
  readonly title: string;
  /** Type without package: `addons:CertManager`. */
  readonly type: string;
  readonly resources: number;
  /** Components that the box stands for. */
  readonly urns: readonly string[];
  /** Row from the top: what has nothing to wait for is in row 0. */
  readonly layer: number;
}

/** `to` waits for `from`; what follows from other edges is left out. */
interface GraphEdge {
  readonly from: number;
  readonly to: number;
  /** Whether the two also wait the other way round, through other resources. */
  readonly isMutual: boolean;
}

export interface Graph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

interface Box {
  readonly title: string;
  readonly type: string;
  readonly resources: number;
  readonly members: readonly ComponentNode[];
}

/** More boxes than this can't be read. */
const maxBoxes = 45;
/** Siblings of one type from which on they may share a box. */
const mergedFrom = 5;

/** Which components wait for which, in layers; few enough of them to read. */
export function graphOf(plan: Plan): Graph {
  const boxes = boxesOf(componentTree(plan));
  const waits = waitsOf(plan, boxes);
  const order = depthFirst(waits);
  const forward = waits.map(
    (from, box) => new Set([...from].filter((other) => rankOf(order, other) < rankOf(order, box))),
  );
  const layers: number[] = [];
  for (const box of order)
    layers[box] = Math.max(0, ...[...(forward[box] ?? [])].map((from) => (layers[from] ?? 0) + 1));
  return {
    nodes: boxes.map(({ title, type, resources, members }, id) => ({
      id,
      title,
      type,
      resources,
      urns: members.map(({ urn }) => urn),
      layer: layers[id] ?? 0,
    })),
    edges: reduced(forward, order).map(([from, to]) => ({
      from,
      to,
      isMutual: waits[from]?.has(to) === true,
    })),
  };
}

/** Boxes of all components where they fit, else of the outer ones, else of their types. */
function boxesOf(tree: readonly ComponentNode[]): Box[] {
  const short = shortNames(tree.map(({ name }) => name));
  const single = (node: ComponentNode, title: string): Box => ({
    title,
    type: node.type,
    resources: node.resources,
    members: [node],
  });
  const groups = [...Map.groupBy(tree, ({ type }) => type).values()];
  const isTight = tree.length > maxBoxes;
  let boxes = groups.map((members) =>
    isTight && members.length >= mergedFrom
      ? [merged(members)]
      : members.map((node) => single(node, short(node.name))),
  );
  const count = () => boxes.reduce((sum, group) => sum + group.length, 0);
  for (const [index, members] of groups.entries()) {
    const inner = members.flatMap((node) => {
      const shorter = shortNames(node.children.map(({ name }) => name));
      const outer = short(node.name);
      const children = node.children.map((child) => {
        const own = shorter(child.name);
        // Alike parents have alike children: their titles need the parent's name.
        return single(
          child,
          members.length > 1 && !own.startsWith(outer) ? `${outer} ${own}` : own,
        );
      });
      const ownResources =
        node.resources - node.children.reduce((sum, child) => sum + child.resources, 0);
      return ownResources > 0 || children.length === 0
        ? [{ ...single(node, outer), resources: ownResources }, ...children]
        : children;
    });
    if (count() + inner.length - (boxes[index]?.length ?? 0) <= maxBoxes)
      boxes = boxes.with(index, inner);
  }
  const flat = boxes.flat();
  return flat.length <= maxBoxes ? flat : flat.slice(0, maxBoxes);
}

function merged(members: readonly ComponentNode[]): Box {
  const [first] = members;
  return {
    title: `${members.length.toLocaleString("en-US")} components`,
    type: first?.type ?? "",
    resources: members.reduce((sum, member) => sum + member.resources, 0),
    members,
  };
}

/** For each box the boxes that it waits for: through dependencies of its resources and their providers. */
function waitsOf(plan: Plan, boxes: readonly Box[]): Set<number>[] {
  const boxOfUrn = new Map<string, number>();
  for (const [index, { members }] of boxes.entries())
    for (const { urn } of members) boxOfUrn.set(urn, index);
  const byUrn = new Map(plan.resources.map((resource) => [resource.urn, resource]));
  const boxOf = (urn: string): number | undefined => {
    const passed = new Set<string>();
    let above: string | undefined = urn;
    while (above !== undefined && !boxOfUrn.has(above) && !passed.has(above)) {
      passed.add(above);
      above = byUrn.get(above)?.parent;
    }
    return above === undefined ? undefined : boxOfUrn.get(above);
  };
  const waits = boxes.map(() => new Set<number>());
  for (const { urn, dependencies, provider } of plan.resources) {
    const box = boxOf(urn);
    if (box === undefined) continue;
    for (const needed of [...dependencies, ...(provider === undefined ? [] : [provider])]) {
      const from = boxOf(needed);
      if (from !== undefined && from !== box) waits[box]?.add(from);
    }
  }
  return waits;
}

/** Boxes so that each comes after those it waits for, as far as they do not wait for it. */
function depthFirst(waits: readonly ReadonlySet<number>[]): number[] {
  const order: number[] = [];
  const seen = new Set<number>();
  const visit = (box: number) => {
    if (seen.has(box)) return;
    seen.add(box);
    for (const from of waits[box] ?? []) visit(from);
    order.push(box);
  };
  for (const box of waits.keys()) visit(box);
  return order;
}

function rankOf(order: readonly number[], box: number): number {
  return order.indexOf(box);
}

/** Edges without those that longer ways imply. */
function reduced(
  forward: readonly ReadonlySet<number>[],
  order: readonly number[],
): [from: number, to: number][] {
  const reachable: Set<number>[] = [];
  const edges: [number, number][] = [];
  for (const box of order) {
    const direct = [...(forward[box] ?? [])];
    const further = new Set(direct.flatMap((from) => [...(reachable[from] ?? [])]));
    reachable[box] = new Set([...direct, ...further]);
    for (const from of direct) if (!further.has(from)) edges.push([from, box]);
  }
  return edges.sort(([a, b], [c, d]) => a - c || b - d);
}
