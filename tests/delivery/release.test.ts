import assert from "node:assert/strict";
import { join } from "node:path";
import { Histories } from "../../delivery/histories.ts";
import { prepareRelease, prepareRollback } from "../../delivery/release.ts";
import type { Release } from "../../delivery/release.ts";
import { appOf, openStack } from "../../delivery/stack.ts";
import { FakeAws } from "../support/fake-aws.ts";
import { historyJson } from "../support/history.ts";
import type { RecordedUpdate } from "../support/history.ts";
import { Repository, stackRepository } from "../support/repository.ts";

const running = "7c0b41d9e2f85a3361c4be07a95d28f1034e6bca";
const next = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
const older = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";
const registry = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/slipway/api";
const ecr = { [`slipway/api:${next}`]: ["linux/amd64"], [`slipway/api:${older}`]: "linux/amd64" };
const dropped =
  "V3__drop_name.sql:1 may break api 7c0b41d9e2f8, which runs until the new version is healthy: ALTER TABLE users DROP COLUMN name: drop the column in a later release, when no running version reads or writes it";

describe("preparing a release", () => {
  const aws = new FakeAws();
  let repository: Repository;
  let first: string;
  before(() => aws.start());
  after(() => {
    aws.stop();
  });
  beforeEach(() => {
    repository = stackRepository();
    first = repository.git("rev-parse", "HEAD").trim();
    aws.set(ecr);
  });
  afterEach(() => {
    repository.close();
  });

  interface Given {
    readonly staging?: readonly RecordedUpdate[];
    readonly production?: readonly RecordedUpdate[];
    readonly offline?: boolean;
    readonly source?: string;
    readonly allow?: boolean;
  }

  function optionsOf({ staging, production, offline, source, allow }: Given) {
    repository.write(".git/staging.json", historyJson(...(staging ?? [])));
    repository.write(".git/production.json", historyJson(...(production ?? [])));
    const file = (stack: string) => join(repository.directory, ".git", `${stack}.json`);
    const files = { staging: file("staging"), production: file("production") };
    return {
      source,
      histories: offline === true ? undefined : new Histories(repository.directory, files),
      allowBreakingMigration: allow === true,
    };
  }

  const release = (stack: string, app: string, commit: string, given: Given = {}) =>
    prepareRelease(openStack(repository.directory, stack), app, commit, optionsOf(given));
  const rollback = (stack: string, app: string, given: Given = {}, to?: string) =>
    prepareRollback(openStack(repository.directory, stack), app, to, optionsOf(given));
  const said = ({ checks }: Release) => checks.map(({ outcome, text }) => `${outcome}: ${text}`);
  /** Says of which stacks each commit passed the smoke test. */
  const pass = (stacks: Readonly<Record<string, readonly string[]>>) => {
    const images = Object.entries(stacks).map(([sha, names]) => [`slipway/api:${sha}`, names]);
    aws.set(ecr, undefined, undefined, Object.fromEntries(images) as typeof stacks);
  };
  /** Has every image in a registry that is not ECR. */
  const elsewhere = () => {
    for (const file of ["Pulumi.staging.yaml", "Pulumi.production.yaml"])
      repository.write(
        file,
        repository.read(file).replaceAll(/\S+\.amazonaws\.com\//g, "ghcr.io/example/"),
      );
  };
  const ran = (sha: string, more: Partial<RecordedUpdate> = {}): RecordedUpdate => ({
    shas: { api: sha },
    revision: first,
    ...more,
  });

  describe("to a stack of one's own choice", () => {
    it("names what was checked", async () => {
      const prepared = await release("staging", "api", next, { staging: [ran(running)] });
      assert.deepEqual(said(prepared), [
        `passed: image ${registry}:${next} (linux/amd64)`,
        "passed: no migration that api 7c0b41d9e2f8 does not know",
      ]);
      assert.equal(prepared.from, running);
      assert.equal(prepared.text, repository.read("Pulumi.staging.yaml").replace(running, next));
    });

    it("takes the word of another account's registry, which says nothing of itself", async () => {
      aws.set({ [`slipway/api:${next}`]: ["linux/amd64"] }, undefined, null);
      const [image] = said(await release("staging", "api", next));
      assert.equal(image, `passed: image ${registry}:${next} (linux/amd64)`);
    });

    it("has nothing to do for what is there already", async () => {
      const prepared = await release("staging", "api", "7c0b41d", { staging: [ran(running)] });
      assert.equal(prepared.to, running);
      assert.equal(prepared.text, repository.read("Pulumi.staging.yaml"));
    });

    it("asks nobody offline, and says so", async () => {
      const prepared = await release("production", "api", next, { offline: true });
      assert.deepEqual(said(prepared), [
        `skipped: image ${registry}:${next} was not looked up (--offline)`,
        "skipped: whether api aaaaaaaaaaaa passed the smoke test of staging was not looked up (--offline)",
        "passed: no migration that api 7c0b41d9e2f8 does not know",
      ]);
      assert.deepEqual(aws.calls(), []);
    });
  });

  describe("refuses", () => {
    const refuses = async (action: Promise<unknown>, message: string, exitCode = 1) => {
      await assert.rejects(action, { message, exitCode });
    };

    it("an unknown stack, and names those that exist", () =>
      refuses(
        (async () => release("stagin", "api", next))(),
        'stack is "stagin": give one that has a Pulumi.<stack>.yaml: local, production, staging',
        2,
      ));

    it("an unknown application, and names those that exist", () =>
      refuses(
        release("staging", "constructor", next),
        'app is "constructor": give one of Pulumi.staging.yaml: api, web (config slipway:apps)',
        2,
      ));

    it("a wrong stack file, with all mistakes", () => {
      const text = repository.read("Pulumi.staging.yaml");
      repository.write("Pulumi.staging.yaml", text.replace(running, "latest"));
      assert.throws(() => openStack(repository.directory, "staging"), {
        message:
          '1 problem in Pulumi.staging.yaml:\n  apps.api.image.sha is "latest": give 7 to 40 hexadecimal digits of a commit (config slipway:apps)',
        exitCode: 2,
      });
    });

    it("a commit that was never pushed", () =>
      refuses(
        release("staging", "api", "ccccccc"),
        `api ccccccc is not released to staging:\n  no image ${registry}:ccccccc was found: build and push that commit, or give one that was pushed`,
      ));

    it("a repository that is not there", () => {
      aws.set({}, "An error occurred (RepositoryNotFoundException) when calling ...");
      return refuses(
        release("staging", "api", next),
        `api aaaaaaaaaaaa is not released to staging:\n  there is no repository ${registry}: create it and push the image, or correct image.repository (config slipway:apps)`,
      );
    });

    it("an image for other processors, whether its index or its configuration says so", async () => {
      for (const platforms of [["linux/arm64", "unknown/unknown"], "linux/arm64"]) {
        aws.set({ [`slipway/api:${next}`]: platforms });
        await refuses(
          release("staging", "api", next),
          `api aaaaaaaaaaaa is not released to staging:\n  image ${registry}:${next} is for linux/arm64, the nodes of staging need linux/amd64: build it with --platform linux/amd64`,
        );
      }
    });

    it("an image that another push could exchange (F08)", () => {
      aws.set({ [`slipway/api:${next}`]: ["linux/amd64"] }, undefined, "MUTABLE");
      return refuses(
        release("staging", "api", next),
        `api aaaaaaaaaaaa is not released to staging:\n  image ${registry}:${next} could be exchanged by another push: make its tags immutable with aws ecr put-image-tag-mutability --registry-id 123456789012 --region eu-west-1 --repository-name slipway/api --image-tag-mutability IMMUTABLE`,
      );
    });

    it("to go on when ECR can't be asked", () => {
      aws.set({}, "\nUnable to locate credentials. You can configure credentials.\n");
      return refuses(
        release("staging", "api", next),
        "ECR can't be asked: Unable to locate credentials. You can configure credentials.",
      );
    });

    const unproven = `api aaaaaaaaaaaa never passed the smoke test of staging: release it there first (slipway release staging api ${next}) and have it deployed (config slipway:releases)`;

    it("a commit whose smoke test never passed where it must before, although it ran there", () => {
      const given = { staging: [ran(next)], production: [ran(running), ran(next)] };
      pass({ [next]: ["stagin"], [older]: ["staging"] });
      return refuses(
        release("production", "api", next, given),
        `api aaaaaaaaaaaa is not released to production:\n  ${unproven}`,
      );
    });

    describe("an image outside ECR,", () => {
      const message = `api aaaaaaaaaaaa is not released to production:\n  api aaaaaaaaaaaa never ran in staging by Pulumi's history: release it there first (slipway release staging api ${next}) and run \`pulumi up -s staging\` (config slipway:releases)`;
      beforeEach(elsewhere);

      for (const [what, staging] of [
        ["that never ran where it must before", []],
        ["whose commit alone is another", [ran(older)]],
        ["whose update failed", [ran(next, { result: "failed" })]],
        ["whose update was of some resources only", [ran(next, { flags: ["target"] })]],
        ["that is another application's", [{ shas: { web: next } }]],
      ] as const)
        it(what, () =>
          refuses(
            release("production", "api", next, { staging, production: [ran(running)] }),
            message,
          ),
        );

      it("that may have run before what was read of the history", () =>
        refuses(
          release("production", "api", next, {
            staging: Array<RecordedUpdate>(200).fill(ran(older)),
          }),
          message.replace("Pulumi's history", "Pulumi's newest 200 updates"),
        ));
    });

    it("for every reason at once", async () => {
      repository.write("migrations/api/V3__drop_name.sql", "ALTER TABLE users DROP COLUMN name;");
      aws.set({});
      await refuses(
        release("production", "api", next, { production: [ran(running)] }),
        [
          "api aaaaaaaaaaaa is not released to production:",
          `  no image ${registry}:${next} was found: build and push that commit, or give one that was pushed`,
          `  ${unproven}`,
          `  ${dropped}`,
          "  (--allow-breaking-migration takes the risk of what is said of migrations)",
        ].join("\n"),
      );
    });

    it("a history that is none, or not there", async () => {
      const stack = openStack(repository.directory, "staging");
      const options = (file: string) => ({
        ...optionsOf({}),
        histories: new Histories(repository.directory, { staging: file }),
      });
      const wrong = join(repository.directory, "Pulumi.staging.yaml");
      await refuses(
        prepareRelease(stack, "api", next, options(wrong)),
        `--history ${wrong} is no history of a stack: give what \`pulumi stack history --json\` prints`,
        2,
      );
      await assert.rejects(
        prepareRelease(stack, "api", next, options("nowhere.json")),
        /--history nowhere\.json can't be read: ENOENT/,
      );
    });
  });

  describe("through environments", () => {
    it("lets what passed in staging into production, by the spelling of its image", async () => {
      pass({ [next]: ["staging"] });
      const given = { staging: [ran(next)], production: [ran(running)] };
      const prepared = await release("production", "api", "aaaaaaa", given);
      assert.equal(prepared.to, next);
      assert.ok(
        said(prepared).includes("passed: api aaaaaaaaaaaa passed the smoke test of staging"),
      );
    });

    it("needs no history of updates for it, which is cut in the end", async () => {
      pass({ [next]: ["staging"] });
      assert.equal((await release("production", "api", next)).to, next);
    });

    it("lets back what passed here before", async () => {
      pass({ [next]: ["production"] });
      assert.ok(
        said(await release("production", "api", next)).includes(
          "passed: api aaaaaaaaaaaa passed the smoke test of production before",
        ),
      );
    });

    it("takes Pulumi's history for an image outside ECR, and says what it lacks", async () => {
      elsewhere();
      const at = "2026-11-20T08:00:00.000Z";
      const noRecord =
        "whether it passed the smoke test is on no record, since its image is not in ECR";
      for (const [stack, text] of [
        ["staging", `api aaaaaaaaaaaa ran in staging (${at}); ${noRecord}`],
        ["production", `api aaaaaaaaaaaa ran in production before (${at}); ${noRecord}`],
      ] as const)
        assert.ok(
          said(await release("production", "api", next, { [stack]: [ran(next, { at })] })).includes(
            `passed: ${text}`,
          ),
        );
      assert.deepEqual(aws.calls(), []);
    });

    it("follows the key, not the name of a stack", async () => {
      const text = repository.read("Pulumi.production.yaml");
      repository.write("Pulumi.production.yaml", text.replace("after: [staging]", "after: []"));
      const prepared = await release("production", "api", next, { production: [ran(running)] });
      assert.equal(prepared.to, next);
    });
  });

  describe("by a tag", () => {
    let source: Repository;
    beforeEach(() => {
      source = new Repository();
    });
    afterEach(() => {
      source.close();
    });

    it("releases the tagged commit's own image, annotated tag or not", async () => {
      const commit = source.commit("A version");
      source.git("tag", "v1.0.0");
      source.git("tag", "--annotate", "--message=one", "v1.0.1");
      aws.set({ [`slipway/api:${commit}`]: ["linux/amd64"] });
      for (const tag of ["v1.0.0", "v1.0.1"]) {
        const prepared = await release("staging", "api", tag, { source: source.directory });
        assert.equal(prepared.to, commit);
        assert.equal(prepared.tag, tag);
      }
    });

    it("takes the shortened commit under which the image ran in staging", async () => {
      const commit = source.commit("A version");
      source.git("tag", "v1.0.0");
      const short = commit.slice(0, 7);
      const image = `slipway/api:${short}`;
      aws.set({ [image]: ["linux/amd64"] }, undefined, undefined, { [image]: ["staging"] });
      const prepared = await release("production", "api", "v1.0.0", {
        source: source.directory,
        staging: [ran(short)],
      });
      assert.equal(prepared.to, short);
    });

    it("refuses a tag that is not there, a branch of its name included", async () => {
      source.commit("A version");
      source.git("branch", "v2.0.0");
      await assert.rejects(release("staging", "api", "v2.0.0", { source: source.directory }), {
        message: `commit is "v2.0.0", which is no tag of ${source.directory}: fetch it (git fetch --tags), or give the application's repository (--source <directory>)`,
        exitCode: 2,
      });
    });
  });

  describe("with migrations", () => {
    const breaking = () => {
      repository.write("migrations/api/V3__drop_name.sql", "ALTER TABLE users DROP COLUMN name;");
    };
    const refusal = [
      "api aaaaaaaaaaaa is not released to staging:",
      `  ${dropped}`,
      "  (--allow-breaking-migration takes the risk of what is said of migrations)",
    ].join("\n");

    it("refuses one that breaks what runs, committed or not", async () => {
      breaking();
      const staging = [ran(running)];
      await assert.rejects(release("staging", "api", next, { staging }), { message: refusal });
      repository.commit("Drop the name");
      await assert.rejects(release("staging", "api", next, { staging }), { message: refusal });
    });

    it("refuses an applied one that was edited to break", async () => {
      repository.write("migrations/api/V2__create_sessions.sql", "DROP TABLE users;");
      await assert.rejects(
        release("staging", "api", next, { staging: [ran(running)] }),
        /V2__create_sessions\.sql:1 may break api 7c0b41d9e2f8/,
      );
    });

    it("lets it through when told so by name", async () => {
      breaking();
      const prepared = await release("staging", "api", next, {
        staging: [ran(running)],
        allow: true,
      });
      assert.ok(said(prepared).includes(`skipped: ${dropped} (--allow-breaking-migration)`));
    });

    it("lets additions through, and what ran before", async () => {
      breaking();
      const applied = repository.commit("Drop the name");
      repository.write(
        "migrations/api/V4__add_name.sql",
        "ALTER TABLE users ADD COLUMN nick text;",
      );
      const staging = [ran(running, { revision: applied })];
      assert.deepEqual(said(await release("staging", "api", next, { staging })).slice(1), [
        "passed: 1 migration that api 7c0b41d9e2f8 does not know, none of which breaks it",
      ]);
    });

    it("compares offline with the commit that released what runs", async () => {
      breaking();
      repository.commit("Drop the name");
      await assert.rejects(release("staging", "api", next, { offline: true }), {
        message: refusal,
      });
    });

    it("refuses to judge by a revision that the clone does not have", async () => {
      const staging = [ran(running, { revision: "f".repeat(40) })];
      await assert.rejects(release("staging", "api", next, { staging }), {
        message:
          "api aaaaaaaaaaaa is not released to staging:\n  migrations can't be judged: api 7c0b41d9e2f8 was released from revision ffffffffffff, which is not in this clone: fetch it (git fetch --unshallow)\n  (--allow-breaking-migration takes the risk of what is said of migrations)",
      });
    });

    it("has nothing to break where nothing runs", async () => {
      breaking();
      assert.deepEqual(said(await release("staging", "api", next)).slice(1), [
        "passed: api does not run yet, so that no migration can break it",
      ]);
    });

    describe("inside the image", () => {
      let source: Repository;
      let old: string;
      beforeEach(() => {
        source = new Repository();
        source.write("db/V1__a.sql", "create table a (id bigint primary key);");
        old = source.commit("first");
        const text = repository.read("Pulumi.staging.yaml");
        const inImage = text.replace(
          "{ type: directory, path: migrations/api }",
          "{ type: image }",
        );
        repository.write("Pulumi.staging.yaml", inImage.replace(running, old));
      });
      afterEach(() => {
        source.close();
      });
      const given = () => ({ staging: [ran(old)], source: source.directory });
      const pushed = (sha: string) => {
        aws.set({ [`slipway/api:${sha}`]: ["linux/amd64"] });
        return sha;
      };

      it("judges the files between the two commits of the application", async () => {
        source.write("db/V2__b.sql", "drop table a;");
        source.write("seed/example.sql", "drop table a;");
        const sha = pushed(source.commit("second"));
        await assert.rejects(release("staging", "api", sha, given()), {
          message: new RegExp(
            `\n  db/V2__b\\.sql:1 may break api ${old.slice(0, 12)}, .*\n  \\(--`,
          ),
        });
      });

      it("says that it did not where the application's repository is not given", async () => {
        const sha = pushed(source.commit("second"));
        assert.deepEqual(
          said(await release("staging", "api", sha, { staging: [ran(old)] })).at(-1),
          "skipped: the SQL of api is in its image: give its repository (--source <directory>) to have it judged",
        );
      });

      it("refuses a repository without the commits", async () => {
        pushed(next);
        await assert.rejects(
          release("staging", "api", next, given()),
          /migrations can't be judged: api aaaaaaaaaaaa is not in \S+: fetch it, or give another --source/,
        );
      });
    });

    it("says that it can't read those that are a command", async () => {
      const text = repository.read("Pulumi.staging.yaml");
      const command = text.replace(
        /type: flyway\n\s+sql: .*/,
        "type: command\n        command: [alembic, upgrade, head]",
      );
      repository.write("Pulumi.staging.yaml", command);
      assert.equal(
        said(await release("staging", "api", next, { staging: [ran(running)] })).at(-1),
        "skipped: the migration of api is a command of its image: its steps can't be read",
      );
    });
  });

  describe("back", () => {
    it("goes to the newest other commit that was healthy", async () => {
      const staging = [ran(running, { result: "failed" }), ran(older), ran(next)];
      assert.equal((await rollback("staging", "api", { staging })).to, older);
    });

    it("goes to the one before, when what runs was healthy too", async () => {
      const prepared = await rollback("staging", "api", { staging: [ran(running), ran(older)] });
      assert.equal(prepared.to, older);
      assert.equal(prepared.text, repository.read("Pulumi.staging.yaml").replace(running, older));
    });

    it("goes past what was put back since, and what it was put back from", async () => {
      const staging = [ran(running), ran(next), ran(running), ran(older)];
      assert.equal((await rollback("staging", "api", { staging })).to, older);
    });

    it("goes past what never passed its smoke test, to what did", async () => {
      pass({ [older]: ["staging", "production"], [next]: ["production"] });
      const staging = [ran(running), ran(next), ran(older)];
      const prepared = await rollback("staging", "api", { staging });
      assert.equal(prepared.to, older);
      assert.equal(
        said(prepared)[1],
        "passed: api bbbbbbbbbbbb passed the smoke test of staging before",
      );
    });

    it("goes to the newest where none is known to have passed, and says so", async () => {
      const staging = [ran(running), ran(older), ran(next)];
      const prepared = await rollback("staging", "api", { staging });
      assert.equal(prepared.to, older);
      assert.equal(
        said(prepared)[1],
        "skipped: nothing records that api bbbbbbbbbbbb passed the smoke test of staging",
      );
      elsewhere();
      assert.equal((await rollback("staging", "api", { staging })).to, older);
    });

    it("asks for no evidence of other stacks: what runs here was let in before", async () => {
      const prepared = await rollback("production", "api", {
        production: [ran(running), ran(older)],
      });
      assert.equal(prepared.to, older);
    });

    it("goes further back when asked to", async () => {
      const staging = [ran(running), ran(older), ran(next)];
      assert.equal((await rollback("staging", "api", { staging }, "aaaaaaa")).to, next);
    });

    it("refuses what never ran, and names what did", async () => {
      await assert.rejects(
        rollback("staging", "api", { staging: [ran(running), ran(older)] }, "ccccccc"),
        {
          message:
            '--to is "ccccccc", which api of staging never ran by Pulumi\'s history: give one of bbbbbbbbbbbb, or use `slipway release`',
          exitCode: 1,
        },
      );
    });

    it("refuses when there is nothing to go back to", async () => {
      await assert.rejects(rollback("staging", "api", { staging: [ran(running)] }), {
        message:
          "api of staging has nothing to go back to: Pulumi's history has no commit from before 7c0b41d9e2f8: name one (--to <commit>)",
        exitCode: 1,
      });
    });

    it("passes newer migrations that only add", async () => {
      repository.write("migrations/api/V3__nick.sql", "ALTER TABLE users ADD COLUMN nick text;");
      const revision = repository.commit("Add a nick");
      const staging = [ran(running, { revision }), ran(older)];
      assert.equal(
        said(await rollback("staging", "api", { staging })).at(-1),
        "passed: 1 migration that api bbbbbbbbbbbb does not know, none of which breaks it",
      );
    });

    it("refuses newer migrations that break the older version, unless told so", async () => {
      repository.write("migrations/api/V3__drop_name.sql", "ALTER TABLE users DROP COLUMN name;");
      const revision = repository.commit("Drop the name");
      const staging = [ran(running, { revision }), ran(older)];
      await assert.rejects(rollback("staging", "api", { staging }), {
        message:
          "api bbbbbbbbbbbb is not released to staging:\n  V3__drop_name.sql:1 came after api bbbbbbbbbbbb and may break it: ALTER TABLE users DROP COLUMN name: drop the column in a later release, when no running version reads or writes it\n  (--allow-breaking-migration takes the risk of what is said of migrations)",
      });
      await assert.rejects(release("staging", "api", older, { staging }), /came after api bbbb/);
      assert.equal((await rollback("staging", "api", { staging, allow: true })).to, older);
    });

    it("reads the past from git offline, and takes it for no more than that", async () => {
      const text = repository.read("Pulumi.staging.yaml");
      repository.write("Pulumi.staging.yaml", text.replace(running, next));
      repository.commit("staging: release api");
      const prepared = await rollback("staging", "api", { offline: true });
      assert.equal(prepared.to, running);
      await assert.rejects(rollback("staging", "web", { offline: true }), {
        message:
          "web of staging has nothing to go back to: the git history of the stack file has no commit from before e91b7f04d2c6: name one (--to <commit>)",
      });
    });
  });

  it("knows applications by their own names only", () => {
    const stack = openStack(repository.directory, "staging");
    assert.throws(() => appOf(stack, "toString"), /app is "toString"/);
  });
});
