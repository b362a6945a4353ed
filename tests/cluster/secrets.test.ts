import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import type { V1Pod } from "@kubernetes/client-node";
import { AwsProxy } from "./aws-proxy.ts";
import { ask, edgeAddress } from "./https.ts";
import {
  apps,
  core,
  custom,
  environment,
  eventually,
  isReady,
  podsOf,
  secretValue,
} from "./kubernetes.ts";
import { Load } from "./load.ts";
import { appsOf, demoSecret, emulatorEndpoint, images, platform, sourceOf } from "./platform.ts";
import type { Edit, StackConfig } from "./platform.ts";
import { sha256InVolume } from "./pod-files.ts";
import { deleteSecret, putSecret, readSecret, secretName } from "./secrets-manager.ts";

const app = "demo";
const proxy = new AwsProxy();
/** A registry of ECR by its name; the nodes take its images from where they get all others. */
const registry = "123456789012.dkr.ecr.eu-west-1.amazonaws.com";

const decoded = "-----BEGIN CERTIFICATE-----\nnot really\n-----END CERTIFICATE-----\n";
const document = `{\n  "type": "service_account",\n  "note": "$(GREETING) {{ .left }} \\u00fc ü",\n  "key": "line 1\\nline 2\\n"\n}\n`;
const values = {
  // Valid base64, but not marked as such.
  GREETING: "aGVsbG8=",
  CERTIFICATE: Buffer.from(decoded).toString("base64"),
  UNLISTED: "synced although no list names it",
};
const documentName = secretName("demo-service-account");
const generatedName = `${secretName(app)}/SESSION_KEY`;
const keptName = `${secretName(app)}/KEPT_KEY`;
const kept = "made-by-somebody-before";

function release(sha: string): Edit {
  return (config) => {
    sourceOf(config).endpoint = proxy.endpoint;
    const demo = appsOf(config)[app] as StackConfig;
    demo["image"] = { repository: `${registry}/demo-app`, sha };
    // The autoscaler would add pods while the machine is busy.
    demo["replicas"] = { min: 2, max: 2 };
    demo["secrets"] = {
      required: ["GREETING", "CERTIFICATE", "SESSION_KEY", "KEPT_KEY"],
      base64Keys: ["CERTIFICATE"],
      generated: { SESSION_KEY: { length: 32 }, KEPT_KEY: {} },
      files: {
        "service-account": {
          mountPath: "/var/run/secrets/demo/service-account.json",
          env: "SERVICE_ACCOUNT_JSON",
        },
      },
    };
  };
}

const sha256 = (value: string): string => createHash("sha256").update(value).digest("hex");
const names = (pods: readonly V1Pod[]): (string | undefined)[] =>
  pods.map(({ metadata }) => metadata?.name);

/**
 * Waits until pods have a value in a variable, since those that end are still asked for a moment.
 * The application tells the value's hash alone.
 */
async function expectVariable(name: string, value: string, seconds = 20): Promise<void> {
  const address = await edgeAddress();
  await eventually(`the value of ${name} in the pods`, seconds, async () => {
    const { body } = await ask(address, { path: `/env/${name}-sha256` });
    return (JSON.parse(body) as { sha256?: string }).sha256 === sha256(value) ? true : undefined;
  });
}

const deployment = () => apps.readNamespacedDeployment({ namespace: app, name: app });

/** Rises with every change of the Deployment: a restart is one. */
async function deploymentGeneration(): Promise<number> {
  return (await deployment()).metadata?.generation ?? assert.fail("no generation");
}

/** Pods of the application when no rollout is under way. */
function settled(): Promise<V1Pod[]> {
  return eventually("the end of the rollout", 90, async () => {
    const { metadata, status, spec } = await deployment();
    const pods = await podsOf(app);
    const wanted = spec?.replicas;
    return status?.observedGeneration === metadata?.generation &&
      status?.updatedReplicas === wanted &&
      pods.length === wanted &&
      pods.every(isReady)
      ? pods
      : undefined;
  });
}

interface ExternalSecret {
  readonly status?: {
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly reason: string;
    }[];
  };
}

/** Why the synced secret is not Ready; undefined while it is. */
async function failure(): Promise<string | undefined> {
  const found = (await custom.getNamespacedCustomObject({
    group: "external-secrets.io",
    version: "v1",
    namespace: app,
    plural: "externalsecrets",
    name: app,
  })) as ExternalSecret;
  const ready = found.status?.conditions?.find(({ type }) => type === "Ready");
  return ready?.status === "False" ? ready.reason : undefined;
}

describe("secrets of an application", () => {
  const since = (start: number): string => ((performance.now() - start) / 1000).toFixed(1);

  before(async () => {
    await proxy.deploy(emulatorEndpoint());
    await putSecret(secretName(app), values);
    await putSecret(documentName, document);
    await putSecret(keptName, kept);
    const { seconds } = platform().up(release(images.a));
    console.log(`      up with four keys and a document: ${seconds.toFixed(0)} s`);
  });

  after(async () => {
    await putSecret(secretName(app), demoSecret);
    for (const name of [documentName, generatedName, keptName]) await deleteSecret(name);
    await proxy.remove();
  });

  it("reach the pods byte for byte, as variables and as files", async () => {
    const [pod] = await settled();
    await expectVariable("GREETING", values.GREETING);
    await expectVariable("CERTIFICATE", decoded);
    await expectVariable("UNLISTED", values.UNLISTED);
    await expectVariable("SERVICE_ACCOUNT_JSON", document);
    const file = await sha256InVolume(
      { namespace: app, name: pod?.metadata?.name ?? "" },
      "secret-files",
      "service-account",
    );
    assert.equal(file, sha256(document));
  });

  it("are generated where the source has none, and kept where it has one", async () => {
    const generated = (await readSecret(generatedName)) ?? "";
    assert.equal(generated.length, 32);
    for (const kind of [/\d/g, /[A-Z]/g, /[_\-+.]/g])
      assert.ok((generated.match(kind) ?? []).length >= 2, `fewer than two of ${String(kind)}`);
    await expectVariable("SESSION_KEY", generated);
    assert.equal(await readSecret(keptName), kept);
    await expectVariable("KEPT_KEY", kept);
  });

  it("let pods pull from ECR with a token that is made anew when it is lost", async () => {
    const read = () => secretValue(app, "demo-registry", ".dockerconfigjson");
    const [pod] = await settled();
    const { imagePullSecrets, containers } = pod?.spec ?? assert.fail("no pod");
    assert.deepEqual(
      imagePullSecrets?.map(({ name }) => name),
      ["demo-registry"],
    );
    assert.equal(containers[0]?.image, `${registry}/demo-app:${images.a}`);
    const check = (text: string | undefined): true => {
      const { auths } = JSON.parse(text ?? "") as {
        auths: Record<string, { username: string; password: string; auth: string }>;
      };
      const { username, password, auth } = auths[registry] ?? assert.fail("no such registry");
      assert.equal(username, "AWS");
      assert.notEqual(password, "");
      assert.equal(Buffer.from(auth, "base64").toString(), `AWS:${password}`);
      return true;
    };
    check(await read());
    await core.deleteNamespacedSecret({ namespace: app, name: "demo-registry" });
    await eventually("a new pull secret", 20, async () => check(await read()));
  });

  it("arrive within 20 s of an edit, and the pods follow without a failed request", async () => {
    const before = names(await settled());
    const address = await edgeAddress();
    const load = new Load({ address: () => address, perSecond: 20, keepAlive: true });
    const start = performance.now();
    await putSecret(secretName(app), { ...values, GREETING: "edited" });
    await eventually("the edit in the Kubernetes Secret", 20, async () =>
      (await secretValue(app, app, "GREETING")) === "edited" ? true : undefined,
    );
    const synced = since(start);
    await eventually("other pods", 30, async () =>
      names(await podsOf(app)).some((name) => !before.includes(name)) ? true : undefined,
    );
    const after = names(await settled());
    const rolled = since(start);
    const { failed, failures, requests } = await load.stop();
    assert.deepEqual([...failures], []);
    assert.equal(failed, 0);
    assert.ok(requests > 100);
    assert.ok(!after.some((name) => before.includes(name)));
    await expectVariable("GREETING", "edited");
    console.log(`      edit in the Secret after ${synced} s, in all pods after ${rolled} s`);
  });

  it("are put back when they are edited in Kubernetes, in the pods too", async () => {
    await settled();
    const generation = await deploymentGeneration();
    const start = performance.now();
    const value = Buffer.from("by hand").toString("base64");
    const { data } = await core.patchNamespacedSecret({
      namespace: app,
      name: app,
      body: [{ op: "replace", path: "/data/GREETING", value }],
    });
    // The operator may be faster than another read would be.
    assert.equal(data?.GREETING, value);
    await eventually("the value of the source", 20, async () =>
      (await secretValue(app, app, "GREETING")) === "edited" ? true : undefined,
    );
    console.log(`      edit by hand undone after ${since(start)} s`);
    // The edit by hand restarts the pods, and so does its end.
    await eventually("both restarts", 20, async () =>
      (await deploymentGeneration()) >= generation + 2 ? true : undefined,
    );
    await settled();
    await expectVariable("GREETING", "edited");
  });

  it("stop the next deploy when a required key is gone, and running pods keep its value", async () => {
    const before = names(await settled());
    await putSecret(secretName(app), { CERTIFICATE: values.CERTIFICATE, UNLISTED: "canary-7f3a" });
    await eventually("the failure of the synced secret", 30, failure);
    assert.equal(await failure(), "SecretSyncedError");

    const run = platform().tryUp(release(images.b));
    const printed = run.stdout + run.stderr;
    assert.notEqual(run.status, 0);
    assert.match(printed, /secret-check-GREETING\)/);
    assert.doesNotMatch(printed, new RegExp(`canary-7f3a|edited|${values.CERTIFICATE}`));
    assert.equal(await secretValue(app, app, "GREETING"), "edited");
    assert.deepEqual(names(await settled()), before);
    await expectVariable("GREETING", "edited");
    console.log(`      missing key reported after ${run.seconds.toFixed(0)} s`);
  });

  it("go on with the deploy when the key is back", async () => {
    await putSecret(secretName(app), values);
    platform().up(release(images.b));
    await eventually("no failure of the synced secret", 60, async () =>
      (await failure()) === undefined ? true : undefined,
    );
    await expectVariable("GREETING", values.GREETING, 60);
    const generated = (await readSecret(generatedName)) ?? "";
    await expectVariable("SESSION_KEY", generated);
  });

  for (const { fault, seconds: outage } of [
    { fault: "ThrottlingException", seconds: environment.long ? 300 : 0 },
    { fault: "AccessDeniedException", seconds: 0 },
  ] as const)
    it(`stay while AWS answers ${fault}, and follow again by themselves`, async () => {
      const before = names(await settled());
      const greeting = (await secretValue(app, app, "GREETING")) ?? "";
      await proxy.answer(fault);
      const reads = await proxy.reads();
      const start = performance.now();
      const next = `after ${fault}`;
      await putSecret(secretName(app), { ...values, GREETING: next });
      await eventually("the failure of the synced secret", 60, failure);
      await setTimeout(outage * 1000);
      assert.equal(await failure(), "SecretSyncedError");
      assert.equal(await secretValue(app, app, "GREETING"), greeting);
      assert.deepEqual(names(await settled()), before);

      const { items } = await core.listNamespacedEvent({ namespace: app });
      assert.ok(items.some(({ type, message }) => type === "Warning" && message?.includes(fault)));

      const calls = (await proxy.reads()) - reads;
      const seconds = since(start);
      // The pauses double: without that there would be thousands of calls.
      const most = outage === 0 ? 60 : 100;
      assert.ok(calls < most, `${String(calls)} calls in ${seconds} s`);
      await proxy.answer(undefined);
      const back = performance.now();
      await eventually("the value of the source", 120 + outage, async () =>
        (await secretValue(app, app, "GREETING")) === next ? true : undefined,
      );
      console.log(
        `      ${String(calls)} calls in ${seconds} s of ${fault}, in step again after ${since(back)} s`,
      );
      await expectVariable("GREETING", next, 60);
    }).timeout(600_000 + 2000 * outage);
});
