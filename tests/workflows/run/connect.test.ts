import assert from "node:assert/strict";
import { runJob } from "../support/run-job.ts";
import { Sandbox } from "../support/sandbox.ts";
import { actions } from "../support/workflow.ts";

describe("the connection of a job to a stack's account", () => {
  let sandbox: Sandbox;
  beforeEach(() => {
    sandbox = new Sandbox();
  });
  afterEach(() => {
    sandbox.close();
  });

  const connect = (stack: string, role: string, backend = "") =>
    runJob(
      {
        steps: actions.connect?.runs.steps ?? [],
        outputs: {
          account: "${{ steps.stack.outputs.account }}",
          region: "${{ steps.stack.outputs.region }}",
          role: "${{ steps.stack.outputs.role-arn }}",
        },
      },
      sandbox,
      { inputs: { stack, role, "backend-url": backend } },
    );

  it("takes account, region and role from the stack file", () => {
    assert.deepEqual(connect("production", "deploy").outputs, {
      account: "210987654321",
      region: "eu-west-1",
      role: "arn:aws:iam::210987654321:role/slipway-github-deploy-production",
    });
    assert.equal(
      connect("staging", "preview").outputs.role,
      "arn:aws:iam::123456789012:role/slipway-github-preview",
    );
  });

  it("finds the state in the account's own bucket, or where the variable says", () => {
    const backend = (url: string) =>
      runJob(
        {
          steps: [
            ...(actions.connect?.runs.steps ?? []),
            { id: "seen", run: `echo "url=$PULUMI_BACKEND_URL" >>"$GITHUB_OUTPUT"` },
          ],
          outputs: { url: "${{ steps.seen.outputs.url }}" },
        },
        sandbox,
        { inputs: { stack: "production", role: "deploy", "backend-url": url } },
      ).outputs.url;
    assert.equal(backend(""), "s3://slipway-pulumi-state-210987654321?region=eu-west-1");
    assert.equal(backend("s3://elsewhere"), "s3://elsewhere");
  });

  for (const [what, stack] of [
    ["a stack without a file", "nowhere"],
    ["a stack without an account", "local"],
    ["a name that is a path", "../staging"],
  ] as const)
    it(`fails with one line for ${what}`, () => {
      const { result, log } = connect(stack, "deploy");
      assert.equal(result, "failure");
      assert.equal(log.trim().split("\n").length, 1, log);
    });
});
