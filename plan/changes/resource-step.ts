import type { PlannedResource } from "../plan.ts";
import { recordOf, textOf } from "../simulated/account.ts";
import type { Action, Change } from "./change.ts";
import { replaces, statefulKind } from "./kinds.ts";
import { propertyChanges, visibleChanges } from "./property-changes.ts";
import type { DetailedDiff, PropertyChange } from "./property-changes.ts";
import { protectOption, riskOf } from "./risk.ts";
import { hiddenProperties } from "./values.ts";

/** One resource on its way from one state to another. */
export interface ResourceStep {
  readonly action: Action;
  readonly before?: PlannedResource;
  readonly after?: PlannedResource;
  /** Properties that the provider declares secret. @default none */
  readonly secretProperties?: readonly string[];
  /** What the engine says of the differences. @default the inputs alone tell, made without an engine */
  readonly detailedDiff?: DetailedDiff;
}

/** Resources of a stack before and after its change. */
export interface StackStates {
  readonly before: readonly PlannedResource[];
  readonly after: readonly PlannedResource[];
}

/** What a reviewer needs to know of a step; undefined where there is no resource in it. */
export function changeOf(step: ResourceStep): Change | undefined {
  const { action, before, after } = step;
  const resource = after ?? before;
  if (resource === undefined) return undefined;
  const { urn, type } = resource;
  const properties = propertiesOf(step);
  const kind = statefulKind(type, (before ?? resource).inputs);
  const goes = action === "replace" || action === "delete";
  const protect = before?.protect ?? false;
  return {
    urn,
    type,
    name: nameOf(resource),
    action,
    protect,
    risk: riskOf({
      type,
      action,
      protect,
      stateful: kind !== undefined,
      properties,
      ...(before === undefined ? {} : { before: before.inputs }),
      ...(after === undefined ? {} : { after: after.inputs }),
    }),
    ...(kind === undefined || !goes ? {} : { loss: { noun: kind.noun, what: kind.loss } }),
    properties,
    unknown: action === "update" && properties.length === 0,
  };
}

/** What differs between the inputs, and whether the protection against deletion does. */
export function propertiesOf({
  before,
  after,
  secretProperties,
  detailedDiff,
}: Omit<ResourceStep, "action">): PropertyChange[] {
  if (before === undefined || after === undefined) return [];
  const { type } = after;
  const hidden = hiddenProperties(type, secretProperties);
  const properties =
    detailedDiff === undefined
      ? visibleChanges(before.inputs, after.inputs, hidden, (path) =>
          replaces(type, before.inputs, path),
        )
      : propertyChanges(before.inputs, after.inputs, hidden, detailedDiff);
  if (before.protect === after.protect) return properties;
  const protection = {
    path: protectOption,
    before: String(before.protect),
    after: String(after.protect),
    replaces: false,
  };
  return [protection, ...properties];
}

function nameOf({ type, name, inputs }: PlannedResource): string {
  if (!type.startsWith("kubernetes:")) {
    const physical = textOf(inputs.name, name);
    // Names that Pulumi makes end with a random suffix, which tells a reader nothing.
    return physical.startsWith(`${name}-`) ? name : physical;
  }
  const metadata = recordOf(inputs.metadata);
  const own = textOf(metadata.name, textOf(inputs.name, name));
  const namespace = textOf(metadata.namespace, textOf(inputs.namespace, ""));
  return namespace === "" ? own : `${namespace}/${own}`;
}
