import assert from "node:assert/strict";
import { verdictOf } from "../../../plan/changes/verdict.ts";
import type { Verdict } from "../../../plan/changes/verdict.ts";
import { changesOf, recordedChanges } from "../../support/previews.ts";
import type { PreviewResource } from "../../support/previews.ts";

const deployment = "kubernetes:apps/v1:Deployment";
const api = (more: object = {}) => ({ metadata: { name: "api", namespace: "api" }, ...more });

/** The verdict on one change in a stack that has something else already. */
async function verdict(change: PreviewResource): Promise<Verdict> {
  const stays = { op: "same", name: "queue", before: {}, after: {} };
  const changes = await changesOf([stays, change]);
  return verdictOf({ ...changes, whole: undefined }, (name) => name);
}

const replaced = (type: string, after: object, path: string): PreviewResource => ({
  op: "replace",
  type,
  name: "api",
  before: api({ spec: { old: true } }),
  after: { ...after },
  step: { detailedDiff: { [path]: { kind: "update-replace" } } },
});

describe("verdict on a change", () => {
  for (const [type, kind] of [
    [deployment, "Deployment"],
    ["kubernetes:core/v1:Service", "Service"],
    ["kubernetes:batch/v1:CronJob", "CronJob"],
    ["kubernetes:networking.k8s.io/v1:Ingress", "Ingress"],
  ] as const)
    it(`names the outage while a ${kind} is made anew`, async () => {
      assert.deepEqual(await verdict(replaced(type, api({ spec: {} }), "spec.old")), {
        level: "careful",
        words: `takes out of service ${kind} api/api until it is made anew`,
      });
    });

  it("names the outage that a deletion is", async () => {
    assert.deepEqual(
      await verdict({ op: "delete", type: deployment, name: "api", before: api() }),
      {
        level: "careful",
        words: "takes out of service Deployment api/api",
      },
    );
  });

  it("is safe where the new one stands before the old one goes", async () => {
    const after = { metadata: { name: "api-2", namespace: "api" }, spec: { old: true } };
    assert.equal((await verdict(replaced(deployment, after, "metadata.name"))).level, "safe");
  });

  it("names what stays in the account with nobody to manage it", async () => {
    const change = {
      op: "delete",
      type: "aws:rds/instance:Instance",
      name: "database",
      before: {},
      state: { retainOnDelete: true },
    };
    assert.deepEqual(await verdict(change), {
      level: "danger",
      words: "stops managing rds Instance database, which stays as it is",
    });
  });

  for (const [what, type, after] of [
    ["Service", "kubernetes:core/v1:Service", api({ spec: { type: "LoadBalancer" } })],
    [
      "Ingress",
      "kubernetes:networking.k8s.io/v1:Ingress",
      api({ spec: { rules: [{ host: "api.example.com" }] } }),
    ],
  ] as const)
    it(`names a new ${what} that others reach`, async () => {
      assert.deepEqual(await verdict({ op: "create", type, name: "api", after }), {
        level: "careful",
        words: `changes who may do or reach what: makes ${what} api/api`,
      });
    });

  it("names a new database that others reach", async () => {
    const type = "aws:rds/instance:Instance";
    const after = { publiclyAccessible: true };
    const { level, words } = await verdict({ op: "create", type, name: "database", after });
    assert.equal(level, "careful");
    assert.match(words, /makes rds Instance database$/);
  });

  it("counts what a new stack makes instead of listing what it opens", async () => {
    const changes = await recordedChanges("staging-first");
    assert.ok(changes.changes.some(({ risk, type }) => risk === "access" && /Ingress$/.test(type)));
    assert.equal(
      verdictOf(changes, (name) => name).words,
      "is made for the first time: 180 resources",
    );
  });
});
