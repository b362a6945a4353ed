import { usd } from "../plan/prices.ts";
import type { Action, Change, Risk } from "../plan/changes/change.ts";
import { actions } from "../plan/changes/change.ts";
import type { MigrationRun } from "../plan/changes/migration-runs.ts";
import type { StackChanges, WholeStack } from "../plan/changes/stack-changes.ts";
import { verdictOf } from "../plan/changes/verdict.ts";
import { changeList } from "./change-groups.ts";
import type { Detail } from "./change-groups.ts";
import { policyLines, policyTitle, warningLines, warningTitle } from "./finding-lines.ts";
import { code, codeBlock, collapsed } from "./markdown.ts";
import { releaseLines } from "./release-lines.ts";
import type { Commits } from "./release-lines.ts";

/** Parts of a stack's section whose detail is chosen apart. */
export type Part = Risk | "policies" | "warnings";

/** How much each part says. */
export type Details = Readonly<Record<Part, Detail>>;

const titles: Readonly<Record<Risk, string>> = {
  loss: "Deletes, replaces or stops managing what holds something, or takes its protection away",
  access: "Who may do or reach what",
  migration: "Migrations",
  image: "Images",
  configuration: "Configuration and references to secrets",
  scaling: "Scaling",
  other: "Everything else",
};

/**
 * One stack in the comment: one line where nothing changes, else a title, its counts and details.
 * The title says what the changes come to unless `isNamed`: the comment's first line does so then.
 */
export function stackSection(
  changes: StackChanges,
  commits: Commits,
  details: Details,
  isNamed = false,
): string {
  const verdict = verdictOf(changes, code);
  const cost = changes.whole === undefined ? [] : [costWords(changes.whole)];
  if (changes.changes.length === 0 && !["failed", "danger"].includes(verdict.level))
    return `**${code(changes.stack)}**: ${[verdict.words, ...cost].join(" · ")}`;
  const block = (title: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : [collapsed(title, lines)];
  const risky = (risk: Risk) => {
    const found = changes.changes.filter((change) => change.risk === risk);
    const own = risk === "migration" ? migrationLines(changes.migrations, details.migration) : [];
    const released = risk === "image" ? releaseLines(changes.releases, commits, details.image) : [];
    const count = found.length === 0 ? "" : `: ${found.length.toLocaleString("en-US")}`;
    return block(`${titles[risk]}${count}`, [
      ...own,
      ...released,
      ...changeList(risk === "image" ? found.map(withoutCommit) : found, details[risk]),
    ]);
  };
  return [
    `#### ${code(changes.stack)}${isNamed ? "" : ` ${verdict.level === "safe" ? "is " : ""}${verdict.words}`}`,
    ...(changes.errors.length > 0 ? [errorBlock(changes.errors, details.loss)] : []),
    [countWords(changes), ...cost].join(" · "),
    ...risky("loss"),
    ...block(policyTitle(changes), policyLines(changes, details.policies)),
    ...(["access", "migration", "image", "configuration", "scaling", "other"] as const).flatMap(
      risky,
    ),
    ...block(warningTitle(changes), warningLines(changes, details.warnings)),
  ].join("\n\n");
}

/** The line of the release tells the commit already. */
function withoutCommit(change: Change): Change {
  const properties = change.properties.filter(
    ({ path }) => !path.includes("app.kubernetes.io/version"),
  );
  return properties.length === 0 ? change : { ...change, properties };
}

function countWords({ changes, unchanged, whole, errors }: StackChanges): string {
  const counts = actions
    .map((action) => ({
      action,
      count: changes.filter((change) => change.action === action).length,
    }))
    .filter(({ count }) => count > 0)
    .map(({ action, count }) => `${count.toLocaleString("en-US")} ${past[action]}`);
  const rest = `${unchanged.toLocaleString("en-US")} unchanged`;
  const limits =
    errors.length > 0
      ? ["as far as the preview came"]
      : whole === undefined
        ? ["policies, warnings and cost unknown: preview with `--show-sames`"]
        : [];
  return [[...counts, rest].join(", "), ...limits].join(" · ");
}

const past: Readonly<Record<Action, string>> = {
  create: "made",
  update: "changed",
  replace: "deleted and made anew",
  delete: "deleted",
  forget: "no longer managed",
  import: "taken over",
};

function costWords({ cost: { monthly, delta } }: WholeStack): string {
  const sign = delta < 0 ? "-" : "+";
  const change = delta === 0 ? "" : ` (${sign}${usd(Math.abs(delta))})`;
  return `about ${usd(monthly)} USD a month${change}`;
}

const longestError = [6000, 3000, 1500, 600, 300] as const;

/** The end of a long log has the reason; the beginning is in the log of the run. */
function errorBlock(errors: readonly string[], detail: Detail): string {
  const text = errors.join("\n\n");
  const longest = longestError[detail];
  if (text.length <= longest) return codeBlock(text);
  const end = text.slice(-longest);
  const from = end.indexOf("\n") + 1;
  const left = (text.length - end.length + from).toLocaleString("en-US");
  return `The last lines; ${left} characters before them are in the log of the run.\n\n${codeBlock(end.slice(from))}`;
}

function migrationLines(runs: readonly MigrationRun[], detail: Detail): string[] {
  if (runs.length === 0) return [];
  const findings = runs.flatMap(({ findings: found }) => found).length;
  if (detail >= 3)
    return [`- runs ${String(runs.length)} migrations, ${String(findings)} findings of the linter`];
  return runs.flatMap((run) => {
    const line = `- runs the migration of ${code(run.app)}: ${scriptWords(run, detail)}`;
    if (detail === 2) return [`${line}, ${String(run.findings.length)} findings of the linter`];
    return [
      line,
      ...run.findings.map(
        (finding) =>
          `  - may break the version that runs: ${code(`${finding.file}:${String(finding.line)}`)} ${code(finding.statement)}: ${finding.advice}`,
      ),
    ];
  });
}

function scriptWords({ scripts }: MigrationRun, detail: Detail): string {
  if (scripts.type === "command") return code(scripts.command);
  if (scripts.type === "image")
    return "its scripts are in the image, which they are is unknown here";
  const { changed, all } = scripts;
  if (changed.length === 0) return `none of its ${String(all)} scripts is new`;
  if (detail >= 2) return `${String(changed.length)} of ${String(all)} scripts new or edited`;
  return changed.map(code).join(", ");
}
