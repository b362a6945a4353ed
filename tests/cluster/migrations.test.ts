import assert from "node:assert/strict";
import type { V1Pod } from "@kubernetes/client-node";
import { kill } from "../support/engine.ts";
import { ask, edgeAddress } from "./https.ts";
import { batch, core, eventually, podsOf } from "./kubernetes.ts";
import { Load } from "./load.ts";
import { postgres, release, removeDatabase, startDatabase } from "./migrating.ts";
import type { Scripts } from "./migrating.ts";
import { images, platform } from "./platform.ts";
import { databaseUser } from "./postgres.ts";
import { repairHistory } from "./repair.ts";

const app = "demo";
const view = "create or replace view active_users as select name from users;\n";
// Long enough for two migrations to meet.
const first: Scripts = {
  "V1__create_users.sql": "create table users (name text); select pg_sleep(2);\n",
  "V2__create_sessions.sql": "create table sessions (token text);\n",
  "R__active_users.sql": view,
};
const third: Scripts = {
  ...first,
  "V3__name_users.sql": "alter table users add column email text;\n",
  "R__active_users.sql": view.replace("name", "name, email"),
};
const fourth: Scripts = { ...third, "V4__count_users.sql": "create table counts (n int);\n" };

/** What Flyway has noted: version or description, and whether it worked. */
function history(): Promise<string[]> {
  return postgres.rows(
    "select coalesce(version, description), success from flyway_schema_history order by installed_rank",
  );
}

async function exists(table: string): Promise<boolean> {
  const [found] = await postgres.rows(`select to_regclass('${table}') is not null`);
  return found === "t";
}

/** Statements of clients that are at work now, as the beginning of their text. */
function statements(beginning: string): Promise<string[]> {
  return postgres.rows(
    `select pid from pg_stat_activity where usename = '${databaseUser.name}' and state = 'active' and query like '${beginning}%'`,
  );
}

async function jobs(): Promise<string[]> {
  const { items } = await batch.listNamespacedJob({ namespace: app });
  return items.map(({ metadata }) => metadata?.name ?? "");
}

const server = (pods: readonly V1Pod[]): V1Pod[] =>
  pods.filter(({ metadata }) => metadata?.labels?.["app.kubernetes.io/component"] === "server");

/** Names and images of the pods that serve. */
async function serving(): Promise<string[]> {
  return server(await podsOf(app)).map(
    ({ metadata, spec }) =>
      `${metadata?.name ?? ""} ${spec?.containers[0]?.image?.split(":").at(-1) ?? ""}`,
  );
}

const printed = (run: { readonly stdout: string; readonly stderr: string }): string =>
  run.stdout + run.stderr;

describe("migrations of an application", () => {
  before(async () => {
    await startDatabase();
  });

  after(async () => {
    await removeDatabase();
  });

  it("apply once where two releases migrate an empty database at the same time", async () => {
    const { seconds } = platform().up(release({ sha: images.a, scripts: first, twin: true }));
    assert.deepEqual(await history(), ["1|t", "2|t", "active users|t"]);
    const address = await edgeAddress();
    await eventually("an answer with rows of the table", 20, async () => {
      const { body } = await ask(address, { path: "/db" });
      return body.includes('"rows":["0"]') ? true : undefined;
    });
    console.log(`      two applications with a migration: up ${seconds.toFixed(0)} s`);
  });

  it("need a user that owns its database and can do nothing else", async () => {
    const [rights] = await postgres.rows(
      `select rolsuper, rolcreatedb, rolcreaterole, rolbypassrls, has_database_privilege(rolname, 'postgres', 'connect'), current_setting('server_version_num')::int >= 150000 from pg_roles where rolname = '${databaseUser.name}'`,
    );
    assert.equal(rights, "f|f|f|f|f|t");
  });

  it("make no job where nothing has changed", async () => {
    const before = await jobs();
    platform().up(release({ sha: images.a, scripts: first, twin: true }), "--expect-no-changes");
    assert.deepEqual(await jobs(), before);
  });

  it("apply only a new version and a changed repeatable script", async () => {
    const [before, pods] = [await jobs(), await serving()];
    const { seconds } = platform().up(release({ sha: images.a, scripts: third }));
    assert.deepEqual((await history()).slice(3), ["3|t", "active users|t"]);
    const after = await jobs();
    assert.equal(after.length, 1);
    assert.ok(!before.includes(after[0] ?? ""));
    assert.deepEqual(await serving(), pods);
    console.log(`      one more version: up ${seconds.toFixed(0)} s`);
  });

  it("stop the rollout when a script fails, and old pods serve every request", async () => {
    const pods = await serving();
    const address = await edgeAddress();
    const load = new Load({ address: () => address, path: "/db", perSecond: 10, keepAlive: true });
    const broken = {
      ...third,
      "V4__count_users.sql": "create table counts (n int);\ninsert into missing values (1);\n",
    };
    const run = await platform().startUp(release({ sha: images.b, scripts: broken })).ended;
    const { failures, requests } = await load.stop();
    assert.notEqual(run.status, 0);
    assert.match(printed(run), /migrate-demo-/);
    assert.match(printed(run), /version "4|not applied to database: 4/);
    assert.equal(await exists("counts"), false);
    assert.deepEqual((await history()).slice(5), []);
    assert.deepEqual(await serving(), pods);
    assert.deepEqual([...failures], []);
    assert.ok(requests > 0);
    console.log(`      broken script reported after ${run.seconds.toFixed(0)} s`);
  });

  it("go on when the script is mended", async () => {
    platform().up(release({ sha: images.b, scripts: fourth }));
    assert.deepEqual((await history()).slice(5), ["4|t"]);
    assert.ok((await serving()).every((pod) => pod.endsWith(images.b)));
  });

  it("fail where an applied script was edited, and apply nothing", async () => {
    const pods = await serving();
    const edited = {
      ...fourth,
      "V1__create_users.sql": "create table users (name text, age int);\n",
      "V5__late.sql": "create table late (n int);\n",
    };
    const run = platform().tryUp(release({ sha: images.a, scripts: edited }));
    assert.notEqual(run.status, 0);
    assert.match(printed(run), /checksum mismatch/i);
    assert.equal(await exists("late"), false);
    assert.deepEqual(await serving(), pods);
  });

  it("let an older release run on the newer schema", async () => {
    const before = await history();
    platform().up(release({ sha: images.a, scripts: third }));
    assert.deepEqual(await history(), before);
    assert.ok((await serving()).every((pod) => pod.endsWith(images.a)));
  });

  it("end by their deadline when a statement hangs, in the database too", async () => {
    const hanging = { ...fourth, "V5__hang.sql": "select pg_sleep(600);\n" };
    const flyway = { timeoutSeconds: 10 };
    const run = platform().tryUp(release({ sha: images.a, scripts: hanging, flyway }));
    assert.notEqual(run.status, 0);
    assert.match(printed(run), /deadline/i);
    assert.ok(run.seconds < 45, `${String(run.seconds)} s`);
    const start = performance.now();
    await eventually("the end of the statement", 30, async () =>
      (await statements("select pg_sleep")).length === 0 ? true : undefined,
    );
    const later = ((performance.now() - start) / 1000).toFixed(1);
    console.log(
      `      hanging statement reported after ${run.seconds.toFixed(0)} s, gone ${later} s later`,
    );
  });

  it("leave nothing half done when their pod is killed", async () => {
    const slow = {
      ...fourth,
      "V5__slow.sql": "create table slow (n int);\nselect pg_sleep(600);\n",
    };
    const { ended } = platform().startUp(release({ sha: images.a, scripts: slow }));
    await eventually("the slow statement", 60, async () =>
      (await statements("select pg_sleep")).length > 0 ? true : undefined,
    );
    const pod = (await podsOf(app)).find(
      ({ metadata }) => metadata?.labels?.["app.kubernetes.io/component"] === "migration",
    );
    await core.deleteNamespacedPod({
      namespace: app,
      name: pod?.metadata?.name ?? "",
      gracePeriodSeconds: 0,
    });
    const run = await ended;
    assert.notEqual(run.status, 0);
    await eventually("the end of the statement", 30, async () =>
      (await statements("select pg_sleep")).length === 0 ? true : undefined,
    );
    assert.equal(await exists("slow"), false);
  });

  describe("without a transaction", () => {
    const scripts = (sql: string): Scripts => ({
      ...fourth,
      "V5__slow.sql": "create table slow (n int);\n",
      "V6__index_users.sql": sql,
    });
    const flyway = { transactionalLock: false };
    const unique = "create unique index concurrently users_name on users (name);\n";
    const plain = "create index concurrently users_name on users (name);\n";

    it("note a failure, refuse to go on, and go on after the documented repair", async () => {
      await postgres.rows("insert into users values ('ada'), ('ada')");
      const failed = platform().tryUp(release({ sha: images.a, scripts: scripts(unique), flyway }));
      assert.notEqual(failed.status, 0);
      assert.match(printed(failed), /version "?6/);
      // The killed migration left no lock in the way of the fifth.
      assert.deepEqual((await history()).slice(-2), ["5|t", "6|f"]);

      const refused = platform().tryUp(release({ sha: images.a, scripts: scripts(plain), flyway }));
      assert.notEqual(refused.status, 0);
      assert.match(printed(refused), /failed migration to version 6/i);

      await postgres.rows("drop index users_name");
      await repairHistory(app);
      platform().up(release({ sha: images.a, scripts: scripts(plain), flyway }));
      assert.ok((await history()).includes("6|t"));
    });

    it("name the database when it is down, and pods come back with it by themselves", async () => {
      const before = await serving();
      const address = await edgeAddress();
      const answers = (status: number) => async (): Promise<true | undefined> =>
        (await ask(address)).status === status ? true : undefined;
      await postgres.stop();
      await eventually("503 while the database is down", 30, answers(503));

      const more = { ...scripts(plain), "V7__more.sql": "create table more (n int);\n" };
      const once = { ...flyway, connectRetries: 0 };
      const run = platform().tryUp(release({ sha: images.a, scripts: more, flyway: once }));
      assert.notEqual(run.status, 0);
      assert.match(printed(run), /Unable to obtain connection from database/);
      console.log(`      database down: reported after ${run.seconds.toFixed(0)} s`);
      for (const pod of server(await podsOf(app)))
        assert.equal(pod.status?.containerStatuses?.[0]?.restartCount, 0);
      assert.deepEqual(await serving(), before);

      await postgres.start();
      const start = performance.now();
      await eventually("the application after the database", 10, answers(200));
      const seconds = ((performance.now() - start) / 1000).toFixed(1);
      console.log(`      served ${seconds} s after the database was back`);
      platform().up(release({ sha: images.a, scripts: more, flyway }));
      assert.ok((await history()).includes("7|t"));
      assert.deepEqual(await serving(), before);
    });

    it("are waited for after their run was killed, and apply once", async () => {
      const slow = {
        ...scripts(plain),
        "V7__more.sql": "create table more (n int);\n",
        "V8__slow.sql": "select pg_sleep(25);\n",
      };
      const next = release({ sha: images.b, scripts: slow, flyway });
      const killed = platform().startUp(next);
      await eventually("the slow statement", 60, async () =>
        (await statements("select pg_sleep")).length > 0 ? true : undefined,
      );
      await kill(killed);
      platform().recover();
      const up = platform().upMeanwhile(next);
      while ((await statements("select pg_sleep")).length > 0)
        assert.ok(
          (await serving()).every((pod) => pod.endsWith(images.a)),
          "rolled out too early",
        );
      await up;
      assert.deepEqual((await history()).slice(-1), ["8|t"]);
      assert.ok((await serving()).every((pod) => pod.endsWith(images.b)));
    });
  });
});
