import assert from "node:assert/strict";
import { AdmissionregistrationV1Api, ApiextensionsV1Api } from "@kubernetes/client-node";
import { kill } from "../support/engine.ts";
import { clean } from "./clean.ts";
import { apps, change, core, custom, environment, eventually, testLabel } from "./kubernetes.ts";
import { appsOf, demoOf, platform } from "./platform.ts";

const admission = environment.kubeconfig.makeApiClient(AdmissionregistrationV1Api);
const extensions = environment.kubeconfig.makeApiClient(ApiextensionsV1Api);

/** Namespaces that the program made; the suite's own are labelled. */
async function namespaces(): Promise<string[]> {
  const { items } = await core.listNamespace({ labelSelector: `!${testLabel}` });
  return items
    .map(({ metadata }) => metadata?.name ?? "")
    .filter((name) => name !== "default" && !name.startsWith("kube-"));
}

async function webhooks(): Promise<string[]> {
  const lists = await Promise.all([
    admission.listValidatingWebhookConfiguration(),
    admission.listMutatingWebhookConfiguration(),
  ]);
  return lists.flatMap(({ items }) => items.map(({ metadata }) => metadata?.name ?? ""));
}

/** Objects of kinds that operators define, as `kind namespace/name`. */
async function customObjects(): Promise<string[]> {
  const { items } = await extensions.listCustomResourceDefinition();
  const kinds = items.filter(({ spec }) =>
    /cert-manager|external-secrets|traefik/.test(spec.group),
  );
  const found = await Promise.all(
    kinds.map(async ({ spec }) => {
      const version = spec.versions.find(({ served, storage }) => served && storage)?.name;
      if (version === undefined) return [];
      const list = (await custom.listClusterCustomObject({
        group: spec.group,
        version,
        plural: spec.names.plural,
      })) as { items: { metadata: { namespace?: string; name: string } }[] };
      return list.items.map(
        ({ metadata }) => `${spec.names.kind} ${metadata.namespace ?? ""}/${metadata.name}`,
      );
    }),
  );
  return found.flat();
}

async function loadBalancers(): Promise<string[]> {
  const { items } = await core.listServiceForAllNamespaces();
  return items
    .filter(({ spec }) => spec?.type === "LoadBalancer")
    .map(({ metadata }) => `${metadata?.namespace ?? ""}/${metadata?.name ?? ""}`);
}

async function assertNothingLeft(): Promise<void> {
  await eventually("the end of all namespaces", 30, async () =>
    (await namespaces()).length === 0 ? true : undefined,
  );
  assert.deepEqual(await customObjects(), []);
  assert.deepEqual(await loadBalancers(), []);
  assert.deepEqual(await webhooks(), []);
}

/** Stops everything in a namespace, as a node does that never comes back. */
async function stopAll(namespace: string): Promise<void> {
  const { items } = await apps.listNamespacedDeployment({ namespace });
  for (const { metadata } of items)
    await change({
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { namespace, name: metadata?.name ?? "" },
      spec: { replicas: 0 },
    });
  await eventually(`the end of all pods in ${namespace}`, 60, async () =>
    (await core.listNamespacedPod({ namespace })).items.length === 0 ? true : undefined,
  );
}

describe("destroy", () => {
  it("says which webhook is down where the secrets operator is dead", async () => {
    platform().up();
    await stopAll("external-secrets");
    const run = platform().tryDestroy();
    console.log(`      refused after ${run.seconds.toFixed(0)} s`);
    assert.notEqual(run.status, 0);
    assert.match(run.stdout + run.stderr, /validate\.externalsecret\.external-secrets\.io/);
  });

  it("goes on without that operator as documented, and after a run that was killed", async () => {
    const killed = platform().startUp((config) => {
      const { image, resources } = demoOf(config);
      appsOf(config)["unrecorded"] = { image, resources };
    });
    await eventually("another namespace", 60, () => core.readNamespace({ name: "unrecorded" }));
    await kill(killed);
    assert.ok(await clean(platform()), "nothing stood in the way");
    await assertNothingLeft();
    await platform().prepare();
  });

  it("leaves nothing behind", async () => {
    platform().up();
    const { seconds } = platform().destroy();
    console.log(`      destroy: ${seconds.toFixed(0)} s`);
    await assertNothingLeft();
  });

  it("does nothing the second time", () => {
    const { stdout } = platform().destroy();
    assert.doesNotMatch(stdout, /^ +- \d+ deleted/m);
  });
});
