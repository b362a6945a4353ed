import { setTimeout as sleep } from "node:timers/promises";
import {
  ApiException,
  AppsV1Api,
  BatchV1Api,
  CoreV1Api,
  CustomObjectsApi,
  KubernetesObjectApi,
  PolicyV1Api,
} from "@kubernetes/client-node";
import type { KubernetesObject, V1Pod } from "@kubernetes/client-node";
import { readEnvironment } from "./environment.ts";

export const environment = readEnvironment();
const { kubeconfig } = environment;
export const core = kubeconfig.makeApiClient(CoreV1Api);
export const apps = kubeconfig.makeApiClient(AppsV1Api);
export const batch = kubeconfig.makeApiClient(BatchV1Api);
export const policy = kubeconfig.makeApiClient(PolicyV1Api);
export const custom = kubeconfig.makeApiClient(CustomObjectsApi);
export const objects = KubernetesObjectApi.makeApiClient(kubeconfig);

/** An object as one would write it in YAML. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly [key: string]: unknown;
  };
  readonly [section: string]: unknown;
}

/** Label of what the suite makes itself, beside the program: an interrupted run is swept by it. */
export const testLabel = "slipway-test";

/** Label of all objects of Slipway's own, as a selector. */
export const slipwaysOwn = "app.kubernetes.io/managed-by=slipway";

/** Makes an object, or brings it to the given state. */
export async function apply(manifest: Manifest): Promise<void> {
  const labels = { ...(manifest.metadata.labels as object | undefined), [testLabel]: "true" };
  const labelled = { ...manifest, metadata: { ...manifest.metadata, labels } };
  await patch(labelled, "application/apply-patch+yaml");
}

/** Changes the given fields of an object that is there; null removes one. */
export async function change(manifest: Manifest): Promise<void> {
  await patch(manifest, "application/merge-patch+json");
}

async function patch(
  manifest: Manifest,
  strategy: "application/apply-patch+yaml" | "application/merge-patch+json",
): Promise<void> {
  const body: unknown = manifest;
  const force = strategy === "application/apply-patch+yaml" ? true : undefined;
  await objects.patch(
    body as KubernetesObject,
    undefined,
    undefined,
    "slipway-suite",
    force,
    strategy,
  );
}

/** Whether the error says that there is no such object, or no such kind. */
export function isMissing(error: unknown): boolean {
  return error instanceof ApiException && error.code === 404;
}

/** The answer; undefined where there is no such object, or no such kind. */
export async function unlessMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Removes an object and waits until it is gone; one that is not there is fine. */
export async function remove(manifest: Manifest): Promise<void> {
  if ((await unlessMissing(objects.delete(manifest))) === undefined) return;
  await eventually(`the end of ${manifest.kind} ${manifest.metadata.name}`, 60, async () =>
    (await unlessMissing(objects.read(manifest))) === undefined ? true : undefined,
  );
}

/**
 * Asks until there is an answer other than undefined.
 *
 * @throws an error that names what was awaited, and the last failure of the question.
 */
export async function eventually<T>(
  what: string,
  seconds: number,
  ask: () => Promise<T | undefined> | T | undefined,
): Promise<T> {
  const end = performance.now() + seconds * 1000;
  let last: unknown;
  do {
    try {
      const answer = await ask();
      if (answer !== undefined) return answer;
    } catch (error) {
      last = error;
    }
    await sleep(100);
  } while (performance.now() < end);
  const cause = last instanceof Error ? `: ${last.message}` : "";
  throw new Error(`${what} did not come about within ${String(seconds)} s${cause}`);
}

/** Pods of an application that are not on their way out, by name. */
export async function podsOf(app: string, namespace = app): Promise<V1Pod[]> {
  const { items } = await core.listNamespacedPod({
    namespace,
    labelSelector: `app.kubernetes.io/name=${app}`,
  });
  return items
    .filter(({ metadata }) => metadata?.deletionTimestamp === undefined)
    .sort((a, b) => (a.metadata?.name ?? "").localeCompare(b.metadata?.name ?? ""));
}

/** Whether Kubernetes sends requests to the pod. */
export function isReady(pod: V1Pod): boolean {
  return (
    pod.status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True") ??
    false
  );
}

/** ExternalSecrets of all namespaces; none where their kind is not known. */
export async function externalSecrets(): Promise<KubernetesObject[]> {
  const kind = { group: "external-secrets.io", version: "v1", plural: "externalsecrets" };
  const found = (await unlessMissing(custom.listClusterCustomObject(kind))) as
    { readonly items: KubernetesObject[] } | undefined;
  return found?.items ?? [];
}

/** Value of a key of a Secret, decoded; undefined where it has none. */
export async function secretValue(
  namespace: string,
  name: string,
  key: string,
): Promise<string | undefined> {
  const { data } = await core.readNamespacedSecret({ namespace, name });
  const value = data?.[key];
  return value === undefined ? undefined : Buffer.from(value, "base64").toString();
}

/** Address at which a Service of type LoadBalancer is reached. */
export async function addressOf(namespace: string, name: string): Promise<string> {
  const { status } = await core.readNamespacedService({ namespace, name });
  const [first] = status?.loadBalancer?.ingress ?? [];
  const address = first?.ip ?? first?.hostname;
  if (address === undefined) throw new Error(`Service ${namespace}/${name} has no address`);
  return address;
}
