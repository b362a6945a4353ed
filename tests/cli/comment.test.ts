import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { commentMarker } from "../../delivery/comment.ts";
import { FakeGitHub } from "../support/fake-github.ts";
import { root } from "../support/plans.ts";
import { copyProject } from "../support/project.ts";
import { Repository } from "../support/repository.ts";
import { recordedPreview } from "../support/previews.ts";

interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const anyone = { GITHUB_TOKEN: undefined, GITHUB_REPOSITORY: undefined, GITHUB_API_URL: undefined };

/** Runs the command line beside this process, whose server must go on answering. */
function slipway(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
  cwd = tmpdir(),
  project = root,
): Promise<Run> {
  const child = spawn(process.execPath, [join(project, "cli", "main.ts"), ...args], {
    cwd,
    env: { ...process.env, ...anyone, ...env },
  });
  const output = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const)
    child[name].setEncoding("utf8").on("data", (text: string) => (output[name] += text));
  return new Promise((resolve) =>
    child.on("close", (status) => {
      resolve({ status, ...output });
    }),
  );
}

describe("slipway comment and drift", () => {
  let directory: string;
  before(() => {
    directory = mkdtempSync(join(tmpdir(), "slipway-comment-"));
    for (const name of ["staging-none", "staging-release", "staging-drift"])
      writeFileSync(join(directory, `${name}.json`), recordedPreview(name));
    writeFileSync(join(directory, "failed.log"), "error: the bucket is gone\n");
  });
  after(() => {
    rmSync(directory, { recursive: true, force: true });
  });
  const preview = (name: string) => ["--preview", `staging=${join(directory, `${name}.json`)}`];

  it("prints the comment of previews and of failed ones", async () => {
    const { status, stdout, stderr } = await slipway([
      "comment",
      ...preview("staging-release"),
      "--failed",
      `production=${join(directory, "failed.log")}`,
      "--head",
      "0123456789abcdef0123456789abcdef01234567",
    ]);
    assert.equal(status, 0, stderr);
    assert.ok(stdout.startsWith(`${commentMarker}\n\n### \`production\` can't be previewed: `));
    assert.match(stdout, /error: the bucket is gone/);
    assert.match(stdout, /#### `staging` migrates `api` in a way that may break/);
    assert.match(stdout, /<sub>For commit `0123456789ab`\.<\/sub>\n$/);
  });

  it("says of a preview that failed on its way what it found, and why it failed", async () => {
    const log = join(directory, "failed.log");
    const { stdout } = await slipway([
      "comment",
      ...preview("staging-drift"),
      "--failed",
      `staging=${log}`,
    ]);
    assert.match(stdout, /^### `staging` can't be previewed: `the bucket is gone`$/m);
    assert.match(stdout, /"0\.0\.0\.0\/0"\]` → `\["203\.0\.113\.0\/24"\]`/);
  });

  it("posts once and edits after that", async () => {
    const server = new FakeGitHub("comments");
    const env = {
      GITHUB_TOKEN: "t",
      GITHUB_REPOSITORY: "o/r",
      GITHUB_API_URL: await server.start(),
    };
    const post = (name: string) =>
      slipway(["comment", ...preview(name), "--pull-request", "7"], env);
    const first = await post("staging-release");
    const second = await post("staging-none");
    await server.stop();
    assert.deepEqual([first.status, second.status], [0, 0], first.stderr + second.stderr);
    assert.match(first.stdout, /^created https:\/\//);
    assert.match(second.stdout, /^edited https:\/\//);
    assert.equal(server.posts.length, 1);
    assert.match(server.posts[0]?.body ?? "", /### Safe: nothing changes/);
  });

  it("ends with 1 and one line where GitHub refuses", async () => {
    const server = new FakeGitHub("comments");
    const apiUrl = await server.start();
    server.faults.push({ status: 401, message: "Bad credentials" });
    const { status, stdout, stderr } = await slipway(
      ["comment", ...preview("staging-none"), "--pull-request", "7", "--repository", "o/r"],
      { GITHUB_TOKEN: "hush-hush", GITHUB_API_URL: apiUrl },
    );
    await server.stop();
    assert.equal(status, 1);
    assert.equal(stdout, "");
    assert.match(stderr, /^GET \/repos\/o\/r\/issues\/7\/comments: 401 \(Bad credentials\): .*\n$/);
    assert.doesNotMatch(stderr, /hush-hush/);
  });

  it("compares offline plans of all stacks where there are no credentials", async () => {
    const { status, stdout, stderr } = await slipway(["comment", "--against", "HEAD"]);
    assert.equal(status, 0, stderr);
    assert.match(stdout, /\*\*This is an offline plan\*\*: .* `HEAD`/);
    for (const stack of ["local", "production", "staging"])
      assert.match(stdout, new RegExp(`\`${stack}\``));
  }).timeout(120_000);

  it("says that packages change where the lock file of the two revisions differs", async () => {
    const copy = mkdtempSync(join(tmpdir(), "slipway-comment-"));
    copyProject(root, copy);
    for (const stack of ["production", "staging"]) rmSync(join(copy, `Pulumi.${stack}.yaml`));
    const repository = new Repository(copy);
    repository.write(".git/info/exclude", "node_modules\n");
    repository.commit("The project with one stack");
    const args = ["comment", "--against", "HEAD"];
    const same = await slipway(args, {}, copy, copy);
    repository.write("package-lock.json", `${repository.read("package-lock.json")}\n`);
    const differ = await slipway(args, {}, copy, copy);
    repository.close();
    assert.match(same.stdout, /^### Safe: nothing changes$/m, same.stderr);
    assert.doesNotMatch(same.stdout, /packages/i);
    assert.match(differ.stdout, /^### `local` gets other packages, /m, differ.stderr);
    assert.match(differ.stdout, /^\*\*Packages change\*\* \(`package-lock\.json`\): /m);
  }).timeout(120_000);

  it("opens an issue on drift and ends with 1, closes it and ends with 0", async () => {
    const server = new FakeGitHub("issues");
    const env = {
      GITHUB_TOKEN: "t",
      GITHUB_REPOSITORY: "o/r",
      GITHUB_API_URL: await server.start(),
    };
    const drifted = await slipway(["drift", ...preview("staging-drift")], env);
    const settled = await slipway(["drift", ...preview("staging-none")], env);
    await server.stop();
    assert.equal(drifted.status, 1);
    assert.match(drifted.stdout, /^staging: 2 resources drift\nopened https:\/\//);
    assert.equal(settled.status, 0, settled.stderr);
    assert.match(settled.stdout, /^staging: no drift\nclosed https:\/\//);
    assert.deepEqual(
      server.posts.map(({ state }) => state),
      ["closed"],
    );
  });

  const none = "staging=does-not-exist.json";
  const wrongUsage: readonly (readonly [string, readonly string[], NodeJS.ProcessEnv, RegExp])[] = [
    ["nothing to say", ["comment"], {}, /^nothing to compare: give --preview/],
    ["nothing to check", ["drift"], {}, /^nothing to check: give --preview/],
    [
      "a file that is missing",
      ["comment", "--preview", none],
      {},
      /^cannot read does-not-exist\.json \(ENOENT\)/,
    ],
    [
      "a missing token",
      ["comment", "--preview", none, "--pull-request", "7"],
      {},
      /^GITHUB_TOKEN is not set/,
    ],
    ["a missing token of drift", ["drift", "--preview", none], {}, /^GITHUB_TOKEN is not set/],
    [
      "a missing repository",
      ["drift", "--preview", none],
      { GITHUB_TOKEN: "t" },
      /^no repository: give --repository/,
    ],
    [
      "a repository that is none",
      ["drift", "--preview", none, "--repository", "o"],
      { GITHUB_TOKEN: "t" },
      /^the repository is "o": give owner\/name/,
    ],
    ["a preview without a stack", ["comment", "--preview", "x.json"], {}, /give <name>=<file>/],
    [
      "a stack given twice",
      ["comment", "--preview", none, "--preview", none],
      {},
      /staging is given twice/,
    ],
    [
      "a pull request that is none",
      ["comment", "--preview", none, "--pull-request", "x"],
      {},
      /give the number of a pull request/,
    ],
    [
      "a clone that is missing",
      ["comment", "--preview", none, "--source", "api=/nowhere"],
      {},
      /^there is no directory \/nowhere: give one that exists\n$/,
    ],
    [
      "a clone that is none",
      ["comment", "--preview", none, "--source", `api=${tmpdir()}`],
      {},
      /^--source api=\S+ is no git repository: give a clone of the application's\n$/,
    ],
    ["an unknown revision", ["comment", "--against", "no-such"], {}, /^--against is "no-such"/],
  ];
  for (const [what, args, env, message] of wrongUsage)
    it(`ends with 2 and one message for ${what}`, async () => {
      const { status, stdout, stderr } = await slipway(args, env, directory);
      assert.equal(status, 2);
      assert.equal(stdout, "");
      assert.match(stderr, message);
      assert.doesNotMatch(stderr, /\n\s+at /);
    });
});
