import { lintMigrations } from "../components/workloads/migration-lint.ts";
import type { PlannedResource, Warning } from "./plan.ts";
import { recordOf, textOf } from "./simulated/account.ts";

/** Statements of migrations that the version that still runs may not survive, one warning each. */
export function migrationWarnings(resources: readonly PlannedResource[]): Warning[] {
  const configMaps = resources.filter(({ type }) => type === "kubernetes:core/v1:ConfigMap");
  return configMaps.flatMap(({ inputs }) => {
    const files = textsOf(inputs.data);
    const { namespace } = recordOf(inputs.metadata);
    const settings = configMaps.find(
      (other) =>
        recordOf(other.inputs.metadata).namespace === namespace &&
        "DATABASE_ENGINE" in recordOf(other.inputs.data),
    );
    const engine = recordOf(settings?.inputs.data).DATABASE_ENGINE;
    return lintMigrations(files, engine === "mysql" ? "mysql" : "postgres").map(
      ({ file, line, statement, advice }) => ({
        code: "migration-breaks-running-version",
        message: `${textOf(namespace, "default")}, ${file}:${String(line)}: ${statement}: ${advice}`,
      }),
    );
  });
}

function textsOf(data: unknown): Record<string, string> {
  return Object.fromEntries(
    Object.entries(recordOf(data)).filter(
      (entry): entry is [string, string] =>
        entry[0].endsWith(".sql") && typeof entry[1] === "string",
    ),
  );
}
