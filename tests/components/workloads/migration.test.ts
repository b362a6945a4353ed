import assert from "node:assert/strict";
import { at } from "../../support/recording.ts";
import { everything, listAt, recordWorkload, shaA, shaB } from "./support.ts";
import type { Inputs, Recording, Registration } from "../../support/recording.ts";

const image = { repository: "ghcr.io/acme/api", sha: shaA };
const { database, secrets, migration } = everything;
const app = { database, secrets, migration };
const sqlFiles = { "V1__create.sql": "CREATE TABLE accounts (id int);" };

const pod = (found: Recording): unknown => at(found.one("Job").inputs, "spec.template.spec");
const only = (found: Recording): Inputs => listAt(pod(found), "containers")[0] ?? {};
const migrate = (found: Recording): Inputs => {
  const [container] = listAt(pod(found), "initContainers").filter(({ name }) => name === "migrate");
  assert.ok(container !== undefined);
  return container;
};
const sqlConfigMap = (found: Recording): Registration => {
  const [only] = found.all("ConfigMap").filter(({ inputs }) => inputs["immutable"] === true);
  assert.ok(only !== undefined);
  return only;
};
const jobName = (found: Recording): string => String(at(found.one("Job").inputs, "metadata.name"));
const variable = (found: Recording, name: string): unknown =>
  at(
    listAt(migrate(found), "env").find((each) => each["name"] === name),
    "value",
  );

describe("a migration", () => {
  let recording: Recording;
  before(async () => {
    recording = await recordWorkload(app);
  });

  it("is a job that ends, keeps its record and is run anew after a failure", () => {
    const { inputs, timeouts } = recording.one("Job");
    const { template, ...spec } = inputs["spec"] as Inputs;
    assert.deepEqual(spec, { backoffLimit: 0, activeDeadlineSeconds: 180 });
    assert.equal(at(template, "spec.restartPolicy"), "Never");
    assert.deepEqual(at(inputs, "metadata.annotations"), { "pulumi.com/replaceUnready": "true" });
    assert.equal(timeouts.create, "225s");
  });

  it("fails fast: nothing retries and the deadline is the stack's (defect 10)", async () => {
    const found = await recordWorkload({ ...app, migration: { ...migration, timeoutSeconds: 30 } });
    assert.equal(at(found.one("Job").inputs, "spec.activeDeadlineSeconds"), 30);
    assert.equal(at(found.one("Job").inputs, "spec.backoffLimit"), 0);
    assert.equal(found.one("Job").timeouts.create, "75s");
  });

  it("migrates, and proves that nothing is left to apply, whatever the exit code said", () => {
    const { name, args, ...rest } = migrate(recording);
    assert.deepEqual([name, args], ["migrate", ["migrate"]]);
    assert.deepEqual(only(recording), { ...rest, name: "validate", args: ["validate"] });
  });

  it("never repairs (defect 2)", () => {
    assert.ok(!JSON.stringify(recording.resources).includes("repair"));
  });

  it("tells Flyway all that it needs and nothing that would hide mistakes", () => {
    const env = listAt(migrate(recording), "env");
    assert.deepEqual(
      Object.fromEntries(env.map((each) => [each["name"], each["value"] ?? each["valueFrom"]])),
      {
        FLYWAY_URL: "jdbc:postgresql://database.api:5432/api?sslmode=require",
        FLYWAY_LOCATIONS: "filesystem:/flyway/sql",
        FLYWAY_CONNECT_RETRIES: "10",
        FLYWAY_CONNECT_RETRIES_INTERVAL: "5",
        FLYWAY_LOCK_RETRY_COUNT: "90",
        FLYWAY_VALIDATE_MIGRATION_NAMING: "true",
        FLYWAY_CLEAN_DISABLED: "true",
        FLYWAY_POSTGRESQL_TRANSACTIONAL_LOCK: "true",
        FLYWAY_INIT_SQL:
          "do 'begin set client_connection_check_interval = 5000; exception when others then null; end'",
        REDGATE_DISABLE_TELEMETRY: "true",
        FLYWAY_USER: { secretKeyRef: { name: "api", key: "DATABASE_USERNAME" } },
        FLYWAY_PASSWORD: { secretKeyRef: { name: "api", key: "DATABASE_PASSWORD" } },
      },
    );
  });

  it("gives Flyway's last lines as the reason of a failure", () => {
    const [job] = listAt(recording.one("Job").inputs, "spec.template.spec.containers");
    for (const container of [migrate(recording), job])
      assert.equal(container?.["terminationMessagePolicy"], "FallbackToLogsOnError");
  });

  it("speaks to MySQL as well", async () => {
    const found = await recordWorkload({ ...app, database: { ...database, engine: "mysql" } });
    assert.equal(
      variable(found, "FLYWAY_URL"),
      "jdbc:mysql://database.api:3306/api?sslMode=REQUIRED",
    );
    for (const name of ["FLYWAY_POSTGRESQL_TRANSACTIONAL_LOCK", "FLYWAY_INIT_SQL"])
      assert.equal(variable(found, name), undefined);
  });

  it("is named by commit and content", async () => {
    const name = jobName(recording);
    assert.match(name, /^migrate-api-5eed646c80dc-[0-9a-f]{8}$/);
    assert.equal(recording.one("Job").name, name);
    const others = [
      await recordWorkload({ ...app, image: { ...image, sha: shaB } }),
      await recordWorkload(app, { sqlFiles: { ...sqlFiles, "V2__x.sql": "SELECT 1;" } }),
      await recordWorkload(app, { sqlFiles: { "V1__create.sql": "CREATE TABLE b (id int);" } }),
      await recordWorkload(app, { flywayImage: "flyway/flyway:13.0.1" }),
      await recordWorkload({ ...app, database: { ...database, name: "other" } }),
      await recordWorkload({ ...app, migration: { ...migration, transactionalLock: false } }),
      await recordWorkload({ ...app, migration: { ...migration, passwordKey: "OWNER_PASSWORD" } }),
    ];
    assert.equal(new Set([name, ...others.map(jobName)]).size, others.length + 1);
  });

  it("does not run again for what is not its own", async () => {
    const found = await recordWorkload({
      ...app,
      env: { LOG_LEVEL: "debug" },
      replicas: { max: 9 },
    });
    assert.deepEqual(found.one("Job").inputs, recording.one("Job").inputs);
  });

  it("brings scripts in a ConfigMap that never changes", async () => {
    const scripts = sqlConfigMap(recording);
    const name = String(at(scripts.inputs, "metadata.name"));
    assert.equal(scripts.inputs["immutable"], true);
    assert.deepEqual(scripts.inputs["data"], sqlFiles);
    assert.match(name, /^api-sql-[0-9a-f]{12}$/);
    assert.deepEqual(listAt(pod(recording), "volumes")[0], { name: "sql", configMap: { name } });
    assert.ok(recording.waitsFor(recording.one("Job"), scripts));
    const other = await recordWorkload(app, { sqlFiles: { "V1__create.sql": "SELECT 1;" } });
    assert.notEqual(at(sqlConfigMap(other).inputs, "metadata.name"), name);
  });

  it("is a resource of its own with its scripts, so that a failed one can be taken back", () => {
    for (const { name, inputs } of [recording.one("Job"), sqlConfigMap(recording)])
      assert.equal(name, at(inputs, "metadata.name"));
  });

  it("copies scripts out of the application's image", async () => {
    const found = await recordWorkload({
      ...app,
      migration: { type: "flyway", sql: { type: "image", path: "/db/" } },
    });
    const [copy] = listAt(pod(found), "initContainers");
    assert.deepEqual(
      [copy?.["image"], copy?.["command"]],
      [`ghcr.io/acme/api:${shaA}`, ["cp", "-R", "/db/.", "/flyway/sql"]],
    );
    assert.deepEqual(listAt(pod(found), "volumes")[0], {
      name: "sql",
      emptyDir: { sizeLimit: "128Mi" },
    });
    assert.deepEqual(
      found.all("ConfigMap").map(({ inputs }) => at(inputs, "metadata.name")),
      ["api-config"],
    );
  });

  it("runs again for another digest of the same commit", async () => {
    const given = { ...app, migration: { type: "flyway", sql: { type: "image" } } };
    const digest = (letter: string) => ({
      image: { reference: "x", digest: `sha256:${letter.repeat(64)}` },
    });
    const [one, other] = [
      await recordWorkload(given, digest("a")),
      await recordWorkload(given, digest("b")),
    ];
    assert.notEqual(jobName(one), jobName(other));
  });

  it("runs a command of the application with its configuration and secrets", async () => {
    const found = await recordWorkload({
      secrets,
      migration: { type: "command", command: ["alembic", "upgrade", "head"], timeoutSeconds: 60 },
    });
    const { image: ran, command, envFrom } = only(found);
    assert.deepEqual(
      [ran, command, envFrom],
      [
        `ghcr.io/acme/api:${shaA}`,
        ["alembic", "upgrade", "head"],
        [{ configMapRef: { name: "api-config" } }, { secretRef: { name: "api" } }],
      ],
    );
    assert.equal(at(pod(found), "serviceAccountName"), "api-migration");
    assert.equal(at(pod(found), "restartPolicy"), "Never");
  });

  it("is none where there are no scripts, and the rollout goes on", async () => {
    const nothing: Record<string, string>[] = [{}, { "README.md": "nothing yet" }];
    for (const files of [undefined, ...nothing]) {
      const found = await recordWorkload(app, { sqlFiles: files });
      assert.deepEqual(found.all("Job"), []);
      assert.equal(found.all("Deployment").length, 1);
    }
  });

  it("fails without a database or its credentials, and says what to give", async () => {
    const message =
      "apps.api.migration needs apps.api.database and apps.api.secrets: give both (config slipway:apps)";
    await assert.rejects(recordWorkload({ migration, secrets }), { message });
    await assert.rejects(recordWorkload({ migration, database }), { message });
  });
});
