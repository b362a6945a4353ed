import { ApiException, CoreV1Api, KubeConfig, KubernetesObjectApi } from "@kubernetes/client-node";
import type { V1ObjectMeta } from "@kubernetes/client-node";
import { Command } from "commander";
import {
  adopted,
  objectOf,
  unrecorded,
  withAdopted,
  withUnready,
} from "../delivery/interrupted-state.ts";
import type { Deployment, ObjectReference, StateResource } from "../delivery/interrupted-state.ts";
import { runCommand } from "../delivery/command.ts";
import { UserError } from "../delivery/user-error.ts";
import { root } from "./root.ts";

/** `slipway recover <stack>`: makes the state true again after a run that was killed. */
export function recoverCommand(): Command {
  return new Command("recover")
    .description("mend a stack whose `pulumi up` was killed: adopt what it made, unblock Helm")
    .argument("<stack>", "name of the stack")
    .action(recover);
}

interface Preview {
  readonly steps?: readonly { readonly op: string; readonly newState?: StateResource }[];
}

interface Exported {
  readonly version: number;
  readonly deployment: Deployment;
}

async function recover(stack: string): Promise<void> {
  const exported = await exportState(stack);
  const { deployment } = exported;
  const kubeconfig = await kubeconfigOf(stack, deployment);
  const core = kubeconfig.makeApiClient(CoreV1Api);
  const objects = KubernetesObjectApi.makeApiClient(kubeconfig);
  const say = (line: string) => process.stdout.write(`${line}\n`);

  const missing = unrecorded(deployment, await plannedCreations(stack));
  const isRelease = ({ type }: StateResource) => type === "kubernetes:helm.sh/v3:Release";
  const releases = [
    ...(await interruptedReleases(core, (deployment.resources ?? []).filter(isRelease))),
    ...(await unrecordedReleases(core, objects, missing.filter(isRelease))),
  ];
  for (const record of releases) {
    await core.deleteNamespacedSecret(record);
    say(`unblocked Helm release ${record.namespace}/${record.release}`);
  }

  const found: StateResource[] = [];
  for (const resource of missing) {
    const object = objectOf(resource);
    if (object === undefined) continue;
    const metadata = await metadataOfOurs(objects, object, projectOf(resource));
    if (metadata !== undefined) found.push(adopted(resource, metadata.managedFields));
  }
  const pending = deployment.pending_operations ?? [];
  for (const { type, resource } of pending)
    if (type === "creating" && !resource.type.startsWith("kubernetes:"))
      say(`not known whether it was made: ${resource.urn}; look, and import it if it was`);
  if (pending.length + found.length + releases.length === 0) {
    say(`${stack} has no interrupted operations`);
    return;
  }
  await importState(stack, { ...exported, deployment: withAdopted(deployment, found) });
  if (found.length > 0) {
    const urns = found.map(({ urn }) => urn);
    for (const urn of urns) say(`adopted ${urn}`);
    const targets = urns.flatMap((urn) => ["--target", urn]);
    await pulumi(["refresh", "--yes", "--skip-preview", "--stack", stack, ...targets]);
    const refreshed = await exportState(stack);
    const unready = withUnready(refreshed.deployment, urns);
    await importState(stack, { ...refreshed, deployment: unready });
  }
  say(`${stack} is whole again: run pulumi up`);
}

/** What the program would make, as the state would have it. */
async function plannedCreations(stack: string): Promise<StateResource[]> {
  const printed = await pulumi(["preview", "--json", "--stack", stack]);
  const { steps = [] } = JSON.parse(printed) as Preview;
  return steps.flatMap(({ op, newState }) =>
    (op === "create" || op === "replace") && newState !== undefined ? [newState] : [],
  );
}

async function exportState(stack: string, ...options: string[]): Promise<Exported> {
  return JSON.parse(await pulumi(["stack", "export", "--stack", stack, ...options])) as Exported;
}

async function importState(stack: string, exported: Exported): Promise<void> {
  await pulumi(["stack", "import", "--stack", stack], JSON.stringify(exported));
}

/** Runs the Pulumi command line; its own message is the error's. */
async function pulumi(args: readonly string[], input = ""): Promise<string> {
  const options = { cwd: root, timeoutSeconds: 1800, input };
  const { status, stdout, stderr } = await runCommand(
    "pulumi",
    [...args, "--non-interactive"],
    options,
  );
  if (status === 0) return stdout;
  const locked = /currently locked/.test(stderr)
    ? "\nif no other run is going on, `pulumi cancel` removes the lock that the killed one left"
    : "";
  throw new UserError(`pulumi ${args.slice(0, 2).join(" ")}: ${stderr.trim()}${locked}`, 1);
}

/** The cluster that the stack's own provider is bound to. */
async function kubeconfigOf(stack: string, { resources }: Deployment): Promise<KubeConfig> {
  const isProvider = ({ type }: StateResource) => type === "pulumi:providers:kubernetes";
  let inputs = resources?.find(isProvider)?.inputs;
  if (inputs !== undefined && typeof inputs.kubeconfig === "object") {
    const { deployment } = await exportState(stack, "--show-secrets");
    inputs = deployment.resources?.find(isProvider)?.inputs;
  }
  const config = new KubeConfig();
  const content = plainText(inputs?.kubeconfig);
  if (content === undefined) config.loadFromDefault();
  else if (content.includes("clusters")) config.loadFromString(content);
  else config.loadFromFile(content);
  const context = inputs?.context;
  if (typeof context === "string") config.setCurrentContext(context);
  return config;
}

/** A value of an export with decrypted secrets; those are JSON in an envelope. */
function plainText(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  const { plaintext } = (value ?? {}) as { plaintext?: string };
  return plaintext === undefined ? undefined : (JSON.parse(plaintext) as string);
}

type Labels = Readonly<Record<string, string>>;

/** Project that an object says it is part of. */
function projectOf({ inputs }: StateResource): string | undefined {
  const { metadata } = (inputs ?? {}) as { metadata?: { labels?: Labels } };
  return metadata?.labels?.["app.kubernetes.io/part-of"];
}

/**
 * Metadata of an object that Slipway made, for the project where one is given; undefined where there
 * is none: what somebody else made is not taken over.
 */
async function metadataOfOurs(
  objects: KubernetesObjectApi,
  object: ObjectReference,
  project?: string,
): Promise<V1ObjectMeta | undefined> {
  try {
    const { metadata } = await objects.read(object);
    const labels: Labels = metadata?.labels ?? {};
    const ours =
      labels["app.kubernetes.io/managed-by"] === "slipway" &&
      (project === undefined || labels["app.kubernetes.io/part-of"] === project);
    return ours ? metadata : undefined;
  } catch (error) {
    // No such object, or no such kind yet.
    if (error instanceof ApiException && error.code === 404) return undefined;
    throw error;
  }
}

/** Helm's record of one revision of a release. */
interface ReleaseRecord {
  readonly namespace: string;
  readonly release: string;
  /** Name of the Secret. */
  readonly name: string;
}

/**
 * Records of interrupted installations and upgrades, which make Helm refuse every later one. Without
 * them the objects stay: Helm takes over those that bear its release's name.
 */
function interruptedReleases(
  core: CoreV1Api,
  releases: readonly StateResource[],
): Promise<ReleaseRecord[]> {
  const interrupted = "status in (pending-install,pending-upgrade,pending-rollback)";
  return recordsOf(core, releases, interrupted);
}

/**
 * All records of releases that the state does not have, where the namespace is ours: Helm would
 * refuse to install them again.
 */
async function unrecordedReleases(
  core: CoreV1Api,
  objects: KubernetesObjectApi,
  releases: readonly StateResource[],
): Promise<ReleaseRecord[]> {
  const found: ReleaseRecord[] = [];
  for (const record of await recordsOf(core, releases)) {
    const metadata = { name: record.namespace };
    const namespace = { apiVersion: "v1", kind: "Namespace", metadata };
    if ((await metadataOfOurs(objects, namespace)) !== undefined) found.push(record);
  }
  return found;
}

async function recordsOf(
  core: CoreV1Api,
  releases: readonly StateResource[],
  ...selectors: readonly string[]
): Promise<ReleaseRecord[]> {
  const found: ReleaseRecord[] = [];
  for (const { inputs } of releases) {
    const { name: release, namespace } = (inputs ?? {}) as { name?: string; namespace?: string };
    if (release === undefined || namespace === undefined) continue;
    const labelSelector = ["owner=helm", `name=${release}`, ...selectors].join();
    const { items } = await core.listNamespacedSecret({ namespace, labelSelector });
    for (const { metadata } of items)
      found.push({ namespace, release, name: metadata?.name ?? "" });
  }
  return found;
}
