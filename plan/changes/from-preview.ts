import { stripVTControlCharacters } from "node:util";
import { exceptions } from "../../policies/rules/exceptions.ts";
import { rules } from "../../policies/rules/index.ts";
import { costOf } from "../cost.ts";
import { migrationWarnings } from "../migrations.ts";
import { judge } from "../policies.ts";
import type { PlannedResource, Warning } from "../plan.ts";
import { cents } from "../prices.ts";
import { recordOf } from "../simulated/account.ts";
import { warningsOf } from "../warnings.ts";
import { parsePreview } from "./preview.ts";
import type { Preview } from "./preview.ts";
import { statesOf, stepsOf } from "./preview-steps.ts";
import { sinceBefore, stackChanges } from "./stack-changes.ts";
import type { StackStates } from "./resource-step.ts";
import type { ChangesSource, StackChanges, WholeStack } from "./stack-changes.ts";
import { isUnknown, withoutCredentials } from "./values.ts";

/** What the engine says where policies refuse an update; which ones, its JSON doesn't tell. */
const refusal = "preview failed";

/**
 * What a preview (`pulumi preview --json --show-sames`) says that will change; `today` (yyyy-mm-dd)
 * decides which ends of support are near. A text that is no preview becomes the error of one that
 * failed. Without `--show-sames` nothing is known of the stack as a whole. `log` is what was printed
 * besides by a preview that failed: it has found what it had found until then.
 */
export async function changesOfPreview(
  stack: string,
  text: string,
  today: string,
  log?: string,
): Promise<StackChanges> {
  const preview = parsePreview(text);
  if (preview === undefined) return failedPreview(stack, [log ?? "", text].join("\n"));
  const steps = preview.steps ?? [];
  const told = errorsWith(errorsOf(preview), log);
  if (steps.length === 0) return failedPreview(stack, told.join("\n"));
  const states = statesOf(steps);
  const explained = told.filter((error) => error !== refusal);
  const shown = steps.filter(({ op }) => op === "same").length;
  const same = preview.changeSummary?.same ?? 0;
  const whole =
    explained.length > 0 || shown < same ? undefined : await wholeStack(states, preview, today);
  const refused = whole?.violations.some(({ level }) => level === "mandatory") ?? false;
  return stackChanges({
    stack,
    source: { type: "preview" },
    errors: refused ? explained : told,
    states,
    steps: stepsOf(steps),
    ...(shown < same ? { unchanged: same } : {}),
    notices: noticesOf(preview),
    ...(whole === undefined || (told.length > 0 && !refused) ? {} : { whole }),
  });
}

/** A stack whose preview or offline plan gave nothing but a log. */
export function failedPreview(
  stack: string,
  log: string,
  source: ChangesSource = { type: "preview" },
): StackChanges {
  const text = clean(log);
  return stackChanges({
    stack,
    source,
    errors: [text === "" ? "the preview ended without a word: look at the log of its run" : text],
    states: { before: [], after: [] },
    steps: [],
    notices: [],
  });
}

async function wholeStack(
  { before, after }: StackStates,
  preview: Preview,
  today: string,
): Promise<WholeStack> {
  const unjudged = new Set<string>();
  // What a preview doesn't tell of a resource, no policy asks for.
  const recorded = after.map((resource) => ({
    ...resource,
    propertyDependencies: {},
    ignoreChanges: [],
    aliases: [],
    customTimeouts: {},
    deleteBeforeReplace: false,
  }));
  const violations = await judge(rules, recorded, {
    isUnknown,
    onUnjudged: (policy) => unjudged.add(policy),
  });
  const { monthly } = costOf(after);
  return {
    violations,
    unjudged: [...unjudged].sort(),
    warnings: sinceBefore(warningsFor(before, preview, today), warningsFor(after, preview, today)),
    cost: { monthly, delta: cents(monthly - costOf(before).monthly) },
  };
}

function warningsFor(
  resources: readonly PlannedResource[],
  { config }: Preview,
  today: string,
): Warning[] {
  return [
    ...migrationWarnings(resources),
    ...warningsOf({
      resources,
      configuration: { mirror: recordOf(parsedJson(config?.["slipway:mirror"])) },
      today,
      exceptions,
    }),
  ];
}

function errorsOf({ diagnostics }: Preview): string[] {
  const errors = (diagnostics ?? []).filter(({ severity }) => severity === "error");
  return [...new Set(errors.map(({ message }) => clean(message).replace(/^error: /, "")))];
}

/** Errors of a preview with those that only its log has; one that failed is never without. */
function errorsWith(told: readonly string[], log: string | undefined): string[] {
  if (log === undefined) return [...told];
  const printed = clean(log);
  if (told.length === 0) return [printed === "" ? refusal : printed.replace(/^error: /, "")];
  // The rest of the log is no reason: that there is a newer command line, what a program prints.
  const errors = printed.matchAll(/^error: (.*)$/gm);
  return [...new Set([...told, ...[...errors].map(([, error = ""]) => error)])];
}

/** What the engine warns of, the same of many resources once. */
function noticesOf({ diagnostics }: Preview): string[] {
  const warnings = (diagnostics ?? []).filter(({ severity }) => severity === "warning");
  const byText = Map.groupBy(warnings, ({ message }) =>
    clean(message)
      .replace(/^warning: /, "")
      .replace(/\s+/g, " "),
  );
  return [...byText].map(([text, same]) =>
    same.length === 1 ? text : `${text} (${String(same.length)} resources)`,
  );
}

function clean(text: string): string {
  return withoutCredentials(stripVTControlCharacters(text)).trim();
}

function parsedJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "null");
  } catch {
    return undefined;
  }
}
