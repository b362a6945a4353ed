import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { runJob } from "../support/run-job.ts";
import { Sandbox } from "../support/sandbox.ts";
import { jobOf } from "../support/workflow.ts";

describe("the verification of a release", () => {
  let sandbox: Sandbox;
  beforeEach(() => {
    sandbox = new Sandbox();
  });
  afterEach(() => {
    sandbox.close();
  });

  const verify = () =>
    runJob(jobOf("deploy", "verify"), sandbox, {
      needs: { target: { outputs: { stack: "production", release: "true" } } },
    });

  it("asks for the evidence of every version that the stack file names, in staging alone", () => {
    sandbox.fake("slipway");
    assert.equal(verify().result, "success");
    const history = join(sandbox.temp, "history.json");
    assert.deepEqual(sandbox.calls, [
      `slipway releases production --check --history production=${history}`,
    ]);
    assert.deepEqual(JSON.parse(readFileSync(history, "utf8")), []);
  });

  it("fails without it", () => {
    sandbox.fake("slipway", "echo 'api 7c0b41d never ran in staging' >&2; exit 1");
    const { result, log } = verify();
    assert.equal(result, "failure");
    assert.match(log, /never ran in staging/);
  });

  it("does not run for main", () => {
    assert.equal(jobOf("deploy", "verify").if, "needs.target.outputs.release == 'true'");
  });
});
