import { AdmissionregistrationV1Api } from "@kubernetes/client-node";
import {
  change,
  core,
  environment,
  eventually,
  externalSecrets,
  slipwaysOwn,
  testLabel,
  unlessMissing,
} from "./kubernetes.ts";
import type { Platform } from "./platform.ts";

const admission = environment.kubeconfig.makeApiClient(AdmissionregistrationV1Api);

/**
 * Takes down all that the suite deployed, whatever state a killed run left it in.
 *
 * @returns whether that took the way around a dead secrets operator.
 */
export async function clean(platform: Platform): Promise<boolean> {
  platform.configure();
  let refused = false;
  // What cannot be recovered, as on a cluster that was made anew, can be destroyed all the same.
  if (platform.hasStack()) {
    platform.tryRecover();
    refused = platform.tryDestroy().status !== 0;
    if (refused) {
      await disarmSecretsOperator();
      platform.destroy();
    }
  }
  for (const labelSelector of [testLabel, slipwaysOwn]) await removeNamespaces(labelSelector);
  return refused;
}

/** Takes the secrets operator's webhooks and finalizers away, as docs/operations.md says. */
async function disarmSecretsOperator(): Promise<void> {
  for (const name of ["externalsecret-validate", "secretstore-validate"])
    await unlessMissing(admission.deleteValidatingWebhookConfiguration({ name }));
  for (const { metadata } of await externalSecrets())
    await change({
      apiVersion: "external-secrets.io/v1",
      kind: "ExternalSecret",
      metadata: {
        namespace: metadata?.namespace ?? "",
        name: metadata?.name ?? "",
        finalizers: null,
      },
    });
}

async function removeNamespaces(labelSelector: string): Promise<void> {
  const { items } = await core.listNamespace({ labelSelector });
  for (const { metadata } of items)
    if (metadata?.deletionTimestamp === undefined)
      await unlessMissing(core.deleteNamespace({ name: metadata?.name ?? "" }));
  await eventually(`the end of the namespaces with ${labelSelector}`, 90, async () =>
    (await core.listNamespace({ labelSelector })).items.length === 0 ? true : undefined,
  );
}
