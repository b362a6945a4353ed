import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { runJob } from "../support/run-job.ts";
import { Sandbox } from "../support/sandbox.ts";
import { jobOf } from "../support/workflow.ts";

const [older, newer] = ["1".repeat(40), "2".repeat(40)];

describe("drift.yml", () => {
  let sandbox: Sandbox;
  beforeEach(() => {
    sandbox = new Sandbox();
    sandbox.fake("slipway");
  });
  afterEach(() => {
    sandbox.close();
  });

  const deployed = (gh: string) => {
    sandbox.fake("gh", gh);
    return runJob(jobOf("drift", "deployed"), sandbox, {
      github: { repository: "org/slipway", token: "token-of-the-job" },
    });
  };
  const preview = (pulumi: string) => {
    sandbox.fake("pulumi", pulumi);
    return runJob(jobOf("drift", "preview"), sandbox, {
      matrix: { deployed: { stack: "staging", sha: newer } },
    });
  };
  const report = () =>
    runJob(jobOf("drift", "report"), sandbox, {
      github: { token: "token-of-the-job" },
      needs: { deployed: { outputs: { stacks: '["staging"]' } } },
    });
  const left = () => readdirSync(join(sandbox.temp, "previews"));

  it("compares with the last commit that was deployed with success", () => {
    const { outputs, log } = deployed(`case "$*" in
*environment=production*) printf '%s\\n' "2 ${newer}" "1 ${older}" ;;
*environment=staging*) echo "3 ${newer}" ;;
*/2/statuses*) echo failure ;;
*) echo success ;;
esac`);
    assert.deepEqual(
      JSON.parse(outputs.deployed ?? ""),
      [
        { stack: "production", sha: older },
        { stack: "staging", sha: newer },
      ],
      log,
    );
    assert.deepEqual(JSON.parse(outputs.stacks ?? ""), ["production", "staging"]);
  });

  it("leaves out a stack that was never deployed", () => {
    const { outputs, result, log } = deployed("true");
    assert.equal(result, "success", log);
    assert.equal(outputs.deployed, "[]");
    assert.match(log, /production was never deployed/);
  });

  it("fails when GitHub cannot be asked: no answer is not no deployment", () => {
    assert.equal(deployed("echo 'HTTP 502' >&2; exit 1").result, "failure");
    assert.equal(
      deployed(`case "$*" in */statuses*) exit 1 ;; *) echo "3 ${newer}" ;; esac`).result,
      "failure",
    );
  });

  it("previews with a refresh and never anything that writes state", () => {
    assert.equal(preview("echo '{}'").result, "success");
    assert.deepEqual(sandbox.calls, [
      "pulumi preview --json --show-sames --non-interactive --policy-pack policies --stack staging --refresh --expect-no-changes --exclude **kubernetes:**",
    ]);
    for (const { run = "" } of jobOf("drift", "preview").steps)
      assert.doesNotMatch(run, /up\.sh|refresh --yes|pulumi (?:up|refresh|import|destroy|state)/);
  });

  it("takes a preview that met changes for a whole one: what they are, the report says", () => {
    assert.equal(
      preview("echo '{}'; echo 'error: no changes were expected' >&2; exit 7").result,
      "success",
    );
    assert.deepEqual(left(), ["staging.json"]);
  });

  it("fails for a preview that could not be made, and reports that", () => {
    assert.equal(preview("echo 'error: access denied' >&2; exit 1").result, "failure");
    assert.deepEqual(left(), ["staging.log"]);
    report();
    assert.equal(
      sandbox.calls.at(-1),
      `slipway drift --failed staging=${sandbox.temp}/previews/staging.log`,
    );
  });

  it("reports what a preview found that failed on its way, and that it failed", () => {
    const run = preview(`echo '{"steps":[{"op":"update"}]}'; echo 'error: timeout' >&2; exit 1`);
    assert.equal(run.result, "failure");
    assert.deepEqual(left(), ["staging.json", "staging.log"]);
    report();
    const file = `staging=${sandbox.temp}/previews/staging`;
    assert.equal(sandbox.calls.at(-1), `slipway drift --preview ${file}.json --failed ${file}.log`);
  });

  it("fails when there is drift, after reporting it", () => {
    preview("echo '{}'");
    sandbox.fake("slipway", "exit 1");
    assert.equal(report().result, "failure");
    assert.equal(
      sandbox.calls.at(-1),
      `slipway drift --preview staging=${sandbox.temp}/previews/staging.json`,
    );
  });

  it("runs from main only, whose jobs the preview role trusts", () => {
    assert.equal(jobOf("drift", "deployed").if, "github.ref == 'refs/heads/main'");
  });
});
