import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bootstrapRecording, policiesOf, stateBucketArn } from "../bootstrap/support.ts";
import { losing, requireEngine, Sandbox } from "../support/engine.ts";
import type { Step } from "../support/engine.ts";
import { allows } from "../support/iam.ts";

const stack = "staging";

/** The bootstrap program in a sandbox, which has a backend and an empty account of its own. */
class Bootstrap extends Sandbox {
  readonly program = join(this.project, "bootstrap");

  do(...args: string[]) {
    return this.expect([...args, "-s", stack], this.program);
  }
  up(...options: string[]) {
    return this.do("up", "--yes", "--skip-preview", ...options);
  }
  steps(): Step[] {
    const { stdout } = this.do("preview", "--json");
    return (JSON.parse(stdout) as { steps: Step[] }).steps.filter(({ op }) => op !== "same");
  }
}

function started(): Bootstrap {
  const sandbox = new Bootstrap();
  sandbox.expect(["stack", "init", stack], sandbox.program);
  return sandbox;
}

describe("bootstrap of an account under the real engine", () => {
  let sandbox: Bootstrap;
  before(() => {
    requireEngine();
    sandbox = started();
  });
  after(() => {
    sandbox.close();
  });

  it("changes nothing in a dry run", () => {
    const { stdout } = sandbox.do("preview", "--policy-pack", "../policies");
    assert.match(stdout, /\+ \d+ to create/);
    assert.doesNotMatch(stdout, /\[mandatory\]/);
    // Whom GitHub's tokens make whom is known, and so judged, before anything exists.
    assert.doesNotMatch(stdout, /iam-ci-role-bound +\(aws:iam:Role: slipway-github-/);
    assert.deepEqual(sandbox.cloudFiles(), []);
    assert.deepEqual(
      sandbox.steps().filter(({ op }) => op !== "create"),
      [],
    );
  });

  it("comes up in one run under the policy pack, and a second changes nothing", () => {
    assert.doesNotMatch(sandbox.up("--policy-pack", "../policies").stdout, /\[mandatory\]/);
    sandbox.up("--expect-no-changes");
    const { stdout } = sandbox.do("stack", "output", "--json");
    const { backendUrl } = JSON.parse(stdout) as { backendUrl: string };
    assert.equal(backendUrl, "s3://slipway-pulumi-state-123456789012?region=eu-west-1");
  });

  it("adds an application and touches nothing else", () => {
    const gitHub = { owner: "example-org", name: "billing" };
    const path = "slipway-bootstrap:repositories.billing.gitHub";
    for (const [key, value] of Object.entries(gitHub))
      sandbox.do("config", "set", "--path", `${path}.${key}`, value);
    const steps = sandbox.steps();
    assert.ok(steps.some(({ urn }) => urn.endsWith("::slipway-images-billing")));
    assert.deepEqual(
      steps.filter(({ op, urn }) => op !== "create" && !urn.includes("pulumi:Stack")),
      [],
    );
    sandbox.up();
    assert.deepEqual(losing(sandbox.steps()), []);
  });

  it("keeps its own state in the bucket afterwards", () => {
    const bucket = new Bootstrap();
    try {
      const before = `file://${join(sandbox.directory, "state")}`;
      const file = "Pulumi.staging.yaml";
      writeFileSync(join(bucket.program, file), readFileSync(join(sandbox.program, file)));
      bucket.expect(["stack", "migrate", before, stack, "--yes"], bucket.program);
      bucket.do("preview", "--expect-no-changes");
    } finally {
      bucket.close();
    }
  });

  it("lets the deploy role write all that the command line writes of a stack's state", async () => {
    const policies = policiesOf(await bootstrapRecording(stack), "slipway-github-deploy-staging");
    const state = join(sandbox.directory, "state", ".pulumi");
    const written = readdirSync(state, { recursive: true, encoding: "utf8", withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.name.endsWith(".attrs"))
      .map((entry) => join(entry.parentPath, entry.name).slice(state.length + 1))
      .map((path) => path.replace("/slipway-bootstrap/", "/slipway/"));
    assert.ok(written.some((path) => path.startsWith("history/")));
    assert.ok(written.some((path) => path.startsWith("backups/")));
    for (const path of written) {
      const resource = `${stateBucketArn}/.pulumi/${path}`;
      assert.ok(allows(policies, { action: "s3:GetObject", resource }), path);
      // Written once, when the first stack of a backend is made.
      if (path === "meta.yaml") continue;
      assert.ok(allows(policies, { action: "s3:PutObject", resource }), path);
    }
  });

  it("refuses to be destroyed, and leaves nothing once that is allowed", () => {
    const refused = sandbox.run(["destroy", "--yes", "-s", stack], sandbox.program);
    assert.notEqual(refused.status, 0);
    assert.match(`${refused.stdout}${refused.stderr}`, /protect/);
    sandbox.do("config", "set", "slipway-bootstrap:deletion", "allowed");
    sandbox.up();
    sandbox.do("destroy", "--yes", "--skip-preview");
    assert.deepEqual(sandbox.cloudFiles(), []);
  });
});

describe("bootstrap of an account that has a bucket", () => {
  const urn = (type: string, name: string) =>
    `urn:pulumi:${stack}::slipway-bootstrap::${type}::${name}`;
  const provider = urn("pulumi:providers:aws", "slipway");
  const bucketComponent = urn("slipway:state:StateBucket", "slipway-pulumi-state");
  const bucketUrn = urn("slipway:state:StateBucket$aws:s3/bucket:Bucket", "slipway-pulumi-state");
  let sandbox: Bootstrap;
  before(() => {
    requireEngine();
    sandbox = started();
  });
  after(() => {
    sandbox.close();
  });

  it("adopts it instead of making another", () => {
    const name = "slipway-state-123456789012";
    const file = `aws/eu-west-1/s3.Bucket/${name}.json`;
    const made = started();
    try {
      made.do("config", "set", "--path", "slipway-bootstrap:state.bucketName", name);
      const targets = [provider, bucketComponent, bucketUrn].flatMap((target) => [
        "--target",
        target,
      ]);
      made.up(...targets);
      mkdirSync(join(sandbox.cloud, "aws/eu-west-1/s3.Bucket"), { recursive: true });
      sandbox.writeCloud(file, readFileSync(join(made.cloud, file), "utf8"));
    } finally {
      made.close();
    }
    sandbox.do("config", "set", "--path", "slipway-bootstrap:state.bucketName", name);
    sandbox.up("--target", provider);
    sandbox.do("import", "--yes", "--generate-code=false", "--file", "adopt-bucket.json");
    const ofBucket = sandbox.steps().filter(({ urn }) => urn.includes("aws:s3/bucket:Bucket::"));
    assert.deepEqual(
      ofBucket.filter(({ op }) => op !== "update"),
      [],
    );
    sandbox.up();
    sandbox.up("--expect-no-changes");
    const buckets = sandbox.cloudFiles().filter((each) => each.includes("/s3.Bucket/"));
    assert.deepEqual(buckets, [file]);
  });
});
