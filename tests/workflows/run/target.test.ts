import assert from "node:assert/strict";
import { runJob } from "../support/run-job.ts";
import { Sandbox } from "../support/sandbox.ts";
import { jobOf } from "../support/workflow.ts";

describe("what a push deploys", () => {
  let sandbox: Sandbox;
  beforeEach(() => {
    sandbox = new Sandbox();
  });
  afterEach(() => {
    sandbox.close();
  });

  const target = (type: string, name: string) => {
    sandbox.git("update-ref", "refs/remotes/origin/main", "main");
    return runJob(jobOf("deploy", "target"), sandbox, {
      github: { ref_type: type, ref_name: name, sha: sandbox.git("rev-parse", "HEAD") },
    });
  };

  it("sends main to staging", () => {
    const commit = sandbox.git("rev-parse", "HEAD");
    const { result, outputs } = target("branch", "main");
    assert.equal(result, "success");
    assert.deepEqual(outputs, { stack: "staging", commit, release: "false", after: "[]" });
  });

  for (const [tag, stack] of [
    ["v1.2.3", "production"],
    ["v1.2.3-rc.1", "production"],
    ["beta-v0.1.0", "beta"],
  ] as const)
    it(`sends the tag ${tag} to ${stack}, resolved to its commit`, () => {
      sandbox.write("Pulumi.beta.yaml", sandbox.read("Pulumi.staging.yaml"));
      const commit = sandbox.commit("beta");
      sandbox.git("tag", "--annotate", "--message", tag, tag);
      const { result, outputs } = target("tag", tag);
      assert.equal(result, "success");
      const after = stack === "production" ? '["staging"]' : "[]";
      assert.deepEqual(outputs, { stack, commit, release: "true", after });
    });

  it("names every stack that comes before, by the file of the tagged commit", () => {
    const text = sandbox.read("Pulumi.production.yaml");
    sandbox.write("Pulumi.production.yaml", text.replace("[staging]", "[staging, beta]"));
    sandbox.commit("beta before production");
    sandbox.git("tag", "v1.0.0");
    sandbox.write("Pulumi.production.yaml", text);
    sandbox.commit("beta gone");
    const { result, outputs, log } = target("tag", "v1.0.0");
    assert.equal(result, "success", log);
    assert.equal(outputs.after, '["staging","beta"]');
  });

  it("fails for a stack whose file can't be read", () => {
    sandbox.write("Pulumi.beta.yaml", "config: {}\n");
    sandbox.commit("beta");
    sandbox.git("tag", "beta-v1.0.0");
    const { result, log } = target("tag", "beta-v1.0.0");
    assert.equal(result, "failure");
    assert.match(log, /^Pulumi\.beta\.yaml: slipway:project: /m);
  });

  it("refuses a tag that is not on main", () => {
    sandbox.git("checkout", "--quiet", "-b", "aside");
    sandbox.write("file", "text");
    sandbox.commit("aside");
    sandbox.git("tag", "v1.0.0");
    const { result, log } = target("tag", "v1.0.0");
    assert.equal(result, "failure");
    assert.match(log, /::error::v1\.0\.0 \([0-9a-f]{40}\) is not on main/);
  });

  for (const tag of ["v1", "very-good", "v1.2.3;id", "gamma-v1.0.0"])
    it(`refuses the tag ${tag}`, () => {
      sandbox.git("tag", tag);
      const { result, outputs, log } = target("tag", tag);
      assert.equal(result, "failure");
      assert.equal(outputs.stack, "");
      assert.match(log, /::error::.*(?:is no version|has no Pulumi\.gamma\.yaml)/);
    });

  it("refuses another branch", () => {
    assert.equal(target("branch", "aside").result, "failure");
  });
});
