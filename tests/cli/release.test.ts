import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { measure } from "../../bench/measure.ts";
import type { ReleaseList } from "../../delivery/release-list.ts";
import { FakeAws } from "../support/fake-aws.ts";
import { historyJson } from "../support/history.ts";
import { root } from "../support/plans.ts";
import { copyProject } from "../support/project.ts";
import { Repository } from "../support/repository.ts";

const running = "7c0b41d9e2f85a3361c4be07a95d28f1034e6bca";
const next = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

describe("slipway release, rollback and releases", () => {
  let repository: Repository;
  let committed: string;
  before(() => {
    const directory = mkdtempSync(join(tmpdir(), "slipway-release-"));
    copyProject(root, directory);
    repository = new Repository(directory);
    repository.write(".git/info/exclude", "node_modules\n");
    committed = repository.commit("The project");
  });
  afterEach(() => {
    repository.git("reset", "--quiet", "--hard", committed);
    repository.git("clean", "--quiet", "--force", "-d");
  });
  after(() => {
    repository.close();
  });

  const slipway = (...args: string[]) => {
    const run = spawnSync(
      process.execPath,
      [join(repository.directory, "cli", "main.ts"), ...args],
      { cwd: repository.directory, encoding: "utf8" },
    );
    assert.doesNotMatch(run.stderr, /\n\s+at /);
    return run;
  };
  const stackFile = () => repository.read("Pulumi.staging.yaml");

  it("writes one commit into the stack file, keeps the rest, and prints the plan", () => {
    const before = stackFile();
    const { status, stdout, stderr } = slipway("release", "staging", "api", next, "--offline");
    assert.equal(status, 0, stderr);
    assert.equal(stackFile(), before.replace(running, next));
    const lines = stdout.split("\n");
    assert.equal(lines[0], `api of staging: ${running} -> ${next}`);
    assert.match(stdout, /^ {2}skipped {2}image \S+ was not looked up \(--offline\)$/m);
    assert.match(stdout, /^staging: \d+ resources/m);
    assert.deepEqual(lines.slice(-3), [
      "Look at out/staging/report.html",
      "Wrote Pulumi.staging.yaml",
      "",
    ]);
    assert.ok(existsSync(join(repository.directory, "out", "staging", "report.html")));
    assert.equal(repository.git("rev-parse", "HEAD").trim(), committed);
  });

  it("takes at most 3 seconds of processor time without a network", () => {
    const args = ["release", "staging", "api", next, "--offline"];
    const main = join(repository.directory, "cli", "main.ts");
    const { cpuSeconds } = measure([main, ...args], repository.directory);
    assert.ok(cpuSeconds <= 3, `${cpuSeconds.toFixed(1)} s`);
  });

  it("commits that one file with a message that says what and why", () => {
    const args = ["release", "staging", "api", next, "--offline", "--commit"];
    const { status, stdout, stderr } = slipway(...args);
    assert.equal(status, 0, stderr);
    assert.match(stdout, /\nCommitted it as [0-9a-f]{12}\n$/);
    assert.equal(repository.git("status", "--porcelain"), "");
    assert.equal(
      repository.git("show", "--format=", "--name-only", "HEAD").trim(),
      "Pulumi.staging.yaml",
    );
    assert.equal(
      repository.git("log", "-1", "--format=%B").trim(),
      [
        "staging: release api aaaaaaaaaaaa",
        "",
        `From ${running}`,
        `to   ${next}.`,
        "",
        `skipped: image 123456789012.dkr.ecr.eu-west-1.amazonaws.com/slipway/api:${next} was not looked up (--offline)`,
        "passed: no migration that api 7c0b41d9e2f8 does not know",
      ].join("\n"),
    );
    const back = slipway("rollback", "staging", "api", "--offline", "--commit");
    assert.equal(back.status, 0, back.stderr);
    assert.match(repository.git("log", "-1", "--format=%s"), /^staging: roll back api to 7c0b41d9/);
    assert.match(stackFile(), new RegExp(`sha: ${running}`));
  });

  it("does nothing, well, when the commit is there already", () => {
    const { status, stdout } = slipway("release", "staging", "api", running, "--offline");
    assert.equal(status, 0);
    assert.equal(stdout, `api of staging is ${running} already: nothing to do\n`);
    assert.equal(repository.git("status", "--porcelain"), "");
  });

  describe("leaves the stack file as it was and says in one line why", () => {
    const untouched = (args: readonly string[], expected: number, message: string | RegExp) => {
      const before = stackFile();
      const { status, stdout, stderr } = slipway(...args);
      assert.equal(status, expected, stderr);
      if (typeof message === "string") assert.equal(stderr, `${message}\n`);
      else assert.match(stderr, message);
      assert.equal(stackFile(), before);
      return stdout;
    };

    const mistakes: [string, string[], number, string][] = [
      [
        "an unknown stack",
        ["release", "prod", "api", next],
        2,
        'stack is "prod": give one that has a Pulumi.<stack>.yaml: local, production, staging',
      ],
      [
        "a path as a stack",
        ["rollback", "../staging", "api"],
        2,
        'stack is "../staging": give one that has a Pulumi.<stack>.yaml: local, production, staging',
      ],
      [
        "an unknown application",
        ["release", "staging", "apy", next],
        2,
        'app is "apy": give one of Pulumi.staging.yaml: api, web (config slipway:apps)',
      ],
      [
        "a branch",
        ["release", "staging", "api", "main"],
        2,
        'commit is "main": give 7 to 40 hexadecimal digits of a commit, or a tag such as v1.2.3',
      ],
      [
        "a history without a stack",
        ["release", "staging", "api", next, "--history", "x.json"],
        2,
        '--history is "x.json": give <stack>=<file>',
      ],
      ...["release", "rollback"].map((command): [string, string[], number, string] => [
        `a ${command} from a source that is not there`,
        [command, "staging", "api", ...(command === "release" ? [next] : []), "--source", "/nope"],
        2,
        '--source is "/nope", which is no directory: give the application\'s git repository',
      ]),
      [
        "a source that is a file",
        ["release", "staging", "api", next, "--source", import.meta.filename],
        2,
        `--source is ${JSON.stringify(import.meta.filename)}, which is no directory: give the application's git repository`,
      ],
      [
        "nothing to go back to",
        ["rollback", "staging", "api", "--offline"],
        1,
        "api of staging has nothing to go back to: the git history of the stack file has no commit from before 7c0b41d9e2f8: name one (--to <commit>)",
      ],
    ];
    for (const [name, args, status, message] of mistakes)
      it(name, () => {
        untouched(args, status, message);
      });

    it("work that is not committed, before anything else is asked", () => {
      repository.write("migrations/api/V3__new.sql", "select 1;");
      const args = ["release", "staging", "api", next, "--commit"];
      untouched(
        args,
        2,
        "--commit needs a work tree without changes, and there are: migrations/api/V3__new.sql: commit or stash them",
      );
      repository.write("Pulumi.staging.yaml", `${stackFile()}# mine\n`);
      untouched(args, 2, /there are: Pulumi\.staging\.yaml, migrations/);
    });

    it("a commit that a hook refuses", () => {
      const hook = join(repository.directory, ".git", "hooks", "pre-commit");
      repository.write(
        ".git/hooks/pre-commit",
        "#!/bin/sh\necho no release on Fridays >&2\nexit 1\n",
      );
      chmodSync(hook, 0o755);
      untouched(
        ["release", "staging", "api", next, "--offline", "--commit"],
        1,
        /git commit failed: no release on Fridays\n$/,
      );
      repository.write(".git/hooks/pre-commit", "#!/bin/sh\nexit 0\n");
      assert.equal(repository.git("status", "--porcelain"), "");
    });

    it("a plan that violates a policy", () => {
      const strict = repository.read("Pulumi.production.yaml");
      const lax = strict.replace(/(slipway:edge:(?:\n {4}.*)*?\n {4}replicas:) \d/, "$1 1");
      repository.write("Pulumi.production.yaml", lax);
      untouched(
        ["release", "production", "api", next, "--offline"],
        1,
        /the plan of production violates the policy ingress-controller-replicas .*; Pulumi\.production\.yaml is unchanged\n$/,
      );
      assert.equal(repository.read("Pulumi.production.yaml"), lax);
    });

    it("a missing Pulumi command line", () => {
      const { PATH } = process.env;
      process.env.PATH = "/usr/bin-nowhere";
      try {
        untouched(["release", "staging", "api", next], 1, "pulumi is not on PATH");
      } finally {
        process.env.PATH = PATH;
      }
    });
  });

  describe("the list of releases", () => {
    const history = () => {
      repository.write(
        ".git/history.json",
        historyJson(
          { shas: { api: next, web: next }, result: "failed", at: "2026-11-21T12:25:46.000Z" },
          {
            shas: { api: running },
            at: "2026-11-20T08:00:00.000Z",
            message: "release\u001b[2J api",
          },
        ),
      );
      return join(repository.directory, ".git", "history.json");
    };

    it("says what ran when, and what is only written down", () => {
      const { status, stdout } = slipway(
        "releases",
        "staging",
        "--history",
        `staging=${history()}`,
      );
      assert.equal(status, 0);
      assert.equal(
        stdout,
        [
          "api",
          `  ${next}  2026-11-21 12:25  failed`,
          `  ${running}  2026-11-20 08:00  running     release [2J api`,
          "",
          "web",
          "  e91b7f04d2c6a85830fb1d7c49a2e6055d3f8c1b  in Pulumi.staging.yaml, not running",
          `  ${next}  2026-11-21 12:25  failed`,
          "",
        ].join("\n"),
      );
    });

    it("has all of it as JSON, with the commits of the stack file", () => {
      const args = ["releases", "staging", "--json", "--history", `staging=${history()}`];
      const list = JSON.parse(slipway(...args).stdout) as ReleaseList;
      const [api] = list.applications;
      assert.equal(api?.current, running);
      assert.deepEqual(
        api.runs?.map(({ sha, result, running: now }) => [sha, result, now]),
        [
          [next, "failed", false],
          [running, "succeeded", true],
        ],
      );
      assert.deepEqual(
        api.commits.map(({ sha, revision, subject }) => [sha, revision, subject]),
        [[running, committed, "The project"]],
      );
    });

    it("lists what was committed, offline", () => {
      const { stdout } = slipway("releases", "staging", "--offline");
      assert.match(stdout, new RegExp(`^api\\n  ${running}  \\S+ \\S+  Test  The project\\n`));
    });

    describe("with --check", () => {
      const web = "e91b7f04d2c6a85830fb1d7c49a2e6055d3f8c1b";
      const unproven = `web e91b7f04d2c6 never passed the smoke test of staging: release it there first (slipway release staging web ${web}) and have it deployed (config slipway:releases)\n`;
      const aws = new FakeAws();
      before(() => aws.start());
      after(() => {
        aws.stop();
      });
      const check = (stack: string, ...args: string[]) => {
        repository.write(".git/none.json", historyJson());
        const none = join(repository.directory, ".git", "none.json");
        return slipway("releases", stack, "--history", `${stack}=${none}`, "--check", ...args);
      };
      const passed = (stacks: Readonly<Record<string, readonly string[]>>) => {
        aws.set({}, undefined, undefined, stacks);
      };

      it("fails for a commit that never passed the smoke test where it must before", () => {
        passed({ [`slipway/api:${running}`]: ["staging"], [`slipway/web:${web}`]: ["stagin"] });
        const { status, stderr } = check("production");
        assert.deepEqual([status, stderr], [1, unproven]);
        passed({ [`slipway/api:${running}`]: ["staging"], [`slipway/web:${web}`]: ["staging"] });
        assert.equal(check("production").status, 0);
      });

      it("passes for a stack that comes after none", () => {
        passed({});
        assert.equal(check("staging").status, 0);
      });

      it("asks for one stack alone where it is named", () => {
        const text = repository.read("Pulumi.production.yaml");
        repository.write(
          "Pulumi.production.yaml",
          text.replace("after: [staging]", "after: [beta, staging]"),
        );
        passed({ [`slipway/api:${running}`]: ["staging"], [`slipway/web:${web}`]: ["staging"] });
        assert.equal(check("production", "staging").status, 0);
        assert.match(check("production", "beta").stderr, /^api \S+ never passed .* of beta: /);
        assert.match(check("production").stderr, /^api \S+ never passed .* of beta: /);
      });

      it("ends with 2 for a stack that does not come before, and offline", () => {
        for (const [args, message] of [
          [
            ["local"],
            '--check is "local": give one of slipway:releases.after of Pulumi.production.yaml: staging\n',
          ],
          [["--offline"], "--check asks ECR and Pulumi's histories: drop --offline\n"],
        ] as const) {
          const { status, stderr } = check("production", ...args);
          assert.deepEqual([status, stderr], [2, message]);
        }
      });
    });
  });
});
