import { spawnSync } from "node:child_process";
import { ApiException, CoreV1Api, KubeConfig, KubernetesObjectApi } from "@kubernetes/client-node";
import { Command } from "commander";
import { objectOf, pendingCreations, withoutPending } from "../delivery/interrupted-state.ts";
import type { Deployment, ObjectReference, StateResource } from "../delivery/interrupted-state.ts";
import { UserError } from "../delivery/user-error.ts";

/** `slipway recover <stack>`: makes the state true again after a run that was killed. */
export function recoverCommand(): Command {
  return new Command("recover")
    .description("mend a stack whose `pulumi up` was killed: adopt what it made, unblock Helm")
    .argument("<stack>", "name of the stack")
    .action(recover);
}

interface Exported {
  readonly version: number;
  readonly deployment: Deployment;
}

async function recover(stack: string): Promise<void> {
  const exported = exportState(stack);
  const kubeconfig = kubeconfigOf(stack, exported.deployment);
  const say = (line: string) => process.stdout.write(`${line}\n`);

  const releases = (exported.deployment.resources ?? [])
    .concat(pendingCreations(exported.deployment))
    .filter(({ type }) => type === "kubernetes:helm.sh/v3:Release");
  for (const released of await unblockReleases(kubeconfig, releases)) say(`unblocked ${released}`);

  const adopted = new Map<string, ObjectReference>();
  for (const resource of pendingCreations(exported.deployment)) {
    const object = objectOf(resource);
    if (object === undefined) {
      if (!resource.type.startsWith("kubernetes:"))
        say(`not known whether it was made: ${resource.urn}; look, and import it if it was`);
      continue;
    }
    if (await isOurs(kubeconfig, object)) adopted.set(resource.urn, object);
  }
  if ((exported.deployment.pending_operations ?? []).length === 0) {
    say(`${stack} has no interrupted operations`);
    return;
  }
  pulumi(
    ["stack", "import", "--stack", stack],
    JSON.stringify({ ...exported, deployment: withoutPending(exported.deployment, adopted) }),
  );
  for (const { kind, metadata } of adopted.values())
    say(`adopted ${kind} ${metadata.namespace ?? ""}/${metadata.name}`.replace(" /", " "));
  if (adopted.size > 0) {
    const targets = [...adopted.keys()].flatMap((urn) => ["--target", urn]);
    pulumi(["refresh", "--yes", "--skip-preview", "--stack", stack, ...targets]);
  }
  say(`${stack} is whole again: run pulumi up`);
}

function exportState(stack: string, ...options: string[]): Exported {
  return JSON.parse(pulumi(["stack", "export", "--stack", stack, ...options])) as Exported;
}

/** Runs the Pulumi command line; its own message is the error's. */
function pulumi(args: readonly string[], input = ""): string {
  const { error, status, stdout, stderr } = spawnSync("pulumi", [...args, "--non-interactive"], {
    encoding: "utf8",
    input,
    maxBuffer: 1 << 30,
  });
  if (error !== undefined) throw new UserError(`cannot run pulumi: ${error.message}`);
  if (status === 0) return stdout;
  const locked = /currently locked/.test(stderr)
    ? "\nif no other run is going on, `pulumi cancel` removes the lock that the killed one left"
    : "";
  throw new UserError(`pulumi ${args.slice(0, 2).join(" ")}: ${stderr.trim()}${locked}`, 1);
}

/** The cluster that the stack's own provider is bound to. */
function kubeconfigOf(stack: string, { resources }: Deployment): KubeConfig {
  const isProvider = ({ type }: StateResource) => type === "pulumi:providers:kubernetes";
  let inputs = resources?.find(isProvider)?.inputs;
  if (inputs !== undefined && typeof inputs.kubeconfig === "object")
    inputs = exportState(stack, "--show-secrets").deployment.resources?.find(isProvider)?.inputs;
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

/** Whether the object exists, and Slipway made it: what somebody else made is not taken over. */
async function isOurs(kubeconfig: KubeConfig, object: ObjectReference): Promise<boolean> {
  try {
    const { metadata } = await KubernetesObjectApi.makeApiClient(kubeconfig).read(object);
    return metadata?.labels?.["app.kubernetes.io/managed-by"] === "slipway";
  } catch (error) {
    // No such object, or no such kind yet.
    if (error instanceof ApiException && error.code === 404) return false;
    throw error;
  }
}

/**
 * Removes Helm's record of an interrupted installation or upgrade, which makes it refuse every
 * later one. The objects stay: Helm takes over those that bear its release's name.
 */
async function unblockReleases(
  kubeconfig: KubeConfig,
  releases: readonly StateResource[],
): Promise<string[]> {
  const core = kubeconfig.makeApiClient(CoreV1Api);
  const unblocked: string[] = [];
  for (const { inputs } of releases) {
    const { name, namespace } = (inputs ?? {}) as { name?: string; namespace?: string };
    if (name === undefined || namespace === undefined) continue;
    const { items } = await core.listNamespacedSecret({
      namespace,
      labelSelector: `owner=helm,name=${name},status in (pending-install,pending-upgrade,pending-rollback)`,
    });
    for (const { metadata } of items) {
      await core.deleteNamespacedSecret({ namespace, name: metadata?.name ?? "" });
      unblocked.push(`Helm release ${namespace}/${name}`);
    }
  }
  return unblocked;
}
