import assert from "node:assert/strict";
import { ask, edgeAddress } from "./https.ts";
import { eventually, objects } from "./kubernetes.ts";
import type { Manifest } from "./kubernetes.ts";
import { platform } from "./platform.ts";

const operator = (namespace: string, name: string): Manifest => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { namespace, name },
});
const ofDemo = (apiVersion: string, kind: string, name = "demo"): Manifest => ({
  apiVersion,
  kind,
  metadata: { namespace: "demo", name },
});

/** Stages on the way to HTTPS, by the objects that end them. */
const stages: Record<string, Manifest> = {
  "cert-manager": operator("cert-manager", "cert-manager-webhook"),
  "external-secrets": operator("external-secrets", "external-secrets-webhook"),
  "ingress-nginx": operator("ingress-nginx", "ingress-nginx-controller"),
  secret: ofDemo("external-secrets.io/v1", "ExternalSecret"),
  rollout: ofDemo("apps/v1", "Deployment"),
  certificate: ofDemo("cert-manager.io/v1", "Certificate", "demo-tls-secret"),
};

interface Conditions {
  readonly status?: {
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly lastTransitionTime?: string | Date;
    }[];
  };
}

/** When an object became ready, as it says itself: whole seconds. */
async function readySince(manifest: Manifest): Promise<number> {
  const { status } = (await objects.read(manifest)) as Conditions;
  const ready = status?.conditions?.find(({ type }) => type === "Ready" || type === "Available");
  assert.equal(ready?.status, "True", manifest.kind);
  return new Date(ready.lastTransitionTime ?? Number.NaN).getTime();
}

describe("an empty cluster", () => {
  it("serves the application over HTTPS after one up", async () => {
    const started = Date.now();
    platform().up();
    const address = await edgeAddress();
    const { status } = await eventually("an answer over HTTPS", 30, () => ask(address));
    assert.equal(status, 200);
    const since = (then: number) => `${((then - started) / 1000).toFixed(0)} s`;
    const times = await Promise.all(
      Object.entries(stages).map(
        async ([stage, manifest]) => `${stage} ${since(await readySince(manifest))}`,
      ),
    );
    console.log(`      ready after: ${times.join(", ")}, HTTPS ${since(Date.now())}`);
  });

  it("is unchanged by a second up", () => {
    const { seconds } = platform().up(undefined, "--expect-no-changes");
    console.log(`      second up: ${seconds.toFixed(0)} s`);
  });
});
