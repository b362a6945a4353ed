import type {
  PolicyResource,
  ResourceValidationPolicy,
  StackValidationPolicy,
} from "@pulumi/policy";
import { at, textAt } from "./read.ts";

/** One policy: of single resources, or of the stack as a whole. */
export type Rule = ResourceValidationPolicy | StackValidationPolicy;

/** What rules of the stack read of a resource. */
export type StackResource = Pick<
  PolicyResource,
  "type" | "name" | "urn" | "props" | "opts" | "parent" | "dependencies" | "propertyDependencies"
>;

/** Resources of one type. */
export function ofType(
  resources: readonly StackResource[],
  ...types: readonly string[]
): StackResource[] {
  return resources.filter((resource) => types.includes(resource.type));
}

/**
 * Kubernetes objects of one type. Left out are those whose properties the engine
 * does not give yet: what lies in a cluster that the same run makes, until it is made.
 */
export function objectsOf(
  resources: readonly StackResource[],
  ...types: readonly string[]
): StackResource[] {
  return ofType(resources, ...types).filter(
    ({ props }) => textAt(props, "metadata", "name") !== undefined,
  );
}

/** `namespace/name` of a Kubernetes object. */
export function objectName(props: unknown): string {
  return `${namespaceOf(props)}/${textAt(props, "metadata", "name") ?? ""}`;
}

export function namespaceOf(props: unknown): string {
  return textAt(props, "metadata", "namespace") ?? "default";
}

/** The resource and the components that it lies in, innermost first. */
export function lineage(resource: StackResource): StackResource[] {
  const found: StackResource[] = [];
  for (let next: StackResource | undefined = resource; next; next = next.parent) {
    if (found.includes(next)) break;
    found.push(next);
  }
  return found;
}

/** Whether a resource waits for another one, or for a component that holds it. */
export function waitsFor(resource: StackResource, other: StackResource): boolean {
  const awaited = new Set(
    lineage(other)
      .filter(({ type }) => type !== "pulumi:pulumi:Stack")
      .map(({ urn }) => urn),
  );
  return resource.dependencies.some(({ urn }) => awaited.has(urn));
}

/**
 * Whether the stack is one that must not be lost. Its cluster says so
 * (`slipway:cluster.deletionProtection`); the stack's name says nothing.
 */
export function isProtected(resources: readonly StackResource[]): boolean {
  return ofType(resources, "aws:eks/cluster:Cluster").some(
    ({ props }) => at(props, "deletionProtection") === true,
  );
}
