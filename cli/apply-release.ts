import { statSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Command } from "commander";
import { Histories } from "../delivery/histories.ts";
import { Git } from "../delivery/git.ts";
import type { Release, ReleaseOptions } from "../delivery/release.ts";
import { releaseMessage } from "../delivery/release-message.ts";
import { replaceFile } from "../delivery/replace-file.ts";
import type { Stack } from "../delivery/stack.ts";
import { parseStackFile } from "../plan/stack-file.ts";
import { historyOption } from "./history-option.ts";
import type { HistoryFiles } from "./history-option.ts";
import { planOffline, savePlan, summaryLines } from "./offline-plan.ts";
import { Progress } from "./progress.ts";
import { root } from "./root.ts";
import { UserError } from "../delivery/user-error.ts";

/** Options that `release` and `rollback` share, as the command line gives them. */
export interface ReleaseFlags {
  readonly source?: string;
  readonly history: HistoryFiles;
  readonly offline?: true;
  readonly allowBreakingMigration?: true;
  readonly commit?: true;
}

/** Adds those options to a command. */
export function addReleaseOptions(command: Command): Command {
  return command
    .option("--source <directory>", "the application's git repository: its tags, its migrations")
    .addOption(historyOption())
    .option("--allow-breaking-migration", "take the risk of what is said of migrations")
    .option("--offline", "ask neither ECR nor Pulumi's backend, and say what was not checked")
    .option("--commit", "commit the stack file");
}

/** What the options mean. */
export function releaseOptions(flags: ReleaseFlags): ReleaseOptions {
  return {
    source: flags.source === undefined ? undefined : existingDirectory(flags.source),
    histories: flags.offline === true ? undefined : new Histories(root, flags.history),
    allowBreakingMigration: flags.allowBreakingMigration === true,
  };
}

function existingDirectory(source: string): string {
  if (statSync(source, { throwIfNoEntry: false })?.isDirectory() === true) return resolve(source);
  throw new UserError(
    `--source is ${JSON.stringify(source)}, which is no directory: give the application's git repository`,
  );
}

/** Refuses a commit that would hold something else too, or a plan of what is not committed. */
export async function requireCleanTree(stack: Stack): Promise<void> {
  const changes = await new Git(stack.root).changes();
  if (changes.length === 0) return;
  const shown = changes.slice(0, 3).map((line) => line.slice(3));
  const more = changes.length > 3 ? ` and ${String(changes.length - 3)} more` : "";
  throw new UserError(
    `--commit needs a work tree without changes, and there are: ${shown.join(", ")}${more}: commit or stash them`,
  );
}

/**
 * Plans the release, then writes the stack file and commits it; where anything fails, the file is
 * as it was.
 */
export async function applyRelease(
  verb: "release" | "roll back",
  stack: Stack,
  release: Release,
  { commit }: ReleaseFlags,
): Promise<void> {
  const { app, from, to } = release;
  if (from === to) {
    print([`${app} of ${stack.name} is ${to} already: nothing to do`]);
    return;
  }
  print([
    `${app} of ${stack.name}: ${from} -> ${to}`,
    ...release.checks.map(({ outcome, text }) => `  ${outcome.padEnd(7)}  ${text}`),
  ]);
  const progress = new Progress();
  const plan = await planOffline(stack.name, parseStackFile(release.text), progress.step).finally(
    () => {
      progress.clear();
    },
  );
  const [violation] = plan.violations.filter(({ level }) => level === "mandatory");
  if (violation !== undefined)
    throw new UserError(
      `the plan of ${stack.name} violates the policy ${violation.policy} (${violation.message}): \`npm run plan -- ${stack.name}\` names all violations; ${stack.file} is unchanged`,
      1,
    );
  const directory = resolve("out", stack.name);
  savePlan(plan, directory);
  const path = join(stack.root, stack.file);
  replaceFile(path, stack.text, release.text);
  const done = [`Wrote ${stack.file}`];
  if (commit === true) {
    try {
      const message = releaseMessage(verb, stack.name, release);
      const revision = await new Git(stack.root).commit(stack.file, message);
      done.push(`Committed it as ${revision.slice(0, 12)}`);
    } catch (error) {
      replaceFile(path, release.text, stack.text);
      throw error;
    }
  }
  print(["", ...summaryLines(plan, directory), ...done]);
}

function print(lines: readonly string[]): void {
  process.stdout.write(`${lines.join("\n")}\n`);
}
