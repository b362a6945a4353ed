import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { KubernetesObject } from "@kubernetes/client-node";
import { kill } from "../support/engine.ts";
import { apps, core, eventually, externalSecrets, slipwaysOwn } from "./kubernetes.ts";
import { appsOf, demoSecret, images, platform } from "./platform.ts";
import type { Edit, StackConfig } from "./platform.ts";
import { putSecret, secretName } from "./secrets-manager.ts";

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
    readonly pending_operations?: readonly {
      readonly type: string;
      readonly resource: { readonly urn: string };
    }[];
  };
}

function exportState(): { state: State; text: string } {
  const { stdout } = platform().run("stack", "export");
  return { state: JSON.parse(stdout) as State, text: stdout };
}

const idsOf = (items: readonly KubernetesObject[]): string[] =>
  items.map(({ metadata }) => `${metadata?.namespace ?? ""}/${metadata?.name ?? ""}`);

/** Objects of Slipway's own in the cluster, and those that the state knows, of kinds that could double. */
async function objects(): Promise<{ inCluster: string[]; inState: string[] }> {
  const labelSelector = slipwaysOwn;
  const lists = await Promise.all([
    apps.listDeploymentForAllNamespaces({ labelSelector }),
    core.listServiceForAllNamespaces({ labelSelector }),
    core.listConfigMapForAllNamespaces({ labelSelector }),
  ]);
  const inCluster = [
    ...lists.flatMap(({ items }) => idsOf(items)),
    ...idsOf(await externalSecrets()),
  ];
  const types = [
    "apps/v1:Deployment",
    "core/v1:Service",
    "core/v1:ConfigMap",
    "external-secrets.io/v1:ExternalSecret",
  ];
  const inState = exportState().state.deployment.resources.flatMap(({ type, id }) =>
    id !== undefined && types.some((kind) => type === `kubernetes:${kind}`) ? [id] : [],
  );
  return { inCluster: inCluster.sort(), inState: inState.sort() };
}

/** URNs of what a killed run was making. */
function pendingCreations(): string[] {
  const { pending_operations = [] } = exportState().state.deployment;
  return pending_operations
    .filter(({ type }) => type === "creating")
    .map(({ resource }) => resource.urn);
}

/** Exports the state and imports it again, which drops what was pending. */
function importExported(): void {
  const { text } = exportState();
  assert.equal(platform().run("cancel", "--yes").status, 0);
  const file = join(platform().sandbox.directory, "exported.json");
  writeFileSync(file, text);
  const imported = platform().run("stack", "import", "--file", file);
  assert.equal(imported.status, 0, imported.stderr);
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
      const pending = pendingCreations().length;
      console.log(
        `      killed after ${seconds.toFixed(1)} s with ${String(pending)} pending creations`,
      );
      if (platform().lockFiles().length > 0)
        assert.match(platform().run("up", "--yes", "--skip-preview").stderr, /`?pulumi cancel`?/);
      importExported();
      platform().recover();
      platform().up(variant);
    });

  it("are mended after a kill while a key is asked for, which is asked for again", async () => {
    platform().up();
    await putSecret(secretName("demo"), { OTHER: "value" });
    try {
      const killed = platform().startUp(variants[0]);
      await eventually("the Deployment of another application", 60, () =>
        apps.readNamespacedDeployment({ namespace: "extra", name: "extra" }),
      );
      await kill(killed);
      for (const name of ["demo-secret-check-GREETING", "extra-application"])
        assert.ok(
          pendingCreations().some((urn) => urn.endsWith(`-${name}`)),
          name,
        );
      importExported();
      platform().recover();
      const refused = platform().tryUp(variants[0]);
      assert.notEqual(refused.status, 0);
      assert.match(refused.stdout + refused.stderr, /secret-check-GREETING\)/);
    } finally {
      await putSecret(secretName("demo"), demoSecret);
    }
    platform().up(variants[0]);
  });

  it("leave no object twice and none behind", async () => {
    platform().up();
    platform().up(undefined, "--expect-no-changes");
    const { inCluster, inState } = await objects();
    assert.deepEqual(inCluster, inState);
  });
});
