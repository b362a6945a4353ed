import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runJob } from "../support/run-job.ts";
import { Sandbox } from "../support/sandbox.ts";
import { jobOf } from "../support/workflow.ts";

const headSha = "a".repeat(40);

describe("offline-comment.yml", () => {
  let sandbox: Sandbox;
  beforeEach(() => {
    sandbox = new Sandbox();
  });
  afterEach(() => {
    sandbox.close();
  });

  /** GitHub's answers: `gh` evaluates `--jq` with jq, as the real one does with its own. */
  const github = ({
    pulls = [
      { number: 3, head: { sha: "b".repeat(40) }, base: { repo: { full_name: "org/slipway" } } },
      { number: 4, head: { sha: headSha }, base: { repo: { full_name: "org/slipway" } } },
    ],
    artifacts = [{ id: 11, expired: false }],
    comments = [],
  }: Partial<Record<"pulls" | "artifacts" | "comments", readonly object[]>> = {}) => {
    const answers = { pulls, artifacts: { artifacts }, comments };
    for (const [name, answer] of Object.entries(answers))
      writeFileSync(join(sandbox.temp, `${name}.json`), JSON.stringify(answer));
    sandbox.fake(
      "gh",
      `cd "${sandbox.temp}"
query=. file=
while [ $# -gt 0 ]; do
  case $1 in
    --jq) query=$2; shift ;;
    */pulls) file=pulls.json ;;
    */artifacts\\?*) file=artifacts.json ;;
    */comments\\?*) file=comments.json ;;
    */zip) cat artifact.zip; exit ;;
    body=@*) cp "\${1#body=@}" posted.md; exit ;;
  esac
  shift
done
jq -r "$query" "$file"`,
    );
  };
  const artifact = (text: string, name = "comment.md") => {
    writeFileSync(join(sandbox.temp, name), text);
    zip(name);
  };
  const zip = (...options: string[]) => {
    const { status } = spawnSync("zip", ["--quiet", "artifact.zip", ...options], {
      cwd: sandbox.temp,
    });
    assert.equal(status, 0);
  };
  const post = () =>
    runJob(jobOf("offline-comment", "comment"), sandbox, {
      github: {
        repository: "org/slipway",
        token: "token-of-the-job",
        event: {
          workflow_run: {
            id: 99,
            html_url: "https://github.com/org/slipway/actions/runs/99",
            head_sha: headSha,
            head_branch: "feature/$(id)",
            head_repository: { full_name: "somebody/slipway", owner: { login: "somebody" } },
          },
        },
      },
    });
  const posted = () => readFileSync(join(sandbox.temp, "posted.md"), "utf8");
  const writes = () => sandbox.calls.filter((call) => /--method (?:POST|PATCH)/.test(call));

  it("posts the plan to the pull request that GitHub names, under a heading that says whose words it is", () => {
    github();
    artifact("# Offline plan\n12 to create\n");
    const { result, log } = post();
    assert.equal(result, "success", log);
    assert.match(writes().join(), /--method POST repos\/org\/slipway\/issues\/4\/comments /);
    assert.match(
      posted(),
      /^<!-- slipway-offline-plan -->\n> \[!NOTE\]\n> Made without credentials/,
    );
    assert.match(posted(), /12 to create\n$/);
    assert.ok(
      sandbox.calls[0]?.includes("head=somebody:feature/$(id)"),
      "the branch's name is data",
    );
  });

  it("edits its own comment, never another's that has the marker", () => {
    const body = "<!-- slipway-offline-plan --> old";
    github({
      comments: [
        { id: 1, user: { login: "mallory" }, body },
        { id: 2, user: { login: "github-actions[bot]" }, body: "another" },
        { id: 3, user: { login: "github-actions[bot]" }, body },
      ],
    });
    artifact("new");
    assert.equal(post().result, "success");
    assert.equal(writes().length, 1);
    assert.match(writes()[0] ?? "", /--method PATCH repos\/org\/slipway\/issues\/comments\/3 /);
  });

  for (const [what, answers] of [
    ["the pull request is closed or has moved on", { pulls: [] }],
    [
      "the commit is another repository's pull request",
      {
        pulls: [
          { number: 4, head: { sha: headSha }, base: { repo: { full_name: "somebody/slipway" } } },
        ],
      },
    ],
    ["the run left no plan, as one with credentials does", { artifacts: [] }],
    ["the plan has expired", { artifacts: [{ id: 11, expired: true }] }],
  ] as const)
    it(`posts nothing, without failing, if ${what}`, () => {
      github(answers);
      artifact("text");
      const { result, log } = post();
      assert.equal(result, "success");
      assert.match(log, /nothing to post/);
      assert.deepEqual(writes(), []);
    });

  for (const [what, make] of [
    [
      "an archive without the text",
      () => {
        artifact("text", "other.md");
      },
    ],
    [
      "an empty text",
      () => {
        artifact("");
      },
    ],
    [
      "something that is no archive",
      () => {
        writeFileSync(join(sandbox.temp, "artifact.zip"), "no");
      },
    ],
  ] as const)
    it(`posts nothing and fails for ${what}`, () => {
      github();
      make();
      assert.equal(post().result, "failure");
      assert.deepEqual(writes(), []);
    });

  it("posts whatever fits into a comment, and where to find what does not", () => {
    github();
    artifact("é".repeat(65_300));
    assert.equal(post().result, "success");
    assert.ok(posted().length <= 65_536 && posted().endsWith("é"));
    artifact("é".repeat(65_301));
    assert.equal(post().result, "success");
    assert.ok(posted().length < 500);
    assert.match(
      posted(),
      /\[the summary of its run\]\(https:\/\/github\.com\/org\/slipway\/actions\/runs\/99\)/,
    );
  });

  it("follows no link and writes no file of the archive", () => {
    github();
    symlinkSync("/etc/hostname", join(sandbox.temp, "comment.md"));
    zip("--symlinks", "comment.md");
    writeFileSync(join(sandbox.temp, "up.sh"), "echo mine");
    zip("up.sh");
    const before = sandbox.git("status", "--porcelain");
    post();
    assert.match(posted(), /\/etc\/hostname$/m);
    assert.equal(sandbox.git("status", "--porcelain"), before);
  });

  it("runs for pull requests only, from the default branch, with the scripts alone", () => {
    const { if: condition, steps } = jobOf("offline-comment", "comment");
    assert.equal(condition, "github.event.workflow_run.event == 'pull_request'");
    assert.deepEqual(steps[0]?.with, {
      ref: "${{ github.event.repository.default_branch }}",
      "persist-credentials": false,
      "sparse-checkout": ".github/scripts",
    });
    assert.equal(steps.length, 2);
  });
});
