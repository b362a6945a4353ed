import type { V1ManagedFieldsEntry } from "@kubernetes/client-node";

/**
 * A run that is killed leaves, in the stack's state, what it was about to make as pending. The
 * engine keeps such an entry, and the next run tries to make the object again, which fails where it
 * exists by now. Pulumi's own ways out ask at a terminal, resource by resource; `pulumi stack import`
 * drops the entries, and then only the program still knows of the objects.
 */

/** `deployment` of `pulumi stack export`, as far as it matters here. */
export interface Deployment {
  readonly resources?: readonly StateResource[];
  readonly pending_operations?: readonly PendingOperation[];
}

/** A resource in the state. */
export interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
  readonly provider?: string;
  /** What its object lacked to be ready; the next run sees to it again where there is any. */
  readonly initErrors?: readonly string[];
  /** Whether its object was deleted to be replaced, and the new one was not recorded. */
  readonly pendingReplacement?: boolean;
  /** Whether it was replaced, and its object is still to be deleted. */
  readonly delete?: boolean;
}

/** What the interrupted run was doing to a resource. */
export interface PendingOperation {
  readonly type: string;
  readonly resource: StateResource;
}

/** A Kubernetes object by its coordinates. */
export interface ObjectReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

/**
 * Resources that the state does not have, each once, and that may exist all the same: those whose
 * creation was interrupted, and those that the program would create, also in place of another.
 */
export function unrecorded(
  { resources = [], pending_operations = [] }: Deployment,
  planned: readonly StateResource[],
): StateResource[] {
  const recorded = new Map(resources.filter(exists).map(({ urn, id }) => [urn, id]));
  const interrupted = pending_operations
    .filter(({ type }) => type === "creating")
    .map(({ resource }) => resource);
  const candidates = [...planned, ...interrupted].filter((resource) => {
    if (!recorded.has(resource.urn)) return true;
    const id = idOf(resource);
    return id !== undefined && id !== recorded.get(resource.urn);
  });
  return [...new Map(candidates.map((resource) => [resource.urn, resource])).values()];
}

/** Whether the state takes the resource for one that is there to stay. */
function exists({ pendingReplacement, delete: replaced }: StateResource): boolean {
  return pendingReplacement !== true && replaced !== true;
}

/** Identity that the state gives a Kubernetes object; undefined for anything else. */
function idOf(resource: StateResource): string | undefined {
  const metadata = objectOf(resource)?.metadata;
  if (metadata === undefined) return undefined;
  return metadata.namespace === undefined
    ? metadata.name
    : `${metadata.namespace}/${metadata.name}`;
}

/** The object that a resource stands for; undefined where it is none of Kubernetes by name. */
export function objectOf({ type, inputs }: StateResource): ObjectReference | undefined {
  if (!type.startsWith("kubernetes:") || type.startsWith("kubernetes:helm.sh/")) return undefined;
  const { apiVersion, kind, metadata } = (inputs ?? {}) as Partial<ObjectReference>;
  if (apiVersion === undefined || kind === undefined || metadata?.name === undefined)
    return undefined;
  const { name, namespace } = metadata;
  return {
    apiVersion,
    kind,
    metadata: namespace === undefined ? { name } : { name, namespace },
  };
}

/**
 * The resource as the state has it when its object was made. A refresh has to follow, since the
 * object is taken for what it should be.
 *
 * @param managedFields - of the object: the provider made up a name to apply it with, and would find
 *   the fields to be another's if it made up a second one.
 */
export function adopted(
  resource: StateResource,
  managedFields: readonly Pick<V1ManagedFieldsEntry, "manager" | "operation" | "time">[] = [],
): StateResource {
  const applied = managedFields
    .filter(({ operation, manager }) => operation === "Apply" && manager?.startsWith("pulumi-"))
    .sort((a, b) => Number(a.time) - Number(b.time));
  const { manager } = applied.at(-1) ?? {};
  const outputs = { ...resource.inputs, ...(manager ? { __fieldManager: manager } : {}) };
  return { ...resource, id: idOf(resource), outputs };
}

/**
 * The deployment without pending operations: what exists is a resource, what doesn't will be made.
 *
 * @param found - the resources whose objects exist, as `adopted` gives them.
 */
export function withAdopted<T extends Deployment>(
  deployment: T,
  found: readonly StateResource[],
): T {
  const successors = new Map(found.map((resource) => [resource.urn, resource]));
  const before = deployment.resources ?? [];
  const known = new Set(before.flatMap((each) => (each.delete === true ? [] : [each.urn])));
  // An object of another name is still there, and has to be deleted.
  const replaced = before.filter((resource) => {
    const successor = successors.get(resource.urn);
    return exists(resource) && successor !== undefined && successor.id !== resource.id;
  });
  return {
    ...deployment,
    resources: [
      // What was replaced cedes its place: others may depend on it.
      ...before.map((resource) =>
        resource.delete === true ? resource : (successors.get(resource.urn) ?? resource),
      ),
      ...found.filter(({ urn }) => !known.has(urn)),
      ...replaced.map((resource) => ({ ...resource, delete: true })),
    ],
    pending_operations: [],
  };
}

/**
 * The deployment with the given resources marked as not proven ready. The killed run was perhaps
 * waiting for them, and the next one takes what it finds in the state for ready: it would go on with
 * a release whose keys are missing.
 *
 * @param urns - resources that were adopted.
 */
export function withUnready<T extends Deployment>(deployment: T, urns: readonly string[]): T {
  const initErrors = ["the run that made it was interrupted"];
  return {
    ...deployment,
    resources: deployment.resources?.map((resource) =>
      exists(resource) && urns.includes(resource.urn) ? { ...resource, initErrors } : resource,
    ),
  };
}
