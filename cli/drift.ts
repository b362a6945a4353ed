import { Command } from "commander";
import { keepDriftIssue } from "../delivery/drift-issue.ts";
import { driftedStacks } from "../delivery/drift-report.ts";
import { atGitHub, gitHubOf, namedFiles, readChanges } from "./changes-input.ts";
import type { NamedFile } from "./changes-input.ts";
import { UserError } from "../delivery/user-error.ts";

interface DriftOptions {
  readonly preview?: readonly NamedFile[];
  readonly failed?: readonly NamedFile[];
  readonly repository?: string;
}

/** `slipway drift`: one issue on what differs between accounts and program. */
export function driftCommand(): Command {
  return new Command("drift")
    .description("keep one issue on drift; ends with 1 while there is some")
    .option("--preview <stack=file>", "output of pulumi preview --refresh --json", namedFiles)
    .option("--failed <stack=file>", "log of a preview that failed", namedFiles)
    .option("--repository <owner/name>", "where the issue is (default: GITHUB_REPOSITORY)")
    .action(drift);
}

async function drift({ preview = [], failed = [], repository }: DriftOptions): Promise<void> {
  if (preview.length + failed.length === 0)
    throw new UserError("nothing to check: give --preview <stack>=<file>");
  const github = gitHubOf(repository);
  const stacks = await readChanges(preview, failed);
  const drifted = driftedStacks(stacks);
  if (drifted.length > 0) process.exitCode = 1;
  for (const { stack, changes, errors } of stacks)
    process.stdout.write(
      `${stack}: ${errors.length > 0 ? "could not be checked" : changes.length === 0 ? "no drift" : `${String(changes.length)} resources drift`}\n`,
    );
  const outcome = await atGitHub(() => keepDriftIssue(github, stacks));
  if (outcome.action !== "none") process.stdout.write(`${outcome.action} ${outcome.url}\n`);
}
