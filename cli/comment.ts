import { readdirSync } from "node:fs";
import { resolve } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { renderComment } from "../delivery/comment.ts";
import { commitsOf } from "../delivery/commits.ts";
import { Git } from "../delivery/git.ts";
import { putComment } from "../delivery/pull-request-comment.ts";
import type { CommitRange, Commits } from "../delivery/release-lines.ts";
import { changesOfPlans } from "../plan/changes/from-plans.ts";
import { failedPreview } from "../plan/changes/from-preview.ts";
import type { StackChanges } from "../plan/changes/stack-changes.ts";
import type { Plan } from "../plan/plan.ts";
import { atGitHub, gitHubOf, namedFiles, readChanges } from "./changes-input.ts";
import type { NamedFile } from "./changes-input.ts";
import { packagesDiffer, planHere, plansAt } from "./plan-at.ts";
import { UserError } from "../delivery/user-error.ts";

interface CommentOptions {
  readonly preview?: readonly NamedFile[];
  readonly failed?: readonly NamedFile[];
  readonly against?: string;
  readonly source?: readonly NamedFile[];
  readonly head?: string;
  readonly pullRequest?: number;
  readonly repository?: string;
}

/** `slipway comment`: what a pull request changes, in one comment for all stacks. */
export function commentCommand(): Command {
  return new Command("comment")
    .description("say in one comment what a pull request changes, riskiest first")
    .option("--preview <stack=file>", "output of pulumi preview --json --show-sames", namedFiles)
    .option(
      "--failed <stack=file>",
      "log of a preview that failed, besides what it found",
      namedFiles,
    )
    .option("--against <revision>", "without previews: compare offline plans with this revision")
    .option("--source <app=directory>", "clone of an application, for its commits", namedFiles)
    .option("--head <commit>", "commit of the pull request, named at the end")
    .option("--pull-request <number>", "post the comment here, or edit it (GITHUB_TOKEN)", number)
    .option("--repository <owner/name>", "where the pull request is (default: GITHUB_REPOSITORY)")
    .action(comment);
}

async function comment(options: CommentOptions): Promise<void> {
  const { preview = [], failed = [], pullRequest, head } = options;
  // A missing token is told before minutes are spent.
  const github = pullRequest === undefined ? undefined : gitHubOf(options.repository);
  const clones = await clonesOf(options.source ?? []);
  const stacks =
    preview.length + failed.length > 0
      ? await readChanges(preview, failed)
      : await offlineChanges(options.against);
  const body = renderComment({
    stacks,
    commits: await commitsByStack(stacks, clones),
    ...(head === undefined ? {} : { head }),
  });
  if (github === undefined || pullRequest === undefined) {
    process.stdout.write(`${body}\n`);
    return;
  }
  const posted = await atGitHub(() => putComment(github, pullRequest, body));
  process.stdout.write(`${posted.action} ${posted.url}\n`);
}

function number(value: string): number {
  if (!/^[1-9]\d{0,9}$/.test(value))
    throw new InvalidArgumentError("give the number of a pull request.");
  return Number(value);
}

/** Clones by application; one that is none is refused, before it is missed in the comment without a word. */
async function clonesOf(sources: readonly NamedFile[]): Promise<Map<string, Git>> {
  const clones = new Map<string, Git>();
  for (const { name, file } of sources) {
    const clone = new Git(file);
    if (!(await clone.isRepository()))
      throw new UserError(
        `--source ${name}=${file} is no git repository: give a clone of the application's`,
      );
    clones.set(name, clone);
  }
  return clones;
}

/** What changes in every committed stack, as far as offline plans tell. */
async function offlineChanges(against: string | undefined): Promise<StackChanges[]> {
  if (against === undefined)
    throw new UserError(
      "nothing to compare: give --preview <stack>=<file> or --against <revision>",
    );
  const stacks = committedStacks();
  const older = await plansAt(against, stacks);
  const differ = await packagesDiffer(against);
  const source = { type: "offline", against, packagesDiffer: differ } as const;
  return stacks.map((stack, index) => {
    const newer = planHere(stack);
    if (newer.type === "none") return failedPreview(stack, newer.reason, source);
    const before = older[index];
    if (before?.type === "plan") return changesOfPlans(before.plan, newer.plan, source);
    const reason = before?.reason ?? "";
    return /^there is no \S*Pulumi\./.test(reason)
      ? changesOfPlans(empty(stack), newer.plan, source)
      : failedPreview(
          stack,
          `the program of ${against} has no plan of ${stack}: ${reason}`,
          source,
        );
  });
}

function committedStacks(): string[] {
  const root = resolve(import.meta.dirname, "..");
  return readdirSync(root)
    .flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? [])
    .sort();
}

/** What a stack is before its first plan. */
function empty(stack: string): Plan {
  return {
    schemaVersion: 1,
    stack,
    resources: [],
    violations: [],
    warnings: [],
    cost: { currency: "USD", monthly: 0, items: [] },
    outputs: {},
  };
}

async function commitsByStack(
  stacks: readonly StackChanges[],
  clones: ReadonlyMap<string, Git>,
): Promise<Map<string, Commits>> {
  const byStack = new Map<string, Commits>();
  for (const { stack, releases } of stacks) {
    const commits = new Map<string, CommitRange>();
    for (const release of releases) {
      const clone = clones.get(release.app);
      const range = clone === undefined ? undefined : await commitsOf(release, clone);
      if (range !== undefined) commits.set(release.app, range);
    }
    byStack.set(stack, commits);
  }
  return byStack;
}
