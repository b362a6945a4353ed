import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { slipway } from "../support/command-line.ts";
import { requireEngine, Sandbox } from "../support/engine.ts";
import { FakeGitHub } from "../support/fake-github.ts";

const stack = "staging";
const runs = 3;
const most = 1.15;

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

describe("the comment on a preview by the real engine", () => {
  let sandbox: Sandbox;
  let server: FakeGitHub;
  before(async () => {
    requireEngine();
    sandbox = new Sandbox();
    server = new FakeGitHub("comments");
    await server.start();
    sandbox.expect(["stack", "init", stack]);
    sandbox.expect(["up", "--yes", "--skip-preview", "-s", stack]);
    const sha = "0123456789abcdef0123456789abcdef01234567";
    sandbox.setConfig(stack, ["slipway:apps", "api", "image", "sha"], sha);
  });
  after(async () => {
    sandbox.close();
    await server.stop();
  });

  it(`takes with the preview at most ${String(most)} times as long as the preview alone`, async () => {
    const file = join(sandbox.directory, "preview.json");
    const env = { GITHUB_TOKEN: "t", GITHUB_REPOSITORY: "o/r", GITHUB_API_URL: server.url };
    const times: { readonly preview: number; readonly comment: number }[] = [];
    for (let run = 0; run < runs; run += 1) {
      const options = ["--json", "--show-sames", "--policy-pack", "policies", "-s", stack];
      const { stdout, seconds } = sandbox.expect(["preview", ...options]);
      writeFileSync(file, stdout);
      const started = performance.now();
      const comment = ["comment", "--preview", `${stack}=${file}`, "--pull-request", "7"];
      const { status, stderr } = await slipway(comment, env);
      assert.equal(status, 0, stderr);
      times.push({ preview: seconds, comment: (performance.now() - started) / 1000 });
    }
    const preview = median(times.map((run) => run.preview));
    const comment = median(times.map((run) => run.comment));
    console.log(
      `      preview ${preview.toFixed(2)} s, comment ${comment.toFixed(2)} s: ${((preview + comment) / preview).toFixed(2)}`,
    );
    assert.equal(server.posts.length, 1);
    assert.match(server.posts[0]?.body ?? "", /releases `api`: `7c0b41d9e2f8` → `0123456789ab`/);
    assert.ok((preview + comment) / preview <= most);
  });
});
