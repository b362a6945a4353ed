import assert from "node:assert/strict";
import fc from "fast-check";
import {
  checkMigrationFiles,
  migrationFiles,
  migrationHash,
} from "../../../components/workloads/migration-files.ts";

const clean = { problems: [], warnings: [] };

function filesNamed(...names: string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, "SELECT 1;"]));
}

const identity = {
  content: { "V1__a.sql": "SELECT 1;", "V2__b.sql": "SELECT 2;" },
  migrator: "flyway/flyway:13.0.0",
  target: "jdbc:postgresql://database.api:5432/api",
  settings: { FLYWAY_CONNECT_RETRIES: "10" },
};

describe("migration files", () => {
  it("accepts versioned and repeatable migrations", () => {
    assert.deepEqual(
      checkMigrationFiles(
        filesNamed(
          "V1__create_accounts.sql",
          "V2__index.sql",
          "R__views.sql",
          "V2__index.sql.conf",
        ),
      ),
      clean,
    );
  });

  it("accepts dotted, underscored and dated versions without calling them gaps", () => {
    assert.deepEqual(
      checkMigrationFiles(filesNamed("V1.1__a.sql", "V1_2__b.sql", "V2.0.1__c.sql")),
      clean,
    );
    assert.deepEqual(
      checkMigrationFiles(filesNamed("V20260101__a.sql", "V20261121__b.sql")),
      clean,
    );
  });

  it("accepts any version and description that follow the naming", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 10000, max: 99999999 }), { minLength: 1, maxLength: 9 }),
        fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,30}$/),
        (versions, description) => {
          const names = versions.map((version) => `V${String(version)}__${description}.sql`);
          assert.deepEqual(checkMigrationFiles(filesNamed(...names)), clean);
        },
      ),
    );
  });

  it("warns of gaps, which Flyway accepts", () => {
    assert.deepEqual(
      checkMigrationFiles(filesNamed("V1__a.sql", "V2__b.sql", "V4__c.sql", "V8__d.sql")).warnings,
      ["version 3 is missing between 2 and 4", "versions 5 to 7 are missing between 4 and 8"],
    );
  });

  it("warns of files that Flyway does not read, and leaves them out", () => {
    const files = filesNamed("V1__a.sql", "README.md");
    assert.deepEqual(checkMigrationFiles(files), {
      problems: [],
      warnings: ["README.md is no .sql file and is left out"],
    });
    assert.deepEqual(migrationFiles(files), filesNamed("V1__a.sql"));
  });

  const refused: Record<string, [string[], string]> = {
    "an undo migration": [
      ["U1__a.sql"],
      "U1__a.sql is an undo migration, which needs a paid edition of Flyway: write a new versioned migration that goes forward",
    ],
    "a single underscore": [
      ["V1_create.sql"],
      "V1_create.sql is no name of a migration: call it V<version>__<description>.sql (such as V1__create_accounts.sql) or R__<description>.sql",
    ],
    "a small letter": [
      ["v1__create.sql"],
      "v1__create.sql is no name of a migration: call it V<version>__<description>.sql (such as V1__create_accounts.sql) or R__<description>.sql",
    ],
    "an empty description": [
      ["V1__.sql"],
      "V1__.sql has an empty description: say after the two underscores what it does",
    ],
    "a space": [
      ["V1__create accounts.sql"],
      "V1__create accounts.sql may only have letters, digits, hyphens, dots and underscores",
    ],
    "a subdirectory": [
      ["old/V1__a.sql"],
      "old/V1__a.sql lies in a subdirectory: put all migrations into one directory",
    ],
    "settings without their script": [
      ["V1__a.sql.conf"],
      "V1__a.sql.conf has no script V1__a.sql beside it",
    ],
    "the same version twice, however written": [
      ["V1__a.sql", "V01__b.sql", "V1.0__c.sql", "V1_0__d.sql"],
      "version 1 exists 4 times: V01__b.sql, V1.0__c.sql, V1_0__d.sql, V1__a.sql",
    ],
  };
  for (const [what, [names, problem]] of Object.entries(refused))
    it(`fails for ${what}`, () => {
      assert.deepEqual(checkMigrationFiles(filesNamed(...names)).problems, [problem]);
    });

  it("fails above what a ConfigMap holds, counting bytes and not characters", () => {
    const limit = 1024 * 1024 - 4096;
    const name = "V1__a.sql";
    const fits = { [name]: "x".repeat(limit - name.length) };
    assert.deepEqual(checkMigrationFiles(fits), clean);
    const accented = { [name]: "é".repeat(limit / 2) };
    assert.deepEqual(checkMigrationFiles(accented).problems, [
      `the migrations have ${String(limit + name.length)} bytes and a ConfigMap holds ${String(limit)}: keep them in the application's image (migration.sql.type: image)`,
    ]);
  });
});

describe("the hash of a migration", () => {
  it("does not depend on the order of files", () => {
    const reversed = Object.fromEntries(Object.entries(identity.content).reverse());
    assert.equal(migrationHash({ ...identity, content: reversed }), migrationHash(identity));
  });

  const changes: Record<string, typeof identity> = {
    "an edited script": { ...identity, content: { ...identity.content, "V1__a.sql": "SELECT 3;" } },
    "another migrator": { ...identity, migrator: "flyway/flyway:13.0.1" },
    "another database": { ...identity, target: "jdbc:postgresql://database.api:5432/other" },
    "another setting": { ...identity, settings: { FLYWAY_CONNECT_RETRIES: "11" } },
  };
  for (const [what, changed] of Object.entries(changes))
    it(`changes with ${what}`, () => {
      assert.notEqual(migrationHash(changed), migrationHash(identity));
    });

  it("changes with an added script", () => {
    const content = { ...identity.content, "V3__c.sql": "" };
    assert.notEqual(migrationHash({ ...identity, content }), migrationHash(identity));
  });
});
