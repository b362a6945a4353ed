import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { commitsOf } from "../../delivery/commits.ts";
import { Git } from "../../delivery/git.ts";

describe("commits between two releases", () => {
  let directory: string;
  const shas: string[] = [];
  const git = (...args: string[]) =>
    execFileSync("git", ["-C", directory, ...args], { encoding: "utf8" }).trim();
  before(() => {
    directory = mkdtempSync(join(tmpdir(), "slipway-app-"));
    git("init", "--quiet", "--initial-branch=main");
    git("config", "user.name", "A");
    git("config", "user.email", "a@example.com");
    mkdirSync(join(directory, "migrations"));
    for (const [file, subject] of [
      ["migrations/V1__a.sql", "Begin"],
      ["server.ts", "Serve `@all` | fixes #1"],
      ["migrations/V2__b.sql", "Add b"],
    ] as const) {
      writeFileSync(join(directory, file), subject);
      git("add", ".");
      git("commit", "--quiet", "-m", subject);
      shas.push(git("rev-parse", "HEAD"));
    }
  });
  after(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  const range = (before?: string, after?: string, from = directory) =>
    commitsOf(
      {
        app: "api",
        ...(before === undefined ? {} : { before }),
        ...(after === undefined ? {} : { after }),
      },
      new Git(from),
    );

  it("are those of the application's repository, with new scripts", async () => {
    assert.deepEqual(await range(shas[0], shas[2]), {
      backwards: false,
      commits: [
        { sha: shas[2], subject: "Add b" },
        { sha: shas[1], subject: "Serve `@all` | fixes #1" },
      ],
      scripts: ["migrations/V2__b.sql"],
    });
  });

  it("are told as going back where the new release is older", async () => {
    const found = await range(shas[2], shas[0]);
    assert.equal(found?.backwards, true);
    assert.equal(found.commits.length, 2);
    assert.deepEqual(found.scripts, []);
  });

  for (const [what, find] of [
    ["a commit that the clone lacks", () => range("0".repeat(40), shas[2])],
    ["a new application", () => range(undefined, shas[2])],
    ["a directory that is no clone", () => range(shas[0], shas[2], tmpdir())],
    ["what only looks like an option", () => range("--output=x", shas[2])],
  ] as const)
    it(`are unknown for ${what}`, async () => {
      assert.equal(await find(), undefined);
    });
});
