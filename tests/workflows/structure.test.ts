import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { pushRoleName } from "../../bootstrap/rules.ts";
import { root } from "../support/plans.ts";
import { holds, interpolate } from "./support/expression.ts";
import type { Job } from "./support/workflow.ts";
import { actions, deliver, deliverFile, jobOf, jobs, needsOf } from "./support/workflow.ts";
import { steps, textOf, workflows } from "./support/workflow.ts";

/** Every right that a job's token has; nothing else may be added without changing this table. */
const rights: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "deploy.yml deploy": { contents: "read", "id-token": "write" },
  "deploy.yml notify": { contents: "read" },
  "deploy.yml propose": { contents: "write", "pull-requests": "write" },
  "deploy.yml target": { contents: "read" },
  "deploy.yml test": { contents: "read" },
  "deploy.yml verify": { contents: "read", "id-token": "write" },
  "drift.yml deployed": { contents: "read", deployments: "read" },
  "drift.yml preview": { contents: "read", "id-token": "write" },
  "drift.yml report": { contents: "read", issues: "write" },
  "offline-comment.yml comment": { actions: "read", contents: "read", "pull-requests": "write" },
  "pull-request.yml check": { contents: "read" },
  "pull-request.yml comment": { contents: "read", "pull-requests": "write" },
  "pull-request.yml offline": { contents: "read" },
  "pull-request.yml preview": { contents: "read", "id-token": "write" },
  "pull-request.yml ready": {},
  "pull-request.yml stacks": { contents: "read" },
  "pull-request.yml test": { contents: "read" },
  "release.yml release": {},
};

const files = [
  ...Object.keys(workflows).map((name) => `workflows/${name}.yml`),
  ...Object.keys(actions).map((name) => `actions/${name}/action.yml`),
];

/** Every job that must have ended well before a job starts, over any number of steps. */
function before(workflow: string, job: string): Set<string> {
  const needed = needsOf(jobOf(workflow, job));
  return new Set([...needed, ...needed.flatMap((name) => [...before(workflow, name)])]);
}

describe("workflows", () => {
  it("give no rights to a job that are not in the table of rights", () => {
    for (const [name, { permissions }] of Object.entries(workflows))
      assert.deepEqual(permissions, {}, name);
    assert.deepEqual(
      Object.fromEntries(jobs.map(({ where, job }) => [where, job.permissions])),
      rights,
    );
  });

  it("never give one job both a session in AWS and a token that writes", () => {
    for (const { where, job } of jobs) {
      const writes = Object.entries(job.permissions).filter(
        ([right, level]) => level === "write" && right !== "id-token",
      );
      const connects = job.steps.some(({ uses }) => uses === "$/.github/actions/connect");
      assert.equal(connects, job.permissions["id-token"] === "write", where);
      assert.ok(!connects || writes.length === 0, where);
    }
  });

  it("pin every action by a whole commit, with its version beside it", () => {
    const pins = new Map<string, string>();
    for (const file of [...files, deliverFile])
      for (const line of textOf(file).split("\n")) {
        const uses = /^\s*(?:- )?uses: (.*)$/.exec(line)?.[1];
        if (uses === undefined || uses.startsWith("$/.github/actions/")) continue;
        const [, action = "", pin = ""] =
          /^([\w-]+\/[\w./-]+)@([0-9a-f]{40} # v\d+\.\d+\.\d+)$/.exec(uses) ?? [];
        assert.notEqual(pin, "", `${file}: ${line}`);
        assert.equal(pins.get(action) ?? pin, pin, `${action} has two versions`);
        pins.set(action, pin);
      }
    assert.ok(pins.size > 0);
  });

  it("use only the actions of this repository that exist", () => {
    for (const { where, step } of steps) {
      const name = /^\$\/\.github\/actions\/(.*)$/.exec(step.uses ?? "")?.[1];
      if (name !== undefined) assert.ok(name in actions, `${where}: ${name}`);
    }
  });

  it("never put an expression into a script", () => {
    for (const { where, step } of steps) assert.doesNotMatch(step.run ?? "", /\$\{\{/, where);
  });

  it("name secrets only in the environment of one step, and never an AWS key", () => {
    const named = files.flatMap((file) =>
      [...textOf(file).matchAll(/secrets\.([\w-]+)|secrets: inherit/g)].map(
        ([, name = "inherit"]) => `${file} ${name}`,
      ),
    );
    assert.deepEqual(named, [
      "workflows/deploy.yml SLACK_WEBHOOK_URL",
      "workflows/deploy.yml SLACK_WEBHOOK_URL",
      "workflows/release.yml private-key",
    ]);
  });

  it("leave no token in the clone and take no cache", () => {
    for (const { where, step } of steps) {
      const name = step.uses?.split("@")[0];
      if (name === "actions/checkout")
        assert.equal(step.with?.["persist-credentials"], false, where);
      if (name === "actions/setup-node")
        assert.equal(step.with?.["package-manager-cache"], false, where);
      assert.notEqual(name, "actions/cache", where);
      assert.equal(step.with?.cache, undefined, where);
    }
  });

  it("end: every job has a limit, of at most an hour where it updates and half an hour elsewhere", () => {
    for (const { where, job } of jobs)
      assert.ok(
        job["timeout-minutes"] <= (where === "deploy.yml deploy" ? 60 : 30),
        `${where}: ${String(job["timeout-minutes"])} minutes`,
      );
  });

  it("run scripts in bash that stops at the first failure of a pipe", () => {
    for (const [name, { defaults }] of Object.entries(workflows))
      assert.equal(defaults.run.shell, "bash", name);
    for (const [name, { runs }] of Object.entries(actions))
      for (const step of runs.steps)
        if (step.run !== undefined) assert.equal(step.shell, "bash", name);
  });

  it("start on exactly these events, none of which runs a fork's code with rights", () => {
    assert.deepEqual(
      Object.fromEntries(Object.entries(workflows).map(([name, { on }]) => [name, on])),
      {
        deploy: {
          push: {
            branches: ["main"],
            tags: ["v*", "*-v*"],
            "paths-ignore": ["docs/**", "**.md"],
          },
        },
        drift: { schedule: [{ cron: "17 5 * * *" }], workflow_dispatch: null },
        "offline-comment": { workflow_run: { workflows: ["pull-request"], types: ["completed"] } },
        "pull-request": { pull_request: { branches: ["main"] } },
        release: workflows.release?.on,
      },
    );
    assert.deepEqual(Object.keys(workflows.release?.on ?? {}), ["workflow_call"]);
  });

  it("wait in a queue for each other: only previews of one pull request give way", () => {
    for (const [name, { concurrency }] of Object.entries(workflows))
      assert.equal(concurrency["cancel-in-progress"], name === "pull-request", name);
    assert.equal(workflows.deploy?.concurrency.queue, "max");
    assert.deepEqual(jobOf("deploy", "deploy").concurrency, {
      group: "stack-${{ needs.target.outputs.stack }}",
      "cancel-in-progress": false,
      queue: "max",
    });
  });

  it("test what is deployed, their own scripts included", () => {
    assert.deepEqual(
      jobOf("deploy", "test").steps.flatMap(({ run }) => run ?? []),
      ["npm run check", "npm test", "npm run test:workflows"],
    );
  });

  it("wait for no other stack: a production that waits for its approval holds up no hotfix elsewhere", () => {
    const group = (ref_type: string, ref_name: string) =>
      interpolate(workflows.deploy?.concurrency.group ?? "", { github: { ref_type, ref_name } });
    assert.equal(group("branch", "main"), "deploy-staging");
    assert.equal(group("tag", "v1.2.3"), "deploy-production");
    assert.equal(group("tag", "v1.2.4"), "deploy-production");
    assert.equal(group("tag", "beta-v1.2.3"), "deploy-beta-v1.2.3");
  });

  it("deploy only after tests, and a release only after the verification", () => {
    assert.deepEqual(before("deploy", "deploy"), new Set(["target", "test", "verify"]));
    assert.deepEqual(before("deploy", "verify"), new Set(["target", "test"]));
    const scripts = jobOf("deploy", "deploy").steps.flatMap(({ run }) => run ?? []);
    assert.deepEqual(
      scripts.map((script) => /(?:scripts\/|slipway\.mjs )([a-z-]+)/.exec(script)?.[1]),
      ["changes", "up", "smoke", "tag-deployed", "put-back", "notify"],
    );
  });

  for (const [what, test, verify, after, runs] of [
    ["a stack that comes after none", "success", "skipped", "[]", true],
    ["a verified release", "success", "success", '["staging"]', true],
    ["a release that was not verified", "success", "skipped", '["staging"]', false],
    ["a release without evidence", "success", "failure", '["staging"]', false],
    ["a tree whose tests fail", "failure", "skipped", "[]", false],
  ] as const)
    it(`${runs ? "deploy" : "never deploy"} ${what}`, () => {
      const needs = {
        target: { outputs: { after } },
        test: { result: test },
        verify: { result: verify },
      };
      assert.equal(holds(jobOf("deploy", "deploy").if ?? "", { needs }, "success"), runs);
    });

  it("build no image: what staging ran is what production gets", () => {
    for (const file of files)
      assert.doesNotMatch(textOf(file), /docker (?:build|push)|build-push-action|ecr-login/, file);
  });

  it("bind a deployment to its environment, and a verification to the earlier one without recording it", () => {
    const environments = jobs.flatMap(({ where, job }) =>
      job.environment === undefined ? [] : [[where, job.environment]],
    );
    assert.deepEqual(Object.fromEntries(environments), {
      "deploy.yml verify": { name: "${{ matrix.earlier }}", deployment: false },
      "deploy.yml deploy": "${{ needs.target.outputs.stack }}",
    });
  });

  it("preview with the role that only reads, wherever a pull request's code runs", () => {
    for (const { where, job } of jobs)
      for (const { uses, with: inputs } of job.steps) {
        if (uses !== "$/.github/actions/connect") continue;
        assert.equal(inputs?.role, where.startsWith("deploy.yml") ? "deploy" : "preview", where);
      }
  });

  it("install the command line in the version of the SDK", () => {
    const { dependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
      readonly dependencies: Readonly<Record<string, string>>;
    };
    const install = actions.connect?.runs.steps.find(({ uses }) => uses?.startsWith("pulumi/"));
    assert.equal(install?.with?.["pulumi-version"], dependencies["@pulumi/pulumi"]);
    assert.equal(install?.with?.command, undefined);
  });

  it("count every job in the one required check", () => {
    const all = Object.keys(workflows["pull-request"]?.jobs ?? {});
    assert.deepEqual([...needsOf(jobOf("pull-request", "ready")), "ready"].sort(), [...all].sort());
  });

  it("test a pull request by every suite that needs neither engine nor cluster", () => {
    const commands = (job: string) =>
      jobOf("pull-request", job).steps.flatMap(({ run }) => run ?? []);
    assert.deepEqual(commands("check"), ["npm run check"]);
    assert.deepEqual(commands("test"), ["npm test", "npm run test:workflows"]);
  });

  it("ask an application's repository for stack, application and commit, and for no right in AWS", () => {
    const call = workflows.release?.on.workflow_call as {
      readonly inputs: Readonly<Record<string, { readonly required?: boolean }>>;
      readonly secrets: Readonly<Record<string, unknown>>;
    };
    assert.deepEqual(
      Object.keys(call.inputs).filter((input) => call.inputs[input]?.required === true),
      ["platform", "stack", "app", "sha", "client-id"],
    );
    assert.deepEqual(Object.keys(call.secrets), ["private-key"]);
    const release: Job = jobOf("release", "release");
    const token = release.steps.find(({ uses }) => uses?.includes("create-github-app-token"));
    assert.deepEqual(
      Object.entries(token?.with ?? {}).filter(([key]) => key.startsWith("permission-")),
      [
        ["permission-contents", "write"],
        ["permission-pull-requests", "write"],
      ],
    );
    assert.equal(token?.with?.repositories, "${{ steps.platform.outputs.name }}");
  });
});

describe("the workflow of an application's repository", () => {
  const { build, push, release } = deliver.jobs;

  it("gives each job what it needs, and nobody else's commit a session in AWS", () => {
    assert.deepEqual(deliver.permissions, {});
    assert.deepEqual(
      Object.entries(deliver.jobs).map(([job, { permissions }]) => [job, permissions]),
      [
        ["build", { contents: "read" }],
        ["push", { contents: "read", "id-token": "write" }],
        ["release", {}],
      ],
    );
    assert.deepEqual(deliver.on, { pull_request: null, push: { branches: ["main"] } });
    assert.equal(push?.if, "github.event_name == 'push'");
  });

  it("tests and builds every commit, then pushes, then releases", () => {
    assert.deepEqual(
      [build, push, release].map((job) => job?.needs),
      [undefined, "build", "push"],
    );
    assert.equal(build?.if, undefined);
    assert.deepEqual(
      build?.steps.flatMap(({ run }) => run ?? []),
      ["docker build --target test --progress plain .", "docker build ."],
    );
    const stages = [...textOf("../examples/demo-app/Dockerfile").matchAll(/^FROM \S+(.*)$/gm)];
    assert.deepEqual(
      stages.map(([, name]) => name?.trim()),
      ["AS test", ""],
    );
  });

  it("keeps tokens out of clones, and expressions out of scripts", () => {
    for (const { steps: all = [] } of Object.values(deliver.jobs))
      for (const { uses, run, with: inputs } of all) {
        if (uses?.startsWith("actions/checkout") === true)
          assert.equal(inputs?.["persist-credentials"], false);
        assert.doesNotMatch(run ?? "", /\$\{\{/);
      }
    assert.doesNotMatch(textOf(deliverFile), /secrets: inherit|AWS_SECRET/);
  });

  it("gives release.yml exactly what it takes, and the commit that was pushed", () => {
    const call = workflows.release?.on.workflow_call as {
      readonly inputs: Readonly<Record<string, unknown>>;
      readonly secrets: Readonly<Record<string, unknown>>;
    };
    assert.match(release?.uses ?? "", /\/\.github\/workflows\/release\.yml@[0-9a-f]{40}$/);
    assert.deepEqual(Object.keys(release?.with ?? {}), Object.keys(call.inputs));
    assert.deepEqual(Object.keys(release?.secrets ?? {}), Object.keys(call.secrets));
    assert.equal(release?.with?.sha, "${{ github.sha }}");
  });

  it("keeps the order of commits, and cancels none", () => {
    assert.deepEqual(deliver.concurrency, {
      group: "deliver-${{ github.ref }}",
      "cancel-in-progress": false,
      queue: "max",
    });
  });

  it("pushes with the role that bootstrap makes for the repository", () => {
    const { with: inputs } = push?.steps.find(({ uses }) => uses?.startsWith("aws-actions/")) ?? {};
    const role = pushRoleName("slipway", push?.env?.REPOSITORY?.split("/")[1] ?? "");
    assert.match(String(inputs?.["role-to-assume"]), new RegExp(`:role/${role}$`));
  });

  it("calls release.yml as docs/delivery.md shows", () => {
    const [, shown = ""] = /```yaml\n( *release:.*?)```/s.exec(textOf("../docs/delivery.md")) ?? [];
    const { name, ...call } = release ?? {};
    assert.deepEqual(parse(shown), { release: call });
    assert.equal(name, "release");
  });
});
