import type { Violation } from "../plan.ts";
import type { Change } from "./change.ts";
import { serves } from "./kinds.ts";
import { protectOption } from "./risk.ts";
import type { StackChanges, WholeStack } from "./stack-changes.ts";

/** What a stack's changes come to, in one line. */
export interface Verdict {
  readonly level: VerdictLevel;
  /** Follows the name of the stack: `deletes and makes anew the cluster ...`. */
  readonly words: string;
}

/** From what stops a merge to what nobody needs to look at. */
export const verdictLevels = ["failed", "danger", "careful", "safe", "unchanged"] as const;
export type VerdictLevel = (typeof verdictLevels)[number];

/** Makes a name of the plan fit for where it is shown. */
export type Quote = (name: string) => string;

/** Names the worst thing that a stack's change does, or says that it is safe. */
export function verdictOf(changes: StackChanges, quote: Quote): Verdict {
  return (
    failureVerdict(changes, quote) ??
    lossVerdict(changes, quote) ??
    policyVerdict(changes, quote) ??
    firstTimeVerdict(changes) ??
    accessVerdict(changes, quote) ??
    migrationVerdict(changes, quote) ??
    removalVerdict(changes, quote) ??
    unknownVerdict(changes) ??
    packagesVerdict(changes, quote) ??
    harmless(changes, quote)
  );
}

/** What happens to the resource and what goes with it, in plain words. */
export function lossWords(change: Change, quote: Quote): string {
  const { action, name, loss, protect } = change;
  if (action === "forget")
    return `stops managing ${quote(shortType(change.type))} ${quote(name)}, which stays as it is`;
  if (action !== "replace" && action !== "delete")
    return `takes the protection against deletion off ${quote(name)}`;
  const verb = action === "replace" ? "deletes and makes anew" : "deletes";
  const lost = loss === undefined ? "" : ` and loses ${loss.what}`;
  const guard = protect ? ", which is protected: the update will be refused" : "";
  return `${verb} ${loss?.noun ?? quote(shortType(change.type))} ${quote(name)}${lost}${guard}`;
}

/** Kind of a resource as people call it: `Deployment`, `eks Cluster`. */
export function shortType(type: string): string {
  const [provider = "", module = "", kind = type] = type.split(":");
  if (type.startsWith("pulumi:providers:")) return `${kind} provider`;
  return provider === "aws" ? `${module.split("/")[0] ?? ""} ${kind}` : kind;
}

function failureVerdict({ errors, changes }: StackChanges, quote: Quote): Verdict | undefined {
  const [error] = errors;
  if (error === undefined) return undefined;
  const guarded = changes.find(({ risk, protect, loss }) => risk === "loss" && protect && loss);
  const words =
    guarded === undefined
      ? `can't be previewed: ${quote(firstLine(error))}`
      : `can't be updated: it ${lossWords(guarded, quote)}`;
  return { level: "failed", words };
}

function firstTimeVerdict({ changes, unchanged, whole }: StackChanges): Verdict | undefined {
  const isFirst = unchanged === 0 && changes.length > 0 && whole !== undefined;
  if (!isFirst || changes.some(({ action }) => action !== "create")) return undefined;
  const count = changes.length.toLocaleString("en-US");
  return { level: "careful", words: `is made for the first time: ${count} resources` };
}

function lossVerdict({ changes, whole }: StackChanges, quote: Quote): Verdict | undefined {
  const losses = changes.filter(({ risk }) => risk === "loss");
  const worst =
    losses.find(({ properties }) => !properties.some(({ path }) => path === protectOption)) ??
    losses[0];
  if (worst === undefined) return undefined;
  const [refusal] = refusals(whole);
  const refused = refusal === undefined ? "" : `; policy ${quote(refusal.policy)} refuses it`;
  return {
    level: "danger",
    words: `${lossWords(worst, quote)}${more(losses.length, "loss", "losses")}${refused}`,
  };
}

function policyVerdict({ whole }: StackChanges, quote: Quote): Verdict | undefined {
  const refusing = refusals(whole);
  const [first] = refusing;
  if (first === undefined) return undefined;
  const policies = new Set(refusing.map(({ policy }) => policy)).size;
  return {
    level: "danger",
    words: `can't be updated: policy ${quote(first.policy)} refuses it: ${quote(first.message)}${more(policies, "policy", "policies")}`,
  };
}

function refusals(whole: WholeStack | undefined): Violation[] {
  return (whole?.violations ?? []).filter(({ level }) => level === "mandatory");
}

function accessVerdict({ changes }: StackChanges, quote: Quote): Verdict | undefined {
  const found = changes.filter(({ risk }) => risk === "access");
  const [first] = found;
  if (first === undefined) return undefined;
  const verb = {
    create: "makes",
    update: "changes",
    replace: "deletes and makes anew",
    delete: "deletes",
    forget: "stops managing",
    import: "takes over",
  }[first.action];
  return {
    level: "careful",
    words: `changes who may do or reach what: ${verb} ${quote(shortType(first.type))} ${quote(first.name)}${more(found.length, "change of access", "changes of access")}`,
  };
}

function migrationVerdict({ migrations }: StackChanges, quote: Quote): Verdict | undefined {
  const findings = migrations.flatMap((run) =>
    run.findings.map((finding) => ({ ...finding, ...run })),
  );
  const [first] = findings;
  if (first === undefined) return undefined;
  return {
    level: "careful",
    words: `migrates ${quote(first.app)} in a way that may break the version that runs (${quote(`${first.file}:${String(first.line)}`)})${more(findings.length, "finding", "findings")}`,
  };
}

function removalVerdict({ changes }: StackChanges, quote: Quote): Verdict | undefined {
  const found = changes.filter(isOutage);
  const [first] = found;
  if (first === undefined) return undefined;
  const until = first.action === "replace" ? " until it is made anew" : "";
  return {
    level: "careful",
    words: `takes out of service ${quote(shortType(first.type))} ${quote(first.name)}${until}${more(found.length, "outage", "outages")}`,
  };
}

/** An object is deleted before one of the same name is made; one of another name is made first. */
function isOutage({ action, type, properties }: Change): boolean {
  if (!serves(type)) return false;
  const isRenamed = properties.some(({ path }) => /^metadata\.name(?:space)?$/.test(path));
  return action === "delete" || (action === "replace" && !isRenamed);
}

function unknownVerdict({ changes }: StackChanges): Verdict | undefined {
  const count = changes.filter(({ unknown }) => unknown).length;
  if (count === 0) return undefined;
  return {
    level: "careful",
    words: `changes ${String(count)} resource${count === 1 ? "" : "s"} in a way that only the update will know`,
  };
}

function packagesVerdict(changes: StackChanges, quote: Quote): Verdict | undefined {
  const { source } = changes;
  if (source.type !== "offline" || !source.packagesDiffer) return undefined;
  const { level, words } = harmless(changes, quote);
  const rest = level === "safe" ? `; besides, ${words.slice("safe: ".length)}` : "";
  return {
    level: "careful",
    words: `gets other packages, and an offline plan can't tell what they change${rest}`,
  };
}

function harmless(changes: StackChanges, quote: Quote): Verdict {
  if (changes.changes.length === 0) return { level: "unchanged", words: "no changes" };
  const parts = [
    ...changes.releases.map(({ app, before, after }) =>
      after === undefined
        ? `removes ${quote(app)}`
        : `${before === undefined ? "deploys" : "releases"} ${quote(app)} ${quote(after.slice(0, 12))}`,
    ),
    ...changes.migrations.map(({ app }) => `migrates ${quote(app)}`),
  ];
  const shown = parts.slice(0, 4);
  const rest = parts.length > shown.length ? [`${String(parts.length - shown.length)} more`] : [];
  const count = changes.changes.length;
  const told =
    parts.length === 0 ? `changes ${String(count)} resource${count === 1 ? "" : "s"}` : "";
  return { level: "safe", words: `safe: ${told}${[...shown, ...rest].join(", ")}` };
}

function more(count: number, one: string, many: string): string {
  if (count < 2) return "";
  return `; ${String(count - 1)} more ${count === 2 ? one : many}`;
}

function firstLine(text: string): string {
  const [line = ""] = text.split("\n");
  return line.length > 200 ? `${line.slice(0, 199)}…` : line;
}
