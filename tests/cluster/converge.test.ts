import assert from "node:assert/strict";
import { ask, edgeAddress } from "./https.ts";
import { batch, eventually, objects } from "./kubernetes.ts";
import type { Manifest } from "./kubernetes.ts";
import { release, removeDatabase, startDatabase } from "./migrating.ts";
import { images, platform } from "./platform.ts";

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

const certificate = ofDemo("cert-manager.io/v1", "Certificate", "demo-tls-secret");

/** Stages on the way to HTTPS, by the objects that end them. */
const stages = (issuer: string, migration: string): Record<string, Manifest> => ({
  "cert-manager": operator("cert-manager", "cert-manager-webhook"),
  "external-secrets": operator("external-secrets", "external-secrets-webhook"),
  "ingress-nginx": operator("ingress-nginx", "ingress-nginx-controller"),
  issuer: {
    apiVersion: "cert-manager.io/v1",
    kind: "ClusterIssuer",
    metadata: { name: issuer },
  },
  secret: ofDemo("external-secrets.io/v1", "ExternalSecret"),
  migration: ofDemo("batch/v1", "Job", migration),
  rollout: ofDemo("apps/v1", "Deployment"),
  certificate,
});

interface Certificate extends Manifest {
  readonly spec: { readonly issuerRef: { readonly name: string } };
}

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
  const ready = status?.conditions?.find(({ type }) => /^(?:Ready|Available|Complete)$/.test(type));
  assert.equal(ready?.status, "True", manifest.kind);
  return new Date(ready.lastTransitionTime ?? Number.NaN).getTime();
}

describe("an empty cluster", () => {
  const firstRelease = () =>
    release({
      sha: images.a,
      scripts: { "V1__create_users.sql": "create table users (name text);\n" },
    });

  // A database is there before the cluster's first application, as RDS is.
  before(startDatabase);

  after(removeDatabase);

  it("serves the application over HTTPS after one up", async () => {
    const started = Date.now();
    platform().up(firstRelease());
    const address = await edgeAddress();
    const { status } = await eventually("an answer over HTTPS", 30, () => ask(address));
    assert.equal(status, 200);
    const since = (then: number) => `${((then - started) / 1000).toFixed(0)} s`;
    const [job] = (await batch.listNamespacedJob({ namespace: "demo" })).items;
    const { spec } = await objects.read<Certificate>(certificate);
    const times = await Promise.all(
      Object.entries(stages(spec.issuerRef.name, job?.metadata?.name ?? "")).map(
        async ([stage, manifest]) => `${stage} ${since(await readySince(manifest))}`,
      ),
    );
    console.log(`      ready after: ${times.join(", ")}, HTTPS ${since(Date.now())}`);
  });

  it("is unchanged by a second up", () => {
    const { seconds } = platform().up(firstRelease(), "--expect-no-changes");
    console.log(`      second up: ${seconds.toFixed(0)} s`);
  });
});
