import { exceptions } from "../policies/rules/exceptions.ts";
import { rules } from "../policies/rules/index.ts";
import { costOf } from "./cost.ts";
import { evaluate } from "./evaluate.ts";
import type { RecordedResource } from "./monitor.ts";
import { migrationWarnings } from "./migrations.ts";
import type { Plan, PlannedResource } from "./plan.ts";
import { judge } from "./policies.ts";
import { recordOf } from "./simulated/account.ts";
import type { StackFile } from "./stack-file.ts";
import { warningsOf } from "./warnings.ts";

/**
 * Plans a stack offline. `today` (yyyy-mm-dd) decides which ends of support are near; `onStep` hears
 * what is being done.
 */
export async function makePlan(
  stack: string,
  file: StackFile,
  today: string,
  onStep: (step: string) => void = () => undefined,
): Promise<Plan> {
  onStep(`Running the program for ${stack} against a simulated account`);
  const { resources: recorded, outputs } = await evaluate(stack, file);
  const resources = recorded.map(plannedResource);
  onStep(`Judging ${String(resources.length)} resources by ${String(rules.length)} policies`);
  return {
    schemaVersion: 1,
    stack,
    resources,
    violations: await judge(rules, recorded),
    warnings: [
      ...migrationWarnings(resources),
      ...warningsOf({
        resources,
        configuration: { mirror: recordOf(file.config["slipway:mirror"]) },
        today,
        exceptions,
      }),
    ],
    cost: costOf(resources),
    outputs,
  };
}

function plannedResource({
  urn,
  type,
  name,
  parent,
  dependencies,
  provider,
  custom,
  protect,
  retainOnDelete,
  inputs,
}: RecordedResource): PlannedResource {
  return {
    urn,
    type,
    name,
    ...(parent === undefined ? {} : { parent }),
    dependencies,
    ...(provider === undefined ? {} : { provider }),
    custom,
    protect,
    retainOnDelete,
    inputs,
  };
}
