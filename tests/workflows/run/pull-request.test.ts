import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../support/plans.ts";
import { recordedPreview } from "../../support/previews.ts";
import { evaluate } from "../support/expression.ts";
import { runJob } from "../support/run-job.ts";
import { Sandbox } from "../support/sandbox.ts";
import { jobOf } from "../support/workflow.ts";

describe("pull-request.yml", () => {
  let sandbox: Sandbox;
  beforeEach(() => {
    sandbox = new Sandbox();
    sandbox.fake("slipway");
  });
  afterEach(() => {
    sandbox.close();
  });

  const previews = () => join(sandbox.temp, "previews");
  const preview = (pulumi: string, stack = "staging") => {
    sandbox.fake("pulumi", pulumi);
    return runJob(jobOf("pull-request", "preview"), sandbox, { matrix: { stack } });
  };
  const comment = () =>
    runJob(jobOf("pull-request", "comment"), sandbox, {
      github: {
        token: "token-of-the-job",
        event: { pull_request: { number: 12, head: { sha: "abc" } } },
      },
      needs: { stacks: { outputs: { stacks: '["production","staging"]' } } },
    });
  const left = () =>
    Object.fromEntries(
      readdirSync(previews()).map((file) => [file, readFileSync(join(previews(), file), "utf8")]),
    );

  it("previews every stack that runs in AWS, a third one unmodified", () => {
    sandbox.write("Pulumi.beta.yaml", sandbox.read("Pulumi.staging.yaml"));
    const { outputs } = runJob(jobOf("pull-request", "stacks"), sandbox, {});
    assert.deepEqual(JSON.parse(outputs.stacks ?? ""), ["beta", "production", "staging"]);
  });

  it("keeps a preview as it is, and asks for nothing that writes", () => {
    assert.equal(preview(`echo '{"steps":[]}'`).result, "success");
    assert.deepEqual(left(), { "staging.json": '{"steps":[]}\n' });
    assert.deepEqual(sandbox.calls, [
      "pulumi preview --json --show-sames --non-interactive --policy-pack policies --stack staging",
    ]);
  });

  it("keeps the reason of a failed preview, the engine's own messages included, and fails", () => {
    const run = preview(
      `echo '{"diagnostics":[{"message":"no image slipway/api:7c0b41d was found"}]}'; echo 'error: preview failed' >&2; exit 1`,
    );
    assert.equal(run.result, "failure");
    assert.equal(run.outcomes["actions/upload-artifact"], "success");
    assert.deepEqual(left(), {
      "staging.log": "error: preview failed\nno image slipway/api:7c0b41d was found\n",
    });
  });

  for (const [recorded, stack, ...said] of [
    [
      "staging-violation",
      "staging",
      /^### `staging` can't be updated: policy `eks-endpoint-private-access` refuses it: /m,
      /<summary>Policies: 1 refuse, /,
    ],
    [
      "production-protected",
      "production",
      /^### `production` can't be updated: it deletes and makes anew the cluster /m,
      /^unable to replace resource .*\nas it is currently marked for protection/m,
      /^- deletes and makes anew the network `slipway-production-network`/m,
    ],
  ] as const)
    it(`comments on what a failed preview found: ${recorded}`, () => {
      const file = join(sandbox.directory, "recorded.json");
      writeFileSync(file, recordedPreview(recorded));
      assert.equal(preview(`cat '${file}'; exit 1`, stack).result, "failure");
      assert.deepEqual(Object.keys(left()), [`${stack}.json`, `${stack}.log`]);
      comment();
      const call = sandbox.calls.at(-1)?.split(" ") ?? [];
      const files = previews();
      const own = [
        `--preview ${stack}=${files}/${stack}.json`,
        `--failed ${stack}=${files}/${stack}.log`,
      ];
      assert.ok(call.join(" ").includes(own.join(" ")), call.join(" "));
      const { stdout, stderr } = spawnSync(
        process.execPath,
        [join(root, "cli", "main.ts"), "comment", ...own.join(" ").split(" ")],
        { encoding: "utf8" },
      );
      for (const line of said) assert.match(stdout, line, stderr);
    });

  it("keeps what a preview found that took too long", () => {
    preview(`echo '{"steps":[{"op":"same"}]}'; exit 124`);
    assert.deepEqual(left(), {
      "staging.json": '{"steps":[{"op":"same"}]}\n',
      "staging.log": "error: the preview took more than 20 minutes\n",
    });
  });

  it("keeps the reason of a preview that printed no JSON", () => {
    preview("echo 'error: no stack named staging found' >&2; exit 6");
    assert.deepEqual(left(), { "staging.log": "error: no stack named staging found\n" });
  });

  it("comments on the stacks together: what was previewed, what failed, what never ran", () => {
    preview(`echo '{"steps":[]}'`);
    assert.equal(comment().result, "success");
    const files = previews();
    assert.equal(
      sandbox.calls.at(-1),
      `slipway comment --failed production=${files}/production.log --preview staging=${files}/staging.json --pull-request 12 --head abc`,
    );
    assert.match(left()["production.log"] ?? "", /the preview of production did not run/);
  });

  it("fails when the comment cannot be posted", () => {
    sandbox.fake("slipway", "echo 'GITHUB_TOKEN may not write' >&2; exit 1");
    assert.equal(comment().result, "failure");
  });

  it("comments also when a preview failed", () => {
    const condition = jobOf("pull-request", "comment").if ?? "";
    const given = { needs: { stacks: { result: "success" } } };
    assert.equal(evaluate(condition.slice(3, -2), given, "failure"), true);
  });

  describe("who gets credentials", () => {
    const pullRequest = (repository: string, author: string) => ({
      github: {
        repository: "example-org/slipway",
        event: {
          pull_request: { head: { repo: { full_name: repository } }, user: { login: author } },
        },
      },
    });
    for (const [who, repository, author, trusted] of [
      ["a branch of this repository", "example-org/slipway", "ada", true],
      ["a fork", "somebody/slipway", "ada", false],
      ["Dependabot", "example-org/slipway", "dependabot[bot]", false],
    ] as const)
      it(`${trusted ? "previews" : "plans offline"} for ${who}`, () => {
        const context = pullRequest(repository, author);
        const runs = (job: string) =>
          evaluate(jobOf("pull-request", job).if ?? "true", context, "success");
        assert.equal(runs("stacks"), trusted);
        assert.equal(runs("offline"), !trusted);
      });

    it("has no way to credentials that does not pass through that condition", () => {
      assert.equal(jobOf("pull-request", "preview").needs, "stacks");
      assert.equal(jobOf("pull-request", "preview").if, undefined);
    });
  });

  it("plans offline against what the merge is compared with, and shows it in the summary", () => {
    sandbox.fake("slipway", "echo '# Offline plan'");
    const { result } = runJob(jobOf("pull-request", "offline"), sandbox, {});
    assert.equal(result, "success");
    assert.deepEqual(sandbox.calls, ["slipway comment --against HEAD^1"]);
    const summary = readFileSync(join(sandbox.directory, "summary"), "utf8");
    assert.equal(summary, "# Offline plan\n");
    assert.equal(readFileSync(join(sandbox.temp, "comment.md"), "utf8"), summary);
  });

  describe("ready", () => {
    const ready = (results: Readonly<Record<string, string>>) => {
      const needs = {
        ...{ check: "success", test: "success", stacks: "success", preview: "success" },
        ...{ comment: "success", offline: "skipped" },
        ...results,
      };
      return runJob(jobOf("pull-request", "ready"), sandbox, {
        needs: Object.fromEntries(
          Object.entries(needs).map(([job, result]) => [job, { result, outputs: {} }]),
        ),
      }).result;
    };

    it("passes for a branch and for a fork", () => {
      assert.equal(ready({}), "success");
      const fork = { stacks: "skipped", preview: "skipped", comment: "skipped" };
      assert.equal(ready({ ...fork, offline: "success" }), "success");
    });

    for (const [job, result] of [
      ["check", "failure"],
      ["test", "skipped"],
      ["preview", "failure"],
      ["comment", "cancelled"],
      ["offline", "failure"],
    ] as const)
      it(`fails when ${job} ends with ${result}`, () => {
        assert.equal(ready({ [job]: result }), "failure");
      });
  });
});
