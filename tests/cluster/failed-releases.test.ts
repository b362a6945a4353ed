import assert from "node:assert/strict";
import { AdmissionregistrationV1Api, ApiException, PatchStrategy } from "@kubernetes/client-node";
import type { Run } from "../support/engine.ts";
import { ask, edgeAddress } from "./https.ts";
import { apps, change, core, environment, isMissing, objects, podsOf } from "./kubernetes.ts";
import type { Manifest } from "./kubernetes.ts";
import { assertNoneFailed, described, MixedLoad, steady } from "./load.ts";
import type { Outcome } from "./load.ts";
import { appsOf, demoOf, images, platform } from "./platform.ts";
import type { AppInput, Edit } from "./platform.ts";
import { prober } from "./prober.ts";
import { tagImage } from "./registry.ts";

const admission = environment.kubeconfig.makeApiClient(AdmissionregistrationV1Api);
const progressDeadlineSeconds = 10;
/** A tag that is pushed twice. */
const moved = "f08f08f08f08f08f08f08f08f08f08f08f08f08f";

/** Releases that fail, by application; all replace version A. */
const failing: Record<
  string,
  { what: string; sha: string; env?: AppInput["env"]; reason: RegExp }
> = {
  missing: {
    what: "an image that does not exist",
    sha: "0123456789abcdef0123456789abcdef01234567",
    reason: /container missing waits \((?:ImagePullBackOff|ErrImagePull)/,
  },
  crashing: {
    what: "an image that crashes",
    sha: images.crashing,
    reason: /container crashing ended with exit code 1 \(Error\)/,
  },
  unready: {
    what: "an image that never gets ready",
    sha: images.neverReady,
    reason: /container unready runs and is not ready/,
  },
  flapping: {
    what: "an image that fails every third probe",
    sha: images.b,
    env: { READY_FAIL_EVERY: "3" },
    reason: /container flapping (?:runs and is not ready|is ready since)/,
  },
};

describe("a release that fails", () => {
  const outcomes = new Map<string, Outcome>();
  const versions = new Map<string, string>();
  let failed: Run;
  let restored: Run;
  let edge = "";
  let template: unknown;

  before(async () => {
    await tagImage("localhost:5001/demo-app", images.a, moved);
    platform().up(releases("good"));
    edge = await edgeAddress();
    template = await podTemplateOf("demo");
    for (const app of Object.keys(failing)) await steady(app, edge, host(app));
    const loads = Object.keys(failing).map(
      (app) => [app, new MixedLoad({ address: () => edge, host: host(app) }, 30)] as const,
    );
    failed = await platform().startUp(releases("failing")).ended;
    for (const app of Object.keys(failing)) {
      const { body } = await ask(edge, { host: host(app), path: "/status/about" });
      versions.set(app, (JSON.parse(body) as { revision: string }).revision);
    }
    await tagImage("localhost:5001/demo-app", images.b, moved);
    restored = await platform().startUp(releases("good")).ended;
    for (const [app, load] of loads) outcomes.set(app, await load.stop());
  });

  it("ends `up` within the progress deadline and 30 s", () => {
    console.log(`      reported after ${failed.seconds.toFixed(0)} s`);
    assert.notEqual(failed.status, 0, failed.stdout);
    assert.ok(failed.seconds <= progressDeadlineSeconds + 30, `${failed.seconds.toFixed(0)} s`);
  });

  for (const [app, { what, sha, reason }] of Object.entries(failing))
    it(`names image and reason of ${what}, while the old pods serve`, () => {
      const printed = failed.stdout + failed.stderr;
      assert.match(printed, new RegExp(`demo-app:${sha} did not roll out`));
      assert.match(printed, new RegExp(`pod ${app}-\\S+, ${reason.source}`));
      assert.match(printed, new RegExp(`kubectl -n ${app} describe pods`));
      const outcome = outcomes.get(app);
      assert.ok(outcome !== undefined);
      console.log(`      ${described(outcome)}`);
      assertNoneFailed(outcome);
      assert.equal(versions.get(app), images.a);
    });

  it("is undone by one `up` of the version before", async () => {
    assert.equal(restored.status, 0, restored.stdout + restored.stderr);
    for (const app of Object.keys(failing))
      for (const pod of await podsOf(app))
        assert.match(pod.spec?.containers[0]?.image ?? "", new RegExp(`:${images.a}$`));
    console.log(`      restored after ${restored.seconds.toFixed(0)} s`);
  });

  it("is none when a tag is pushed again: pods stay as they are (F08)", async () => {
    assert.deepEqual(await podTemplateOf("demo"), template);
  });

  it("is refused before anything changes when its image is not a commit's (F07)", async () => {
    const wrong: Record<string, string> = { latest: "latest", blank: "", branch: "main" };
    const run = platform().tryUp((config) => {
      const demo = demoOf(config);
      for (const [app, sha] of Object.entries(wrong))
        appsOf(config)[app] = { image: { ...demo.image, sha } };
      appsOf(config)["tagged"] = { image: { ...demo.image, repository: "localhost:5001/demo:v1" } };
    });
    assert.notEqual(run.status, 0);
    for (const app of Object.keys(wrong))
      assert.match(run.stdout, new RegExp(`apps.${app}.image.sha`));
    assert.match(run.stdout, /apps\.tagged\.image\.repository/);
    for (const name of [...Object.keys(wrong), "tagged"])
      await assert.rejects(core.readNamespace({ name }), isMissing);
    assert.deepEqual(await podTemplateOf("demo"), template);
  });
});

/** Asks the API server to take an object, without keeping it. */
function tryApply(manifest: Manifest): Promise<unknown> {
  return objects.patch(manifest, undefined, "All", "somebody", true, PatchStrategy.ServerSideApply);
}

/** The applications of this file beside `demo`, one pod each, all at version A or all failing. */
function releases(state: "good" | "failing"): Edit {
  return (config) => {
    const demo = demoOf(config);
    demo.image.sha = moved;
    for (const [app, { sha, env }] of Object.entries(failing))
      appsOf(config)[app] = {
        image: { ...demo.image, sha: state === "good" ? images.a : sha },
        env: state === "good" ? {} : { ...env },
        resources: demo.resources,
        replicas: { min: 1, max: 1 },
        health: {
          startup: { periodSeconds: 1, timeoutSeconds: 1, failureThreshold: 8 },
          readiness: { periodSeconds: 1, timeoutSeconds: 1, initialDelaySeconds: 0 },
        },
        // The crashing image lives for three seconds, the last of which it may be ready.
        rollout: { ...demo.rollout, progressDeadlineSeconds, minReadySeconds: 5 },
        route: { hosts: [host(app)] },
      } satisfies AppInput;
  };
}

function host(app: string): string {
  return `${app}.apps.test`;
}

describe("an image that somebody applies with kubectl (F07)", () => {
  let image = { repository: "", sha: "" };
  before(() => {
    platform().up((config) => {
      ({ image } = demoOf(config));
    });
  });

  const deployment = (reference: string): Manifest => ({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { namespace: "demo", name: "demo" },
    spec: { template: { spec: { containers: [{ name: "demo", image: reference }] } } },
  });
  const pod = (reference: string, metadata: object = {}): Manifest => ({
    ...prober("demo"),
    metadata: { name: "by-hand", namespace: "demo", ...metadata },
    spec: {
      ...prober("demo").spec,
      containers: prober("demo").spec.containers.map((container) => ({
        ...container,
        image: reference,
      })),
    },
  });
  const forbidden = (error: unknown) => error instanceof ApiException && error.code === 403;
  const refusal = (error: unknown) =>
    forbidden(error) &&
    String((error as ApiException<unknown>).body).includes(`runs ${image.repository} by commit`);

  it("is refused unless it is the application's, by commit", async () => {
    const { repository } = image;
    for (const wrong of [
      `${repository}:latest`,
      repository,
      `${repository}:main`,
      `${repository}-other:${image.sha}`,
      `registry.example/demo-app:${image.sha}`,
      "nginx:1.29",
    ])
      await assert.rejects(tryApply(deployment(wrong)), refusal, wrong);
    await tryApply(deployment(`${repository}:${images.b}`));
    await tryApply(deployment(`${repository}@sha256:${"0".repeat(64)}`));
  });

  it("is refused in a pod where it is the application's without a commit", async () => {
    await assert.rejects(tryApply(pod(`${image.repository}:latest`)), refusal);
    await tryApply(pod(`${image.repository}:${image.sha}`));
    await tryApply(pod("busybox:1.35.0"));
  });

  it("stays where it was when the namespace no longer allows it, and can be scaled", async () => {
    const repositoryOf = (repository: string) =>
      change({
        apiVersion: "v1",
        kind: "Namespace",
        metadata: { name: "demo", annotations: { "slipway/image-repository": repository } },
      });
    await repositoryOf("registry.example/demo-app");
    try {
      await tryApply({ ...deployment(`${image.repository}:${image.sha}`), spec: { replicas: 3 } });
      await assert.rejects(tryApply(deployment(`${image.repository}:${images.b}`)), forbidden);
    } finally {
      await repositoryOf(image.repository);
    }
  });

  it("is judged by expressions that the API server finds no fault with", async () => {
    const { items } = await admission.listValidatingAdmissionPolicy();
    const ours = items.filter(({ metadata }) => metadata?.name === "slipway-local-images");
    assert.deepEqual(
      ours.map(({ status }) => status?.typeChecking?.expressionWarnings ?? []),
      [[]],
    );
  });
});

async function podTemplateOf(app: string): Promise<unknown> {
  const { metadata, spec } = await apps.readNamespacedDeployment({ namespace: app, name: app });
  const pods = await podsOf(app);
  return {
    generation: metadata?.generation,
    template: spec?.template,
    pods: pods.map((pod) => pod.metadata?.uid),
  };
}
