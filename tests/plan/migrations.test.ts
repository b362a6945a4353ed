import assert from "node:assert/strict";
import { migrationWarnings } from "../../plan/migrations.ts";
import type { PlannedResource } from "../../plan/plan.ts";

function configMap(name: string, data: Record<string, string>): PlannedResource {
  return {
    urn: `urn:pulumi:staging::slipway::kubernetes:core/v1:ConfigMap::${name}`,
    type: "kubernetes:core/v1:ConfigMap",
    name,
    dependencies: [],
    custom: true,
    protect: false,
    retainOnDelete: false,
    inputs: { metadata: { name, namespace: "api" }, data },
  };
}

describe("warnings of migrations", () => {
  it("name file, line and a way that keeps the running version alive", () => {
    const [warning, ...others] = migrationWarnings([
      configMap("sql", { "V3__drop.sql": "-- old\nalter table users drop column name;" }),
    ]);
    assert.deepEqual(others, []);
    assert.equal(warning?.code, "migration-breaks-running-version");
    assert.match(warning.message, /^api, V3__drop\.sql:2: alter table users drop column name: \S/i);
  });

  it("follow the engine that the application is told of", () => {
    const index = { "V2__index.sql": "create index by_name on users (name);" };
    const postgres = migrationWarnings([configMap("sql", index)]);
    const mysql = migrationWarnings([
      configMap("sql", index),
      configMap("api-config", { DATABASE_ENGINE: "mysql" }),
    ]);
    assert.equal(postgres.length, 1);
    assert.deepEqual(mysql, []);
  });

  it("are not there for additions", () => {
    const additions = { "V1__users.sql": "create table users (id int primary key);" };
    assert.deepEqual(migrationWarnings([configMap("sql", additions)]), []);
  });
});
