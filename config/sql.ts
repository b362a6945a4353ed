import { checkMigrationFiles } from "../components/workloads/migration-files.ts";
import type { Finding, WellFormed } from "./rules/rule.ts";

/** Texts of a directory's files by name; undefined where there is no such directory. */
export type ReadDirectory = (path: string) => Readonly<Record<string, string>> | undefined;

/** SQL files of migrations that lie beside the stack file: texts by application and file name. */
export type SqlByApplication = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Reads the SQL of every Flyway migration of type `directory` and judges names and size. */
export function readSql(
  known: WellFormed,
  readDirectory: ReadDirectory,
): { readonly sql: SqlByApplication; readonly findings: readonly Finding[] } {
  const sql: Record<string, Readonly<Record<string, string>>> = {};
  const findings: Finding[] = [];
  for (const [name, { migration }] of Object.entries(known.apps)) {
    if (migration?.type !== "flyway" || migration.sql.type !== "directory") continue;
    const path = ["apps", name, "migration", "sql", "path"];
    const files = readDirectory(migration.sql.path);
    if (files === undefined)
      findings.push({ path, remedy: "give a directory that exists, relative to Pulumi.yaml" });
    else {
      sql[name] = files;
      for (const problem of checkMigrationFiles(files).problems)
        findings.push({ path, remedy: problem });
    }
  }
  return { sql, findings };
}
