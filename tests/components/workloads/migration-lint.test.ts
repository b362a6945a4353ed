import assert from "node:assert/strict";
import fc from "fast-check";
import { lintMigrations } from "../../../components/workloads/migration-lint.ts";
import { sqlStatements } from "../../../components/workloads/sql-statements.ts";

function advice(sql: string, engine: "postgres" | "mysql" = "postgres"): string[] {
  return lintMigrations({ "V1__x.sql": sql }, engine).map((warning) => warning.advice);
}

describe("the migration linter", () => {
  it("says file, line and statement", () => {
    assert.deepEqual(
      lintMigrations(
        { "V2__drop.sql": "-- later\n\nALTER TABLE accounts\n  DROP COLUMN email;\n" },
        "postgres",
      ),
      [
        {
          file: "V2__drop.sql",
          line: 3,
          statement: "ALTER TABLE accounts DROP COLUMN email",
          advice: "drop the column in a later release, when no running version reads or writes it",
        },
      ],
    );
  });

  const breaking = {
    "a dropped table": "DROP TABLE IF EXISTS accounts;",
    "a dropped view": "DROP MATERIALIZED VIEW totals",
    "a dropped column without the word": "ALTER TABLE a DROP email",
    "a dropped column if it exists": "ALTER TABLE a DROP COLUMN IF EXISTS email",
    "a renamed table": "ALTER TABLE a RENAME TO b",
    "a renamed column": "ALTER TABLE a RENAME COLUMN b TO c",
    "a renamed value": "ALTER TYPE mood RENAME VALUE 'sad' TO 'blue'",
    "another type": "ALTER TABLE a ALTER COLUMN b TYPE bigint",
    "another type in full": "ALTER TABLE a ALTER COLUMN b SET DATA TYPE bigint USING b::bigint",
    "a column that becomes required": "ALTER TABLE a ALTER b SET NOT NULL",
    "a default of another column": "ALTER TABLE a ALTER b SET NOT NULL, ALTER c SET DEFAULT 1",
    "a required column without default": "ALTER TABLE a ADD COLUMN b int NOT NULL",
    "the second of two columns": "ALTER TABLE a ADD COLUMN b int DEFAULT 1, ADD c int NOT NULL",
    "an index that locks": "CREATE UNIQUE INDEX i ON a (b)",
    "a checked constraint": "ALTER TABLE a ADD CONSTRAINT c CHECK (b > 0)",
    "a foreign key": "ALTER TABLE a ADD CONSTRAINT c FOREIGN KEY (b) REFERENCES d",
    "a unique constraint": "ALTER TABLE a ADD CONSTRAINT c UNIQUE (b)",
    "an emptied table": "TRUNCATE a",
  };
  for (const [what, sql] of Object.entries(breaking))
    it(`warns of ${what}`, () => {
      assert.equal(advice(sql).length, 1, JSON.stringify(advice(sql)));
    });

  const harmless = {
    "a new table with its indexes":
      "CREATE TABLE a (b int NOT NULL); CREATE INDEX i ON a (b); ALTER TABLE a ADD CONSTRAINT c UNIQUE (b);",
    "a new optional column": "ALTER TABLE a ADD COLUMN b int",
    "a required column with default":
      "ALTER TABLE a ADD COLUMN b numeric(10, 2) NOT NULL DEFAULT 0",
    "a generated column": "ALTER TABLE a ADD b int GENERATED ALWAYS AS IDENTITY NOT NULL",
    "a default that comes along": "ALTER TABLE a ALTER b SET DEFAULT 0, ALTER b SET NOT NULL",
    "a dropped default": "ALTER TABLE a ALTER COLUMN b DROP DEFAULT",
    "a dropped constraint": "ALTER TABLE a DROP CONSTRAINT c",
    "an index that does not lock": "CREATE INDEX CONCURRENTLY i ON a (b)",
    "a constraint that is checked later": "ALTER TABLE a ADD CONSTRAINT c CHECK (b > 0) NOT VALID",
    "a constraint over an index": "ALTER TABLE a ADD CONSTRAINT c UNIQUE USING INDEX i",
    "a line comment": "-- DROP TABLE a;\nSELECT 1",
    "a nested comment": "/* DROP TABLE a; /* x */ DROP TABLE b; */ SELECT 1",
    "a string": "INSERT INTO a VALUES ('; DROP TABLE a; it''s')",
    "an escape string": String.raw`INSERT INTO a VALUES (E'\'; DROP TABLE a;')`,
    "a dollar string": "DO $body$ BEGIN; DROP TABLE a; END $body$",
    "a quoted name": 'SELECT 1 AS "; DROP TABLE a;"',
    "a parameter": "SELECT a$1$ FROM b; SELECT 2",
  };
  for (const [what, sql] of Object.entries(harmless))
    it(`does not mind ${what}`, () => {
      assert.deepEqual(advice(sql), []);
    });

  it("knows what is different in MySQL", () => {
    assert.equal(advice("ALTER TABLE a MODIFY b bigint", "mysql").length, 1);
    assert.deepEqual(advice("CREATE INDEX i ON a (b)", "mysql"), []);
    assert.deepEqual(advice("# DROP TABLE a;\nSELECT '\\'; DROP TABLE a;'", "mysql"), []);
    assert.equal(advice("SELECT `;`; RENAME TABLE a TO b", "mysql").length, 1);
  });

  it("leaves out files that are no scripts", () => {
    assert.deepEqual(lintMigrations({ "README.md": "DROP TABLE a;" }, "postgres"), []);
  });
});

describe("splitting SQL", () => {
  it("finds each statement with its line", () => {
    assert.deepEqual(
      sqlStatements("SELECT 1;\n\n  SELECT ';' -- x\n  , 2;\n;\n", "postgres").map(
        ({ line, code }) => ({ line, code }),
      ),
      [
        { line: 1, code: "SELECT 1" },
        { line: 3, code: "SELECT '' , 2" },
      ],
    );
  });

  it("ends on any text and keeps words in order", () => {
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.constantFrom(..."a E ; ' \" $ - / * \\ ` #".split(" "), " ", "\n"),
          maxLength: 60,
        }),
        fc.constantFrom<"postgres" | "mysql">("postgres", "mysql"),
        (sql, engine) => {
          const lineOf = (position: number) => sql.slice(0, position).split("\n").length;
          let position = 0;
          for (const { text, line } of sqlStatements(sql, engine)) {
            let found = sql.indexOf(text, position);
            // A comment before it may hold the same text.
            while (found >= 0 && lineOf(found) < line) found = sql.indexOf(text, found + 1);
            assert.ok(text !== "" && found >= 0);
            assert.equal(lineOf(found), line);
            position = found + text.length;
          }
        },
      ),
    );
  });
});
