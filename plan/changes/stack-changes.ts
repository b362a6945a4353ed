import type { Violation, Warning } from "../plan.ts";
import { ranked } from "./change.ts";
import type { Change } from "./change.ts";
import { migrationRuns } from "./migration-runs.ts";
import type { MigrationRun } from "./migration-runs.ts";
import { releasesOf } from "./releases.ts";
import type { Release } from "./releases.ts";
import { changeOf } from "./resource-step.ts";
import type { ResourceStep, StackStates } from "./resource-step.ts";

/** What will change in one stack, whatever it was learnt from. */
export interface StackChanges {
  readonly stack: string;
  readonly source: ChangesSource;
  /** Why the preview failed; empty where it did not. */
  readonly errors: readonly string[];
  /** Resources that change, riskiest first; components are not among them. */
  readonly changes: readonly Change[];
  /** Number of resources that stay as they are. */
  readonly unchanged: number;
  readonly releases: readonly Release[];
  readonly migrations: readonly MigrationRun[];
  /** What the engine warns of. */
  readonly notices: readonly string[];
  /** What is known of the stack as a whole; absent where a preview failed or shows only what changes. */
  readonly whole?: WholeStack;
}

/** A preview of the engine knows the account; an offline plan compares the program of two revisions. */
export type ChangesSource = { readonly type: "preview" } | OfflineSource;

/** Where an offline plan of two revisions comes from. */
export interface OfflineSource {
  readonly type: "offline";
  /** The older revision. */
  readonly against: string;
  /** Whether its packages were others: both are planned with the newer ones. */
  readonly packagesDiffer: boolean;
}

/** What takes all resources of a stack to know. */
export interface WholeStack {
  /** Verdicts of the policy pack, worst first. */
  readonly violations: readonly Violation[];
  /** Policies that need values which only the update will know. */
  readonly unjudged: readonly string[];
  readonly warnings: readonly KnownWarning[];
  /** USD a month afterwards, and how much of it the change brings. */
  readonly cost: { readonly monthly: number; readonly delta: number };
}

/** A warning, and whether the change brings it. */
export interface KnownWarning extends Warning {
  readonly isNew: boolean;
}

interface StackChangesArgs
  extends
    Omit<StackChanges, "changes" | "unchanged" | "releases" | "migrations">,
    Partial<Pick<StackChanges, "unchanged">> {
  readonly states: StackStates;
  /** Resources that change; those that stay are left out. */
  readonly steps: readonly ResourceStep[];
}

/** Puts together what will change in a stack. */
export function stackChanges({ states, steps, ...rest }: StackChangesArgs): StackChanges {
  const changes = steps.map(changeOf).filter((change) => change !== undefined);
  const changed = new Set(changes.map(({ urn }) => urn));
  return {
    unchanged: states.after.filter(({ urn, custom }) => custom && !changed.has(urn)).length,
    ...rest,
    changes: ranked(changes),
    releases: rest.errors.length > 0 ? [] : releasesOf(steps),
    migrations: migrationRuns(states, steps),
  };
}

/** Tells new warnings from those that were there before. */
export function sinceBefore(before: readonly Warning[], after: readonly Warning[]): KnownWarning[] {
  const known = new Set(before.map(({ message }) => message));
  return after.map((warning) => ({ ...warning, isNew: !known.has(warning.message) }));
}
