import assert from "node:assert/strict";
import type { Sandbox } from "../support/engine.ts";
import {
  apply,
  ask,
  core,
  custom,
  edgeAddress,
  eventually,
  openSandbox,
  stack,
} from "./acceptance.ts";

/** Kinds of custom resources that Slipway makes. */
const customKinds = [
  { group: "cert-manager.io", version: "v1", plural: "certificates" },
  { group: "cert-manager.io", version: "v1", plural: "clusterissuers" },
  { group: "external-secrets.io", version: "v1", plural: "externalsecrets" },
  { group: "external-secrets.io", version: "v1", plural: "secretstores" },
] as const;

async function ownNamespaces(): Promise<string[]> {
  const { items } = await core.listNamespace({
    labelSelector: "app.kubernetes.io/managed-by=slipway",
  });
  return items.map(({ metadata }) => metadata?.name ?? "").sort();
}

describe("an empty cluster", () => {
  let sandbox: Sandbox;
  before(async () => {
    sandbox = openSandbox();
    const metadata = { name: "slipway-secrets" };
    await apply({ apiVersion: "v1", kind: "Namespace", metadata });
    await apply({
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "slipway.application.local.demo", namespace: metadata.name },
      stringData: { GREETING: "hello" },
    });
  });
  after(async () => {
    sandbox.close();
    await core.deleteNamespace({ name: "slipway-secrets" });
  });

  it("is empty", async () => {
    assert.deepEqual(await ownNamespaces(), []);
  });

  it("serves the application over HTTPS after one up", async () => {
    const { seconds } = sandbox.expect(["up", "--yes", "--skip-preview", "-s", stack]);
    const address = await edgeAddress("ingress-nginx", "ingress-nginx-controller");
    const answer = await eventually("an answer over HTTPS", 30, async () => {
      const given = await ask(address);
      return given.status === 200 ? given : undefined;
    });
    assert.equal(answer.status, 200);
    console.log(`      empty cluster to HTTPS: up ${seconds.toFixed(0)} s`);
  });

  it("is unchanged by a second up", () => {
    const { seconds } = sandbox.expect([
      "up",
      "--yes",
      "--skip-preview",
      "--expect-no-changes",
      "-s",
      stack,
    ]);
    console.log(`      second up: ${seconds.toFixed(0)} s`);
  });

  it("is empty again after destroy", async () => {
    sandbox.expect(["destroy", "--yes", "--skip-preview", "-s", stack]);
    await eventually("the end of all namespaces", 60, async () =>
      (await ownNamespaces()).length === 0 ? true : undefined,
    );
    for (const kind of customKinds)
      await assert.rejects(custom.listClusterCustomObject(kind), /404/, kind.plural);
  });

  it("is left alone by a second destroy", () => {
    sandbox.expect(["destroy", "--yes", "--skip-preview", "-s", stack]);
  });
});
