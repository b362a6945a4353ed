import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { holds } from "../support/expression.ts";
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

  const verify = (earlier = "staging") =>
    runJob(jobOf("deploy", "verify"), sandbox, {
      needs: { target: { outputs: { stack: "production" } } },
      matrix: { earlier },
    });

  it("asks for the evidence of every version that the stack file names, in one earlier stack", () => {
    sandbox.fake("slipway");
    assert.equal(verify().result, "success");
    const history = join(sandbox.temp, "history.json");
    assert.deepEqual(sandbox.calls, [
      `slipway releases production --check staging --history production=${history}`,
    ]);
    assert.deepEqual(JSON.parse(readFileSync(history, "utf8")), []);
  });

  it("fails without it", () => {
    sandbox.fake("slipway", "echo 'api 7c0b41d never ran in staging' >&2; exit 1");
    const { result, log } = verify();
    assert.equal(result, "failure");
    assert.match(log, /never ran in staging/);
  });

  it("has a role of each earlier stack, in the environment that trusts it", () => {
    const { environment, steps, strategy } = jobOf("deploy", "verify");
    assert.deepEqual(strategy?.matrix, { earlier: "${{ fromJSON(needs.target.outputs.after) }}" });
    assert.deepEqual(environment, { name: "${{ matrix.earlier }}", deployment: false });
    const connect = steps.find(({ uses }) => uses?.endsWith("/connect"));
    assert.equal(connect?.with?.stack, "${{ matrix.earlier }}");
  });

  it("runs for every stack that comes after another one, and for no other", () => {
    const condition = jobOf("deploy", "verify").if ?? "";
    for (const [after, runs] of [
      ['["staging"]', true],
      ['["staging","beta"]', true],
      ["[]", false],
    ] as const)
      assert.equal(
        holds(condition, { needs: { target: { outputs: { after } } } }, "success"),
        runs,
        after,
      );
  });
});
