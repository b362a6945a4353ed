import { lintMigrations } from "../components/workloads/migration-lint.ts";
import type { MigrationWarning } from "../components/workloads/migration-lint.ts";
import type { PlannedResource, Warning } from "./plan.ts";
import { recordOf, textOf } from "./simulated/account.ts";

/** SQL scripts that an application's migration runs, and the dialect that they are written in. */
export interface MigrationScripts {
  readonly namespace: string;
  readonly engine: "postgres" | "mysql";
  /** SQL by file name. */
  readonly files: Readonly<Record<string, string>>;
}

/** A statement that the version that still runs may not survive. */
export type MigrationFinding = MigrationWarning;

/** Scripts of all applications that keep them beside the stack file. */
export function migrationScripts(resources: readonly PlannedResource[]): MigrationScripts[] {
  const configMaps = resources.filter(({ type }) => type === "kubernetes:core/v1:ConfigMap");
  return configMaps.flatMap(({ inputs }) => {
    const files = textsOf(inputs.data);
    if (Object.keys(files).length === 0) return [];
    const { namespace } = recordOf(inputs.metadata);
    const settings = configMaps.find(
      (other) =>
        recordOf(other.inputs.metadata).namespace === namespace &&
        "DATABASE_ENGINE" in recordOf(other.inputs.data),
    );
    const engine = recordOf(settings?.inputs.data).DATABASE_ENGINE;
    return {
      namespace: textOf(namespace, "default"),
      engine: engine === "mysql" ? "mysql" : "postgres",
      files,
    };
  });
}

/** What the linter finds in scripts. */
export function migrationFindings({ files, engine }: MigrationScripts): MigrationFinding[] {
  return lintMigrations(files, engine);
}

/** Statements of migrations that the version that still runs may not survive, one warning each. */
export function migrationWarnings(resources: readonly PlannedResource[]): Warning[] {
  return migrationScripts(resources).flatMap((scripts) =>
    migrationFindings(scripts).map(({ file, line, statement, advice }) => ({
      code: "migration-breaks-running-version",
      message: `${scripts.namespace}, ${file}:${String(line)}: ${statement}: ${advice}`,
    })),
  );
}

function textsOf(data: unknown): Record<string, string> {
  return Object.fromEntries(
    Object.entries(recordOf(data)).filter(
      (entry): entry is [string, string] =>
        entry[0].endsWith(".sql") && typeof entry[1] === "string",
    ),
  );
}
