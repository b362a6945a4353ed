import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Plan } from "../plan/plan.ts";
import { UserError } from "../delivery/user-error.ts";
import { root } from "./root.ts";

/** Plan of a stack, or the reason why there is none. */
export type PlanResult =
  | { readonly type: "plan"; readonly plan: Plan }
  | { readonly type: "none"; readonly reason: string };

/**
 * Plans stacks with the program of another revision, in a work tree of its own.
 *
 * @throws UserError where the revision is unknown or git fails.
 */
export function plansAt(
  revision: string,
  stacks: readonly string[],
  configFile?: string,
): PlanResult[] {
  const git = (...args: string[]) => spawnSync("git", args, { cwd: root, encoding: "utf8" });
  const commit = git(
    "rev-parse",
    "--verify",
    "--quiet",
    "--end-of-options",
    `${revision}^{commit}`,
  );
  if (commit.status !== 0)
    throw new UserError(`--against is ${JSON.stringify(revision)}: give a git revision`);
  const tree = mkdtempSync(join(tmpdir(), "slipway-"));
  try {
    const added = git("worktree", "add", "--detach", tree, commit.stdout.trim());
    if (added.status !== 0) throw new UserError(`git worktree: ${added.stderr.trim()}`, 1);
    symlinkSync(join(root, "node_modules"), join(tree, "node_modules"), "dir");
    return stacks.map((stack) => planIn(tree, stack, configFile));
  } finally {
    git("worktree", "remove", "--force", tree);
    rmSync(tree, { recursive: true, force: true });
  }
}

/** Whether the packages of a revision differ from those here, with which its program is planned, too. */
export function packagesDiffer(revision: string): boolean {
  const args = ["diff", "--quiet", "--end-of-options", revision, "--", "package-lock.json"];
  return spawnSync("git", args, { cwd: root }).status !== 0;
}

/** Plans a stack with the program as it lies here, in a process of its own. */
export function planHere(stack: string): PlanResult {
  return planIn(root, stack);
}

function planIn(directory: string, stack: string, configFile?: string): PlanResult {
  const args = [join(directory, "cli", "main.ts"), "plan", stack, "--json"];
  const own = configFile === undefined ? [] : ["--config-file", resolve(configFile)];
  const run = spawnSync(process.execPath, [...args, ...own], {
    cwd: directory,
    encoding: "utf8",
    maxBuffer: 1 << 30,
  });
  return run.stdout === ""
    ? { type: "none", reason: run.stderr.trim() }
    : { type: "plan", plan: JSON.parse(run.stdout) as Plan };
}
