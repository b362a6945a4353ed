import type { PlannedResource } from "../plan.ts";
import { redact } from "../redact.ts";
import { recordOf } from "../simulated/account.ts";
import type { Action } from "./change.ts";
import type { PreviewState, PreviewStep } from "./preview.ts";
import type { DetailedDiff } from "./property-changes.ts";
import type { ResourceStep, StackStates } from "./resource-step.ts";

/** The engine's operations as a reader counts them; those that change nothing are left out. */
const actionsByOperation: Readonly<Record<string, Action>> = {
  create: "create",
  update: "update",
  replace: "replace",
  "create-replacement": "replace",
  "delete-replaced": "replace",
  "read-replacement": "replace",
  "import-replacement": "replace",
  delete: "delete",
  discard: "forget",
  "discard-replaced": "replace",
  import: "import",
};

/** Resources as they are and as they will be; a refresh before the preview says how they are. */
export function statesOf(steps: readonly PreviewStep[]): StackStates {
  const before = new Map<string, PlannedResource>();
  const after = new Map<string, PlannedResource>();
  for (const { op, urn, oldState, newState } of steps) {
    if (op === "refresh") {
      if (newState == null) before.delete(urn);
      else before.set(urn, plannedResource(newState));
      continue;
    }
    if (oldState != null) before.set(urn, plannedResource(oldState));
    if (newState != null && op !== "delete") after.set(urn, plannedResource(newState));
  }
  return { before: [...before.values()], after: [...after.values()] };
}

/** What changes, one step a resource: the engine writes a replacement as up to three. */
export function stepsOf(steps: readonly PreviewStep[]): ResourceStep[] {
  const acting = steps.flatMap((step) => {
    const action = actionOf(step);
    return action === undefined ? [] : { ...step, action };
  });
  return [...Map.groupBy(acting, ({ urn }) => urn).values()].flatMap((parts) => {
    const before = parts.find(({ oldState }) => oldState != null)?.oldState;
    const after = parts.find(({ newState }) => newState != null)?.newState;
    if ((after ?? before)?.custom !== true) return [];
    const action =
      parts.find((part) => part.action === "replace")?.action ?? parts[0]?.action ?? "update";
    return {
      action: action === "delete" && before?.retainOnDelete === true ? "forget" : action,
      ...(before == null || action === "create" ? {} : { before: plannedResource(before) }),
      ...(after == null || action === "delete" ? {} : { after: plannedResource(after) }),
      secretProperties: [before, after].flatMap((state) => state?.additionalSecretOutputs ?? []),
      detailedDiff: Object.assign({}, ...parts.map((part) => part.detailedDiff)) as DetailedDiff,
    };
  });
}

function actionOf({ op, oldState, newState }: PreviewStep): Action | undefined {
  if (Object.hasOwn(actionsByOperation, op)) return actionsByOperation[op];
  // To the engine a change of protection alone is none.
  const loosened = oldState?.protect === true && newState != null && newState.protect !== true;
  return op === "same" && loosened ? "update" : undefined;
}

function plannedResource(state: PreviewState): PlannedResource {
  return {
    urn: state.urn,
    type: state.type,
    name: state.urn.split("::").slice(3).join("::"),
    ...(state.parent === undefined ? {} : { parent: state.parent }),
    dependencies: state.dependencies ?? [],
    ...(state.provider === undefined ? {} : { provider: urnOfProvider(state.provider) }),
    custom: state.custom ?? false,
    protect: state.protect ?? false,
    retainOnDelete: state.retainOnDelete ?? false,
    inputs: recordOf(redact(state.inputs ?? {})),
  };
}

/** The engine refers to a provider by URN and id. */
function urnOfProvider(reference: string): string {
  return reference.split("::").slice(0, 4).join("::");
}
