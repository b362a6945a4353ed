import { existsSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { Command } from "commander";
import { changesOfPlans } from "../plan/changes/from-plans.ts";
import { describeChanges } from "../plan/changes/terminal.ts";
import type { Plan } from "../plan/plan.ts";
import { parseStackFile } from "../plan/stack-file.ts";
import type { StackFile } from "../plan/stack-file.ts";
import { planJson } from "../plan/write.ts";
import { planOffline, savePlan, summaryLines } from "./offline-plan.ts";
import { packagesDiffer, plansAt } from "./plan-at.ts";
import { Progress } from "./progress.ts";
import { root } from "./root.ts";
import { UserError } from "../delivery/user-error.ts";

interface PlanOptions {
  readonly configFile?: string;
  readonly against?: string;
  readonly json?: true;
}

/** `slipway plan <stack>`: the whole plan of a stack, offline. */
export function planCommand(): Command {
  return new Command("plan")
    .description("plan a stack offline: resources, manifests, policy verdicts, cost")
    .argument("<stack>", "name of the stack, as in Pulumi.<stack>.yaml")
    .option("--config-file <file>", "stack file to read instead of Pulumi.<stack>.yaml")
    .option("--against <revision>", "compare with the plan of another git revision")
    .option("--json", "print the plan as JSON and write no files")
    .action(plan);
}

async function plan(stack: string, options: PlanOptions): Promise<void> {
  if (!/^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/.test(stack))
    throw new UserError(`stack is ${JSON.stringify(stack)}: give a name such as staging`);
  const progress = new Progress();
  const file = readStackFile(stack, options.configFile);
  const planned = await planOffline(stack, file, options.json ? undefined : progress.step).finally(
    () => {
      progress.clear();
    },
  );
  const failed = planned.violations.some(({ level }) => level === "mandatory");
  if (failed) process.exitCode = 1;
  if (options.json === true) {
    process.stdout.write(planJson(planned));
    return;
  }
  const directory = resolve("out", stack);
  progress.step(`Writing ${relative(process.cwd(), directory)}`);
  savePlan(planned, directory);
  const comparison =
    options.against === undefined
      ? []
      : await compare(planned, options.against, options.configFile);
  progress.clear();
  const lines = summaryLines(planned, directory);
  process.stdout.write(`${[...comparison, ...lines].join("\n")}\n`);
}

async function compare(
  planned: Plan,
  revision: string,
  configFile: string | undefined,
): Promise<string[]> {
  const [older] = await plansAt(revision, [planned.stack], configFile);
  if (older?.type !== "plan")
    throw new UserError(
      `the program of ${revision} has no plan of ${planned.stack}: ${older?.reason ?? ""}`,
      1,
    );
  const source = { against: revision, packagesDiffer: await packagesDiffer(revision) };
  return describeChanges(changesOfPlans(older.plan, planned, source), revision);
}

function readStackFile(stack: string, given: string | undefined): StackFile {
  const file = given === undefined ? join(root, `Pulumi.${stack}.yaml`) : resolve(given);
  if (!existsSync(file))
    throw new UserError(
      `there is no ${relative(process.cwd(), file)}: give a stack that has a file, or --config-file`,
    );
  try {
    return parseStackFile(readFileSync(file, "utf8"));
  } catch (error) {
    throw new UserError(`${relative(process.cwd(), file)}: ${(error as Error).message}`);
  }
}
