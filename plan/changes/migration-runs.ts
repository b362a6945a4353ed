import { migrationFindings, migrationScripts } from "../migrations.ts";
import type { MigrationFinding } from "../migrations.ts";
import type { PlannedResource } from "../plan.ts";
import { recordOf, textOf } from "../simulated/account.ts";
import type { ResourceStep, StackStates } from "./resource-step.ts";
import { isMigration } from "./risk.ts";
import { printed } from "./values.ts";

/** A migration that the update runs. */
export interface MigrationRun {
  readonly app: string;
  /** Name of the job. */
  readonly job: string;
  readonly scripts: MigrationSource;
  /** What the linter finds in new and edited scripts. */
  readonly findings: readonly MigrationFinding[];
}

/** Where the scripts are; in an image they can't be read. */
export type MigrationSource =
  | {
      readonly type: "files";
      /** Files that were not there before, or read otherwise; a database that is new runs all of them. */
      readonly changed: readonly string[];
      readonly all: number;
    }
  | { readonly type: "image" }
  | { readonly type: "command"; readonly command: string };

/** Migrations that start, by application. */
export function migrationRuns(
  { before, after }: StackStates,
  steps: readonly ResourceStep[],
): MigrationRun[] {
  const [older, newer] = [migrationScripts(before), migrationScripts(after)];
  return steps.flatMap((step) => {
    const job = step.after;
    if (step.action !== "create" && step.action !== "replace") return [];
    if (job?.type !== "kubernetes:batch/v1:Job" || !isMigration(job.type, job.inputs)) return [];
    const metadata = recordOf(job.inputs.metadata);
    const namespace = textOf(metadata.namespace, "default");
    const scripts = newer.find((candidate) => candidate.namespace === namespace);
    const ran = older.find((candidate) => candidate.namespace === namespace)?.files ?? {};
    const changed = Object.fromEntries(
      Object.entries(scripts?.files ?? {}).filter(([file, sql]) => ran[file] !== sql),
    );
    return {
      app: textOf(recordOf(metadata.labels)["app.kubernetes.io/name"], namespace),
      job: textOf(metadata.name, job.name),
      scripts:
        scripts === undefined
          ? withoutFiles(job)
          : {
              type: "files",
              changed: Object.keys(changed).sort(),
              all: Object.keys(scripts.files).length,
            },
      findings: scripts === undefined ? [] : migrationFindings({ ...scripts, files: changed }),
    };
  });
}

function withoutFiles(job: PlannedResource): MigrationSource {
  const pod = recordOf(recordOf(recordOf(job.inputs.spec).template).spec);
  const containers: unknown = pod.containers;
  const first = recordOf(Array.isArray(containers) ? containers[0] : undefined);
  const command: unknown = first.command;
  return Array.isArray(command) && first.name === "migration"
    ? { type: "command", command: printed(command.map(String).join(" ")) }
    : { type: "image" };
}
