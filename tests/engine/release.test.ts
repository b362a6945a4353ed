import assert from "node:assert/strict";
import { FakeAws } from "../support/fake-aws.ts";
import { requireEngine, Sandbox } from "../support/engine.ts";
import { Repository } from "../support/repository.ts";

const good = `a${"0".repeat(39)}`;
const bad = `b${"0".repeat(39)}`;
const first = "e91b7f04d2c6a85830fb1d7c49a2e6055d3f8c1b";

describe("releases by the engine's own history", () => {
  const aws = new FakeAws();
  let sandbox: Sandbox;
  let repository: Repository;
  before(async () => {
    requireEngine();
    await aws.start();
    passed();
    sandbox = new Sandbox();
    for (const stack of ["staging", "production"]) sandbox.expect(["stack", "init", stack]);
    repository = new Repository(sandbox.project);
    repository.write(".git/info/exclude", "node_modules\n");
    repository.commit("The project");
  });
  after(() => {
    aws.stop();
    sandbox.close();
  });

  /** Has the images, of which some passed the smoke test of staging. */
  const passed = (...shas: readonly string[]) => {
    const image = (sha: string) => `slipway/web:${sha}`;
    aws.set(
      Object.fromEntries([good, bad, first].map((sha) => [image(sha), ["linux/amd64"]])),
      undefined,
      undefined,
      {
        "slipway/api:7c0b41d9e2f85a3361c4be07a95d28f1034e6bca": ["staging"],
        ...Object.fromEntries(shas.map((sha) => [image(sha), ["staging"]])),
      },
    );
  };
  const up = (stack: string) => sandbox.run(["up", "--yes", "--skip-preview", "-s", stack]);
  const release = (command: string, stack: string, ...args: string[]) =>
    sandbox.slipway(command, stack, "web", ...args, "--commit");
  const subject = () => repository.git("log", "-1", "--format=%s").trim();

  it("finds nothing before the first update, and nothing where a stack was never made", () => {
    const { status, stdout } = sandbox.slipway("releases", "staging");
    assert.equal(status, 0);
    assert.match(stdout, /^web\n {2}\S+ {2}in Pulumi\.staging\.yaml, not running\n {2}never ran$/m);
    assert.match(sandbox.slipway("releases", "local").stdout, /never ran/);
  });

  it("lets a commit into production only after it passed in staging", () => {
    for (const stack of ["staging", "production"]) assert.equal(up(stack).status, 0);
    assert.equal(release("release", "staging", good).status, 0);
    const early = release("release", "production", good);
    assert.equal(early.status, 1);
    assert.match(
      early.stderr,
      /web a00000000000 never passed the smoke test of staging: release it/,
    );

    assert.equal(up("staging").status, 0);
    passed(good);
    const { status, stdout, stderr } = release("release", "production", good.slice(0, 7));
    assert.equal(status, 0, stderr);
    assert.match(stdout, /passed {3}web a00000000000 passed the smoke test of staging/);
    assert.equal(subject(), "production: release web a00000000000");
    assert.match(repository.read("Pulumi.production.yaml"), new RegExp(`sha: ${good}`));
  });

  it("takes a rollout that failed for no evidence, and goes back to the one before", () => {
    assert.equal(release("release", "staging", bad).status, 0);
    const fault = { type: "kubernetes:apps/v1:Deployment", name: "*", operation: "update" };
    sandbox.writeCloud(
      "faults.json",
      JSON.stringify([{ ...fault, times: -1, message: "not ready in time" }]),
    );
    assert.notEqual(up("staging").status, 0);
    sandbox.removeCloud("faults.json");

    assert.match(release("release", "production", bad).stderr, /never passed .* of staging/);
    const { status, stderr } = release("rollback", "staging");
    assert.equal(status, 0, stderr);
    assert.equal(subject(), "staging: roll back web to a00000000000");
    assert.equal(up("staging").status, 0);
  });

  it("lists all of it, newest first, and passes --check", () => {
    const { stdout } = sandbox.slipway("releases", "staging");
    const web = stdout.slice(stdout.indexOf("\nweb\n") + 5).split("\n");
    assert.deepEqual(
      web
        .filter((line) => line !== "")
        .map((line) => line.trim().split(/\s+/))
        .map((row) => [row[0], row[3]]),
      [
        [good, "running"],
        [bad, "failed"],
        [good, "ran"],
        [first, "ran"],
      ],
    );
    const check = sandbox.slipway("releases", "production", "--check");
    assert.equal(check.status, 0, check.stderr);
  });

  it("says which commit runs as an output", () => {
    const { stdout } = sandbox.expect(["stack", "output", "releases", "--json", "-s", "staging"]);
    assert.equal((JSON.parse(stdout) as Record<string, string>).web, good);
  });
});
