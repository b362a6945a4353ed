import { lossRank } from "./kinds.ts";
import type { PropertyChange } from "./property-changes.ts";

/** What happens to a resource; `forget` leaves it where it is, no longer managed. */
export type Action = "create" | "update" | "replace" | "delete" | "forget" | "import";

/** Why a reviewer should look, riskiest first. */
export const risks = [
  "loss",
  "access",
  "migration",
  "image",
  "configuration",
  "scaling",
  "other",
] as const;

/** `loss` takes or gives up what a new resource doesn't have, `access` decides who may do or reach what. */
export type Risk = (typeof risks)[number];

/** One resource that changes. */
export interface Change {
  readonly urn: string;
  readonly type: string;
  /** As people know it: `namespace/name` in Kubernetes, else its physical or logical name. */
  readonly name: string;
  readonly action: Action;
  /** Whether the engine refuses to delete it. */
  readonly protect: boolean;
  readonly risk: Risk;
  /** What is lost by a replacement or deletion, in plain words; absent where nothing is. */
  readonly loss?: { readonly noun: string; readonly what: string };
  /** What differs, in the order of the paths; empty for resources that are new or go. */
  readonly properties: readonly PropertyChange[];
  /** Whether only the update will know what differs. */
  readonly unknown: boolean;
}

/** Order of changes of one risk: what is deleted first. */
export const actions: readonly Action[] = [
  "delete",
  "replace",
  "forget",
  "update",
  "import",
  "create",
];

/** Riskiest first; the same changes always come in the same order. */
export function ranked(changes: readonly Change[]): Change[] {
  const rank = ({ risk, action, protect }: Change) =>
    (risks.indexOf(risk) * 2 + (protect && risk === "loss" ? 0 : 1)) * actions.length +
    actions.indexOf(action);
  return [...changes].sort(
    (a, b) =>
      rank(a) - rank(b) ||
      lossRank(a.type) - lossRank(b.type) ||
      compare(a.type, b.type) ||
      compare(a.urn, b.urn),
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
