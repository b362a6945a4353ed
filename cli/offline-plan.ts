import { join, relative } from "node:path";
import { RunError } from "@pulumi/pulumi";
import { makePlan } from "../plan/make-plan.ts";
import type { Plan } from "../plan/plan.ts";
import type { StackFile } from "../plan/stack-file.ts";
import { summarize } from "../plan/summary.ts";
import { writePlan } from "../plan/write.ts";
import { UserError, writeTo } from "../delivery/user-error.ts";

/**
 * Plans a stack as of today.
 *
 * @throws UserError with all mistakes of its configuration.
 */
export async function planOffline(
  stack: string,
  file: StackFile,
  onStep?: (step: string) => void,
): Promise<Plan> {
  try {
    return await makePlan(stack, file, new Date().toISOString().slice(0, 10), onStep);
  } catch (error) {
    if (RunError.isInstance(error)) throw new UserError(error.message);
    throw error;
  }
}

/**
 * Writes `plan.json`, `report.html` and `manifests/` of a plan into a directory.
 *
 * @throws UserError where it can't be written.
 */
export function savePlan(plan: Plan, directory: string): void {
  writeTo(relative(process.cwd(), directory), () => {
    writePlan(plan, directory);
  });
}

/** The summary of a plan written to `directory`, as wide and as colourful as standard output is. */
export function summaryLines(plan: Plan, directory: string): string[] {
  const terminal = process.stdout.isTTY;
  return summarize(plan, {
    width: terminal ? process.stdout.columns : 100,
    color: terminal && process.env.NO_COLOR === undefined,
    lookAt: join(relative(process.cwd(), directory), "report.html"),
  });
}
