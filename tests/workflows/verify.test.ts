import assert from "node:assert/strict";
import { runJob } from "./support/run-job.ts";
import { Sandbox } from "./support/sandbox.ts";
import { jobOf } from "./support/workflow.ts";

describe("the verification of a release", () => {
  /** Commits that Pulumi.production.yaml names. */
  let wanted: Readonly<Record<string, string>>;
  let sandbox: Sandbox;
  beforeEach(() => {
    sandbox = new Sandbox();
    for (const program of ["slipway"]) sandbox.fake(program);
    wanted = Object.fromEntries(
      [...sandbox.read("Pulumi.production.yaml").matchAll(/slipway\/(\w+)\n\s+sha: (\w+)/g)].map(
        ([, app = "", sha = ""]) => [app, sha],
      ),
    );
  });
  afterEach(() => {
    sandbox.close();
  });

  const verify = () =>
    runJob(jobOf("deploy", "verify"), sandbox, {
      needs: { target: { outputs: { stack: "production", release: "true" } } },
    });

  it("asks for the evidence of every commit that the stack file names", () => {
    assert.equal(verify().result, "success");
    assert.deepEqual(
      sandbox.calls,
      Object.entries(wanted).map(([app, sha]) => `slipway release production ${app} ${sha}`),
    );
  });

  it("fails for one commit that never ran in staging, after naming all of them", () => {
    sandbox.fake("slipway", `[ "$3" != api ]`);
    const { result, log } = verify();
    assert.equal(result, "failure");
    assert.match(log, /::error::api \w+ may not go to production/);
    assert.equal(sandbox.calls.length, Object.keys(wanted).length);
  });

  it("fails if verifying would change what is deployed", () => {
    sandbox.fake("slipway", "echo '# other' >>Pulumi.production.yaml");
    const { result, log } = verify();
    assert.equal(result, "failure");
    assert.match(log, /verifying changed the tree/);
  });

  it("does not run for main", () => {
    assert.equal(jobOf("deploy", "verify").if, "needs.target.outputs.release == 'true'");
  });
});
