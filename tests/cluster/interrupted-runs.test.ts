import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { kill } from "../support/engine.ts";
import { apps, core, eventually } from "./kubernetes.ts";
import { appsOf, images, platform } from "./platform.ts";
import type { Edit, StackConfig } from "./platform.ts";

/** States of the stack that differ by a release, by a whole application, and by Helm releases. */
const variants: readonly Edit[] = [
  (config) => {
    const demo = appsOf(config).demo as StackConfig & { image: { sha: string } };
    const { secrets, route, ...common } = structuredClone(demo);
    appsOf(config).extra = common;
    demo.image.sha = images.b;
  },
  () => undefined,
  (config) => {
    (config["slipway:edge"] as { replicas: number }).replicas = 1;
  },
];

interface State {
  readonly deployment: {
    readonly resources: readonly { readonly type: string; readonly id?: string }[];
    readonly pending_operations?: readonly unknown[];
  };
}

function exportState(): { state: State; text: string } {
  const { stdout } = platform().run("stack", "export");
  return { state: JSON.parse(stdout) as State, text: stdout };
}

/** Objects of Slipway's own in the cluster, and those that the state knows, of kinds that could double. */
async function objects(): Promise<{ inCluster: string[]; inState: string[] }> {
  const labelSelector = "app.kubernetes.io/managed-by=slipway";
  const lists = await Promise.all([
    apps.listDeploymentForAllNamespaces({ labelSelector }),
    core.listServiceForAllNamespaces({ labelSelector }),
    core.listConfigMapForAllNamespaces({ labelSelector }),
  ]);
  const inCluster = lists.flatMap(({ items }) =>
    items.map(({ metadata }) => `${metadata?.namespace ?? ""}/${metadata?.name ?? ""}`),
  );
  const types = ["apps/v1:Deployment", "core/v1:Service", "core/v1:ConfigMap"];
  const inState = exportState().state.deployment.resources.flatMap(({ type, id }) =>
    id !== undefined && types.some((kind) => type === `kubernetes:${kind}`) ? [id] : [],
  );
  return { inCluster: inCluster.sort(), inState: inState.sort() };
}

describe("interrupted runs", () => {
  before(() => {
    platform().up();
  });

  it("refuse a second run at the same time, which changes nothing", async () => {
    const first = platform().startUp(variants[0]);
    await eventually("the lock of the first run", 30, () =>
      platform().lockFiles().length > 0 ? true : undefined,
    );
    const second = platform().run("up", "--yes", "--skip-preview");
    assert.notEqual(second.status, 0);
    assert.match(second.stderr + second.stdout, /the stack is currently locked by 1 lock/);
    const { status, stdout } = await first.ended;
    assert.equal(status, 0, stdout);
    platform().up(variants[0], "--expect-no-changes");
  });

  it("stop cleanly when they are asked to", async () => {
    const asked = platform().startUp(variants[1]);
    await eventually("the lock of the run", 30, () =>
      platform().lockFiles().length > 0 ? true : undefined,
    );
    await sleep(2000);
    assert.ok(asked.process.pid);
    process.kill(asked.process.pid, "SIGINT");
    await asked.ended;
    assert.deepEqual(platform().lockFiles(), []);
    platform().up(variants[1]);
  });

  for (let round = 1; round <= 10; round += 1)
    it(`are mended after a kill, ${String(round)} of 10`, async () => {
      const variant = variants[round % variants.length];
      const killed = platform().startUp(variant);
      const seconds = 1 + Math.random() * 11;
      await Promise.race([sleep(seconds * 1000), killed.ended]);
      await kill(killed);

      const { state, text } = exportState();
      const pending = state.deployment.pending_operations?.length ?? 0;
      console.log(
        `      killed after ${seconds.toFixed(1)} s with ${String(pending)} pending operations`,
      );
      if (platform().lockFiles().length > 0)
        assert.match(platform().run("up", "--yes", "--skip-preview").stderr, /`?pulumi cancel`?/);
      assert.equal(platform().run("cancel", "--yes").status, 0);
      const file = join(platform().sandbox.directory, "exported.json");
      writeFileSync(file, text);
      const imported = platform().run("stack", "import", "--file", file);
      assert.equal(imported.status, 0, imported.stderr);

      const recovered = platform().sandbox.slipway("recover", "local");
      assert.equal(recovered.status, 0, recovered.stderr);
      platform().up(variant);
    });

  it("leave no object twice and none behind", async () => {
    platform().up();
    platform().up(undefined, "--expect-no-changes");
    const { inCluster, inState } = await objects();
    assert.deepEqual(inCluster, inState);
  });
});
