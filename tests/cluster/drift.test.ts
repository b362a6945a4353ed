import assert from "node:assert/strict";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PatchStrategy, setHeaderOptions } from "@kubernetes/client-node";
import { ask, edgeAddress } from "./https.ts";
import { apps, core, eventually } from "./kubernetes.ts";
import { appsOf, platform } from "./platform.ts";
import type { StackConfig } from "./platform.ts";

const deployment = { namespace: "demo", name: "demo" };
const merge = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);

/** Changes that a preview finds between the state and the cluster, as `operation name`. */
function drift(): string[] {
  const { stdout } = platform().run("preview", "--refresh", "--json");
  const { steps } = JSON.parse(stdout) as { steps: { op: string; urn: string }[] };
  return steps
    .filter(({ op }) => !["same", "refresh", "read"].includes(op))
    .map(({ op, urn }) => `${op} ${urn.split("::").slice(-1).join("")}`);
}

describe("drift", () => {
  before(() => {
    platform().up();
  });

  it("of a deleted Service is seen by a preview and mended by up --refresh", async () => {
    await core.deleteNamespacedService(deployment);
    assert.deepEqual(drift(), ["create slipway-local-demo-application"]);
    platform().up(undefined, "--refresh");
    const address = await edgeAddress();
    const mended = performance.now();
    await eventually("an answer of the application", 60, async () => {
      const { status } = await ask(address);
      if (status !== 200) throw new Error(`status ${String(status)}`);
      return true;
    });
    console.log(`      served ${((performance.now() - mended) / 1000).toFixed(1)} s after the end`);
  });

  it("of a setting that was changed by hand is seen by a preview", async () => {
    const { spec } = await apps.readNamespacedDeployment(deployment);
    const set = (minReadySeconds: number | undefined) =>
      apps.patchNamespacedDeployment(
        { ...deployment, body: { spec: { minReadySeconds } }, fieldManager: "kubectl-edit" },
        merge,
      );
    await set(3);
    assert.deepEqual(drift(), ["update slipway-local-demo-application"]);
    await set(spec?.minReadySeconds);
    assert.deepEqual(drift(), []);
  });

  it("of the replicas is none: the autoscaler decides", async () => {
    await apps.patchNamespacedDeploymentScale(
      { ...deployment, body: { spec: { replicas: 3 } } },
      merge,
    );
    // One that is still starting is brought up by the next run, which is no drift.
    await eventually("the third pod", 30, async () => {
      const { status } = await apps.readNamespacedDeployment(deployment);
      return status?.readyReplicas === 3 ? true : undefined;
    });
    assert.deepEqual(drift(), []);
  });
});

describe("mistakes", () => {
  before(() => {
    platform().up();
  });
  afterEach(() => {
    platform().up(undefined, "--expect-no-changes");
  });

  it("in the configuration end the run with all of them, before anything changes", () => {
    const { status, stdout, stderr } = platform().tryUp((config) => {
      const demo = appsOf(config).demo as StackConfig & { image: { sha: string } };
      demo.image.sha = "latest";
      demo.replicas = { min: 0, max: -1 };
      appsOf(config).Über = structuredClone(demo);
    });
    const printed = stdout + stderr;
    assert.notEqual(status, 0);
    assert.match(printed, /apps\.demo\.image\.sha is "latest": give 7 to 40 hexadecimal digits/);
    assert.match(printed, /apps\.demo\.replicas\.max is -1/);
    assert.match(printed, /Über/);
    assert.doesNotMatch(printed, /\n\s+at .*:\d+:\d+/);
  });

  it("that Kubernetes would refuse half-way, as a ConfigMap of over 1 MiB, end it as well", () => {
    const directory = join(platform().sandbox.project, "large-migrations");
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, "V1__large.sql"), `-- ${"x".repeat(1024 * 1024)}\n`);
    try {
      const { status, stdout, stderr } = platform().tryUp((config) => {
        const demo = appsOf(config).demo as StackConfig & { secrets: { required: string[] } };
        demo.database = { engine: "postgres", host: "db.example.com", name: "demo" };
        demo.secrets.required = ["GREETING", "DATABASE_USERNAME", "DATABASE_PASSWORD"];
        demo.migration = { type: "flyway", sql: { type: "directory", path: "large-migrations" } };
      });
      assert.notEqual(status, 0);
      assert.match(stdout + stderr, /the migrations have \d+ bytes and a ConfigMap holds 1044480/);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
