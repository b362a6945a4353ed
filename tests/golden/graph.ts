import type { RecordedResource, Recording } from "../../plan/monitor.ts";

/**
 * The graph of a stack as readable text: the tree of parents, sorted, with what each resource waits
 * for. Inputs stay out: what matters here is what exists, what it is called and in which order.
 */
export function graphText({ resources }: Recording): string {
  const names = new Map(resources.map(({ urn, type, name }) => [urn, `${shortType(type)} ${name}`]));
  const children = new Map<string, RecordedResource[]>();
  for (const resource of resources) {
    const siblings = children.get(resource.parent ?? "") ?? [];
    siblings.push(resource);
    children.set(resource.parent ?? "", siblings);
  }
  const lines: string[] = [];
  const visit = (parent: string, depth: number) => {
    const sorted = [...(children.get(parent) ?? [])].sort((a, b) => (a.urn < b.urn ? -1 : 1));
    for (const { urn, protect, dependencies } of sorted) {
      const indent = "  ".repeat(depth);
      lines.push(`${indent}${names.get(urn) ?? urn}${protect ? " (protected)" : ""}`);
      const waits = dependencies.map((dependency) => names.get(dependency) ?? dependency).sort();
      for (const wait of waits) lines.push(`${indent}  <- ${wait}`);
      visit(urn, depth + 1);
    }
  };
  visit("", 0);
  return `${lines.join("\n")}\n`;
}

function shortType(type: string): string {
  const [, module = "", kind = ""] = type.split(":");
  return type.startsWith("kubernetes:") ? `${kind}.${module.split("/")[0] ?? ""}` : type;
}
