import type { Plan, PlannedResource } from "../plan.ts";
import { cents } from "../prices.ts";
import { propertiesOf } from "./resource-step.ts";
import type { ResourceStep } from "./resource-step.ts";
import { sinceBefore, stackChanges } from "./stack-changes.ts";
import type { OfflineSource, StackChanges } from "./stack-changes.ts";

/**
 * What differs between the offline plans of two revisions of a stack. What is deployed is not known,
 * and replacements are only those that can be told without a provider.
 */
export function changesOfPlans(
  older: Plan,
  newer: Plan,
  source: Omit<OfflineSource, "type">,
): StackChanges {
  const before = new Map(older.resources.map((resource) => [resource.urn, resource]));
  const after = new Map(newer.resources.map((resource) => [resource.urn, resource]));
  return stackChanges({
    stack: newer.stack,
    source: { type: "offline", ...source },
    errors: [],
    states: { before: older.resources, after: newer.resources },
    steps: [...new Set([...after.keys(), ...before.keys()])].flatMap(
      (urn) => stepOf(before.get(urn), after.get(urn)) ?? [],
    ),
    notices: [],
    whole: {
      violations: newer.violations,
      unjudged: [],
      warnings: sinceBefore(older.warnings, newer.warnings),
      cost: {
        monthly: newer.cost.monthly,
        delta: cents(newer.cost.monthly - older.cost.monthly),
      },
    },
  });
}

function stepOf(
  before: PlannedResource | undefined,
  after: PlannedResource | undefined,
): ResourceStep | undefined {
  if ((after ?? before)?.custom !== true) return undefined;
  if (before === undefined) return after === undefined ? undefined : { action: "create", after };
  if (after === undefined) return { action: before.retainOnDelete ? "forget" : "delete", before };
  const properties = propertiesOf({ before, after });
  if (properties.length === 0) return undefined;
  const action = properties.some(({ replaces }) => replaces) ? "replace" : "update";
  return { action, before, after };
}
