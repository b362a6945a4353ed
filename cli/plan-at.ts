import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Plan } from "../plan/plan.ts";
import { Git } from "../delivery/git.ts";
import { UserError } from "../delivery/user-error.ts";
import { root } from "./root.ts";

const repository = new Git(root);

/** Plan of a stack, or the reason why there is none. */
export type PlanResult =
  | { readonly type: "plan"; readonly plan: Plan }
  | { readonly type: "none"; readonly reason: string };

/**
 * Plans stacks with the program of another revision, in a work tree of its own.
 *
 * @throws UserError where the revision is unknown or git fails.
 */
export async function plansAt(
  revision: string,
  stacks: readonly string[],
  configFile?: string,
): Promise<PlanResult[]> {
  const commit = await repository.commitOf(revision);
  if (commit === undefined)
    throw new UserError(`--against is ${JSON.stringify(revision)}: give a git revision`);
  const tree = mkdtempSync(join(tmpdir(), "slipway-"));
  try {
    await repository.addWorktree(tree, commit);
    symlinkSync(join(root, "node_modules"), join(tree, "node_modules"), "dir");
    return stacks.map((stack) => planIn(tree, stack, configFile));
  } finally {
    await repository.removeWorktree(tree);
    rmSync(tree, { recursive: true, force: true });
  }
}

/** Whether the packages of a revision differ from those here, with which its program is planned, too. */
export function packagesDiffer(revision: string): Promise<boolean> {
  return repository.differs(revision, "package-lock.json");
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
