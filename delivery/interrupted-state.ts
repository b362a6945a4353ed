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
  readonly provider?: string;
  /** Whether its object was deleted to be replaced, and the new one was not recorded. */
  readonly pendingReplacement?: boolean;
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
 * creation was interrupted, and those that the program would create.
 */
export function unrecorded(
  { resources, pending_operations }: Deployment,
  planned: readonly StateResource[],
): StateResource[] {
  const recorded = resources?.filter(({ pendingReplacement }) => pendingReplacement !== true);
  const known = new Set(recorded?.map(({ urn }) => urn));
  const interrupted = (pending_operations ?? [])
    .filter(({ type }) => type === "creating")
    .map(({ resource }) => resource);
  const candidates = [...planned, ...interrupted].filter(({ urn }) => !known.has(urn));
  return [...new Map(candidates.map((resource) => [resource.urn, resource])).values()];
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
 * The deployment without pending operations: what exists is a resource, what doesn't will be made.
 * A refresh of the adopted ones has to follow, since the state knows only what they should be.
 *
 * @param adopted - resources whose objects exist.
 */
export function withAdopted<T extends Deployment>(
  deployment: T,
  adopted: readonly StateResource[],
): T {
  const found = new Map(
    adopted.flatMap((resource) => {
      const object = objectOf(resource);
      if (object === undefined) return [];
      const { name, namespace } = object.metadata;
      const id = namespace === undefined ? name : `${namespace}/${name}`;
      return [[resource.urn, { ...resource, id, outputs: resource.inputs }] as const];
    }),
  );
  const before = deployment.resources ?? [];
  const known = new Set(before.map(({ urn }) => urn));
  return {
    ...deployment,
    // What was to be replaced keeps its place: others may depend on it.
    resources: [
      ...before.map((resource) => found.get(resource.urn) ?? resource),
      ...[...found.values()].filter(({ urn }) => !known.has(urn)),
    ],
    pending_operations: [],
  };
}
