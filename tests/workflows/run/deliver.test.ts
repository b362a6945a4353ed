import assert from "node:assert/strict";
import { runJob } from "../support/run-job.ts";
import { Sandbox } from "../support/sandbox.ts";
import { deliver } from "../support/workflow.ts";
import type { Job } from "../support/workflow.ts";

const sha = "c".repeat(40);
const registry = "123456789012.dkr.ecr.eu-west-1.amazonaws.com";
const image = `${registry}/slipway/api:${sha}`;

describe("deliver.yml of an application", () => {
  let sandbox: Sandbox;
  beforeEach(() => {
    sandbox = new Sandbox();
    sandbox.fake("docker");
  });
  afterEach(() => {
    sandbox.close();
  });

  const push = () => runJob(deliver.jobs.push as Job, sandbox, { github: { sha } });

  it("pushes one image, tagged with its commit and nothing else", () => {
    sandbox.fake("aws", `case $2 in describe-images) exit 254 ;; *) echo password ;; esac`);
    const { result, log } = push();
    assert.equal(result, "success", log);
    assert.deepEqual(
      sandbox.calls.filter((call) => call.startsWith("docker")),
      [
        `docker login --username AWS --password-stdin ${registry}`,
        `docker build --build-arg REVISION=${sha} --tag ${image} .`,
        `docker push ${image}`,
      ],
    );
  });

  it("has nothing to push in a second run, since tags never move", () => {
    sandbox.fake("aws", "echo '{}'");
    const { result, log } = push();
    assert.equal(result, "success");
    assert.match(log, /slipway\/api:c+ was pushed before/);
    assert.ok(!sandbox.calls.some((call) => call.startsWith("docker")));
  });

  it("fails where it may not log in, without an image", () => {
    sandbox.fake("aws", "exit 254");
    assert.equal(push().result, "failure");
    assert.ok(!sandbox.calls.some((call) => call.startsWith("docker push")));
  });
});
