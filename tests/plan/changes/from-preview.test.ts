import assert from "node:assert/strict";
import { changesOfPreview } from "../../../plan/changes/from-preview.ts";
import {
  changesOf,
  previewOf,
  recordedChanges,
  recordedPreview,
  today,
} from "../../support/previews.ts";

const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const signature = "4dabf18193072939515e22adb298388d";
const secret = "1b47061264138c4ac30d75fd1eb44270";

describe("changes of a recorded preview", () => {
  it("are none where nothing changes, with the cost of what is there", async () => {
    const { changes, unchanged, whole, errors } = await recordedChanges("staging-none");
    assert.deepEqual(changes, []);
    assert.deepEqual(errors, []);
    assert.equal(unchanged, 180);
    assert.equal(whole?.cost.delta, 0);
    assert.ok(whole.cost.monthly > 100);
    assert.ok(whole.warnings.length > 0 && whole.warnings.every(({ isNew }) => !isNew));
  });

  it("rank a release as migration, image, configuration, scaling", async () => {
    const { changes, releases, migrations, whole } = await recordedChanges("staging-release");
    assert.deepEqual(
      [...new Set(changes.map(({ risk }) => risk))],
      ["migration", "image", "configuration", "scaling"],
    );
    assert.deepEqual(releases, [
      {
        app: "api",
        before: "7c0b41d9e2f85a3361c4be07a95d28f1034e6bca",
        after: "0123456789abcdef0123456789abcdef01234567",
      },
    ]);
    const [run] = migrations;
    assert.deepEqual(run?.scripts, { type: "files", changed: ["V3__drop_name.sql"], all: 4 });
    assert.deepEqual(
      run.findings.map(({ file, line }) => [file, line]),
      [["V3__drop_name.sql", 1]],
    );
    assert.deepEqual(
      whole?.warnings.filter(({ isNew }) => isNew).map(({ code }) => code),
      ["migration-breaks-running-version"],
    );
    const api = changes.find(({ name, type }) => name === "api/api" && /Deployment/.test(type));
    assert.ok(
      api?.properties.some(
        ({ path, before, after }) =>
          path === "spec.template.spec.containers[api].env[LOG_LEVEL].value" &&
          before === "debug" &&
          after === "info",
      ),
    );
  });

  it("name by policy what the engine refuses without a word", async () => {
    const { errors, whole } = await recordedChanges("staging-violation");
    assert.deepEqual(errors, []);
    assert.deepEqual(
      whole?.violations.filter(({ level }) => level === "mandatory").map(({ policy }) => policy),
      ["eks-endpoint-private-access"],
    );
  });

  it("begin with the cluster where it is made anew, and say why", async () => {
    const { changes, whole } = await recordedChanges("staging-cluster-replaced");
    const [first] = changes;
    assert.equal(first?.type, "aws:eks/cluster:Cluster");
    assert.equal(first.action, "replace");
    assert.equal(first.risk, "loss");
    assert.deepEqual(
      first.properties.filter(({ replaces }) => replaces).map(({ path, after }) => [path, after]),
      [["vpcConfig.subnetIds", "unknown until the update"]],
    );
    assert.ok(changes.some((change) => change.unknown && change.risk === "other"));
    assert.ok(whole !== undefined && whole.unjudged.length > 0);
  });

  it("hold the errors of a preview that failed, and no cost", async () => {
    const { errors, whole } = await recordedChanges("staging-image-missing");
    assert.match(errors.join(), /^apps\.api\.image: no image \S+:0123456789abcdef\S* was found/);
    assert.equal(whole, undefined);
  });

  it("mark what is protected", async () => {
    const { changes, errors } = await recordedChanges("production-protected");
    assert.deepEqual(
      changes.slice(0, 2).map(({ type, protect }) => [type, protect]),
      [
        ["aws:eks/cluster:Cluster", true],
        ["aws:ec2/vpc:Vpc", true],
      ],
    );
    assert.match(errors.join("\n"), /marked for protection/);
  });

  it("rank access above scaling in production", async () => {
    const { changes, whole } = await recordedChanges("production-mixed");
    assert.deepEqual(
      changes.map(({ risk, type }) => [risk, type.split(":").at(-1)]),
      [
        ["loss", "NodeGroup"],
        ["access", "Cluster"],
        ["access", "ClusterRole"],
        ["scaling", "HorizontalPodAutoscaler"],
        ["scaling", "Deployment"],
        ["other", "CronJob"],
      ],
    );
    assert.equal(whole?.cost.delta, 95.07);
  });

  it("are what drifted, after a refresh", async () => {
    const { changes } = await recordedChanges("staging-drift");
    assert.deepEqual(
      changes.map(({ action, name, properties }) => [action, name, properties]),
      [
        [
          "update",
          "slipway-staging-eu-west-1",
          [
            {
              path: "vpcConfig.publicAccessCidrs",
              before: '["0.0.0.0/0"]',
              after: '["203.0.113.0/24"]',
              replaces: false,
            },
          ],
        ],
        ["create", "api/api", []],
      ],
    );
  });
});

describe("changes of any preview", () => {
  it("never show a secret, however it is marked", async () => {
    const canary = "canary-4f1d9a7e";
    const wrapped = { [signature]: secret, value: canary };
    const { changes } = await changesOf([
      { op: "update", name: "marked", before: { a: wrapped }, after: { a: "x", b: wrapped } },
      {
        op: "update",
        name: "declared",
        before: { token: { of: "old" }, plain: canary },
        after: { token: { of: canary }, plain: "x" },
        state: { additionalSecretOutputs: ["token", "plain"] },
      },
      {
        op: "update",
        type: "kubernetes:core/v1:Secret",
        name: "secret",
        before: { data: { key: "b2xk" } },
        after: { data: { key: canary, more: canary } },
      },
      {
        op: "update",
        name: "named",
        before: { masterPassword: "old", env: [{ name: "SESSION_KEY", value: "old" }] },
        after: { masterPassword: canary, env: [{ name: "SESSION_KEY", value: canary }] },
      },
      {
        op: "update",
        name: "shaped",
        before: { url: "postgres://app:old@db/api" },
        after: {
          url: `postgres://app:${canary}@db/api`,
          note: "ghp_0123456789abcdefghijABCDEFGHIJ",
        },
      },
      {
        op: "update",
        name: "hidden",
        before: { value: "[secret]" },
        after: { value: "[secret]" },
        step: { detailedDiff: { value: { kind: "update" } } },
      },
    ]);
    assert.equal(changes.length, 6);
    assert.doesNotMatch(JSON.stringify(changes), /canary|ghp_0123/);
    const hidden = changes.find(({ name }) => name === "hidden");
    assert.deepEqual(hidden?.properties, [
      { path: "value", before: "[secret]", after: "[secret]", replaces: false },
    ]);
    const shaped = changes.find(({ name }) => name === "shaped");
    assert.equal(
      shaped?.properties.find(({ path }) => path === "url")?.after,
      "postgres://app:[secret]@db/api",
    );
  });

  it("show an unknown value as unknown", async () => {
    const { changes } = await changesOf([
      {
        op: "update",
        name: "queue",
        before: { arn: "arn:old", ids: ["a"] },
        after: { arn: unknown, ids: [unknown] },
      },
    ]);
    assert.deepEqual(
      changes[0]?.properties.map(({ after }) => after),
      ["unknown until the update", '["unknown until the update"]'],
    );
  });

  it("judge no policy by an unknown value", async () => {
    const { whole } = await changesOf([
      {
        op: "create",
        type: "aws:eks/cluster:Cluster",
        name: "cluster",
        after: { vpcConfig: unknown, version: "1.36" },
      },
    ]);
    assert.ok(whole !== undefined);
    assert.ok(whole.unjudged.includes("eks-endpoint-private-access"));
    assert.ok(!whole.violations.some(({ policy }) => policy === "eks-endpoint-private-access"));
  });

  it("join the three steps of a replacement", async () => {
    const type = "aws:rds/instance:Instance";
    const { changes } = await changesOf([
      {
        op: "create-replacement",
        type,
        name: "db",
        before: { engine: "mysql" },
        after: { engine: "postgres" },
      },
      {
        op: "replace",
        type,
        name: "db",
        before: { engine: "mysql" },
        after: { engine: "postgres" },
        step: { detailedDiff: { engine: { kind: "update-replace" } } },
      },
      { op: "delete-replaced", type, name: "db", before: { engine: "mysql" } },
    ]);
    assert.deepEqual(
      changes.map(({ action, risk, properties }) => [action, risk, properties]),
      [
        [
          "replace",
          "loss",
          [{ path: "engine", before: "mysql", after: "postgres", replaces: true }],
        ],
      ],
    );
  });

  it("forget what is retained, and speak of protection that is taken off", async () => {
    const { changes } = await changesOf([
      {
        op: "delete",
        type: "aws:s3/bucket:Bucket",
        name: "kept",
        before: {},
        state: { retainOnDelete: true },
      },
      {
        op: "same",
        type: "aws:s3/bucket:Bucket",
        name: "bare",
        step: {
          oldState: {
            urn: "urn:pulumi:s::p::aws:s3/bucket:Bucket::bare",
            type: "aws:s3/bucket:Bucket",
            custom: true,
            protect: true,
            inputs: {},
          },
          newState: {
            urn: "urn:pulumi:s::p::aws:s3/bucket:Bucket::bare",
            type: "aws:s3/bucket:Bucket",
            custom: true,
            inputs: {},
          },
        },
      },
    ]);
    assert.deepEqual(
      changes.map(({ name, action, risk }) => [name, action, risk]),
      [
        ["bare", "update", "loss"],
        ["kept", "forget", "loss"],
      ],
    );
  });

  for (const [what, diagnostics, log, errors] of [
    ["the log alone", [], "panic: lost\nwarning: old", ["panic: lost\nwarning: old"]],
    ["nothing", [], "", ["preview failed"]],
    [
      "both",
      [{ severity: "error", message: "preview failed" }],
      "warning: a newer version is there\nerror: could not load the policy pack\nerror: preview failed",
      ["preview failed", "could not load the policy pack"],
    ],
  ] as const)
    it(`are kept with the error of a preview that failed on its way, told by ${what}`, async () => {
      const created = { op: "create", name: "queue", after: {} };
      const text = previewOf([created], { diagnostics });
      const found = await changesOfPreview("staging", text, today, log);
      assert.deepEqual(found.errors, errors);
      assert.equal(found.changes.length, 1);
      assert.equal(found.whole, undefined);
    });

  it("are refused by policies that the engine's failure stands for", async () => {
    const text = recordedPreview("staging-violation");
    const alone = await changesOfPreview("staging", text, today);
    assert.deepEqual(
      await changesOfPreview("staging", text, today, "warning: old\nerror: preview failed\n"),
      alone,
    );
  });

  it("know nothing of the whole stack where unchanged resources are not shown", async () => {
    const { whole, unchanged } = await changesOf([{ op: "create", name: "queue", after: {} }], {
      changeSummary: { same: 40, create: 1 },
    });
    assert.equal(whole, undefined);
    assert.equal(unchanged, 40);
  });

  for (const [what, text, error] of [
    ["no JSON", "error: could not load plugin\n", /could not load plugin/],
    ["another JSON", "[1]", /\[1\]/],
    ["nothing", "", /ended without a word/],
    ["an empty object", "{}", /ended without a word/],
    [
      "diagnostics alone",
      JSON.stringify({ diagnostics: [{ severity: "error", message: "error: no stack\n" }] }),
      /^no stack$/,
    ],
  ] as const)
    it(`are those of a failed preview for ${what}`, async () => {
      const changes = await changesOfPreview("staging", text, today);
      assert.match(changes.errors.join("\n"), error);
      assert.deepEqual(changes.changes, []);
      assert.equal(changes.whole, undefined);
    });

  it("keep the credentials of a log to themselves", async () => {
    const log = `\u001b[31merror\u001b[0m: AKIAABCDEFGHIJKLMNOP refused\nDB_PASSWORD=canary psql`;
    const { errors } = await changesOfPreview("staging", log, today);
    assert.deepEqual(errors, ["error: [secret] refused\nDB_PASSWORD=[secret] psql"]);
  });

  it("are the same however the JSON is laid out", async () => {
    const text = recordedPreview("staging-release");
    const again = JSON.stringify(JSON.parse(text), null, 2);
    assert.deepEqual(
      await changesOfPreview("staging", again, today),
      await changesOfPreview("staging", text, today),
    );
  });
});
