import assert from "node:assert/strict";
import { join } from "node:path";
import { runJob } from "../support/run-job.ts";
import { Sandbox } from "../support/sandbox.ts";
import { jobOf } from "../support/workflow.ts";

const former = "1".repeat(40);

describe("the pull request after a release was put back", () => {
  let sandbox: Sandbox;
  beforeEach(() => {
    sandbox = new Sandbox();
  });
  afterEach(() => {
    sandbox.close();
  });

  const propose = (patch: string) => {
    sandbox.fake("gh", `case "$*" in "pr create"*) echo https://github.com/pull/9 ;; esac`);
    return runJob(
      {
        ...jobOf("deploy", "propose"),
        steps: [
          {
            run: `mkdir -p "$DIRECTORY" && cp "$FROM" "$DIRECTORY/put-back.patch"`,
            env: { DIRECTORY: join(sandbox.temp, "put-back"), FROM: patch },
          },
          ...jobOf("deploy", "propose").steps,
        ],
      },
      sandbox,
      {
        github: {
          repository: "example-org/slipway",
          server_url: "https://github.com",
          run_id: "7",
          token: "token-of-the-job",
        },
        needs: { target: { outputs: { stack: "production" } } },
      },
    );
  };

  it("opens a pull request that makes main, which has moved on, say what runs", () => {
    const bare = sandbox.remote("example-org/slipway");
    const text = sandbox.read("Pulumi.production.yaml");
    sandbox.write(
      "Pulumi.production.yaml",
      text.replace(/(slipway\/api\n\s+sha: )\w+/, `$1${former}`),
    );
    sandbox.commit("production: api back");
    const patch = join(sandbox.directory, "patch");
    sandbox.git("format-patch", "--output", patch, "HEAD^");
    sandbox.git("reset", "--quiet", "--hard", "HEAD^");
    sandbox.write("Pulumi.production.yaml", `${text}# moved on\n`);
    sandbox.commit("main moves on");

    const { result, log } = propose(patch);
    assert.equal(result, "success", log);
    const branch = "put-back/production-7";
    assert.deepEqual(
      sandbox.calls.map((call) => call.split(" ").slice(0, 3).join(" ")),
      ["gh auth setup-git", "gh pr list", "gh pr create"],
    );
    const pushed = sandbox.git("--git-dir", bare, "show", `${branch}:Pulumi.production.yaml`);
    assert.ok(pushed.includes(former) && pushed.endsWith("# moved on"));
    assert.match(sandbox.calls.at(-1) ?? "", /--base main --head put-back\/production-7/);
  });

  it("fails when the patch does not fit main any more", () => {
    sandbox.remote("example-org/slipway");
    const patch = join(sandbox.directory, "patch");
    sandbox.write("gone", "text\n");
    sandbox.commit("add");
    sandbox.write("gone", "other\n");
    sandbox.commit("change");
    sandbox.git("format-patch", "--output", patch, "HEAD^");
    sandbox.git("reset", "--quiet", "--hard", "HEAD^^");
    assert.equal(propose(patch).result, "failure");
  });
});
