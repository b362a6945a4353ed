import { styleText } from "node:util";
import { prices, usd } from "./prices.ts";
import { componentTree, levels, providerCounts, shortNames } from "./report/components.ts";
import type { ComponentNode } from "./report/components.ts";
import type { Plan, Violation, Warning } from "./plan.ts";

export interface SummaryOptions {
  /** Columns of the terminal; fewer than 40 count as 40. */
  readonly width: number;
  readonly color: boolean;
  /** Where the whole plan is, such as `out/staging/report.html`. */
  readonly lookAt: string;
}

/** Most lines of a summary, so that it fits a screen whatever the plan. */
export const maxSummaryLines = 60;
const violationLines = 8;
const warningLines = 13;
const topCosts = 3;
/** Siblings of one type from which on they share a line. */
const collapsedFrom = 5;

type Paint = (format: Parameters<typeof styleText>[0], text: string) => string;

/** What a plan comes to, for a terminal; the last line says where to look next. */
export function summarize(plan: Plan, options: SummaryOptions): string[] {
  const width = Math.max(40, Math.floor(options.width) || 0);
  const paint: Paint = (format, text) =>
    options.color ? styleText(format, text, { validateStream: false }) : text;
  const headlines = spaced([[paint("bold", cut(headline(plan), width))]]);
  const findings = spaced([
    violations(plan.violations, width, paint),
    warnings(plan.warnings, width, paint),
    costs(plan, width, paint),
    outputs(plan, width, paint),
  ]);
  const ending = `Look at ${clean(options.lookAt)}`;
  // The tree has what room the others leave; its title, its blank line and the ending are three.
  const room = maxSummaryLines - headlines.length - findings.length - 3;
  return [...headlines, ...spaced([components(plan, room, width, paint)]), ...findings, ending];
}

/** Sections with a blank line after each. */
function spaced(sections: readonly (readonly string[])[]): string[] {
  return sections.filter(({ length }) => length > 0).flatMap((section) => [...section, ""]);
}

function headline({ stack, resources }: Plan): string {
  const managed = providerCounts(resources);
  const total = managed.reduce((sum, [, count]) => sum + count, 0);
  const shown = managed.slice(0, 3).map(([provider, count]) => `${provider} ${number(count)}`);
  const kinds = shown.length === 0 ? "" : ` (${shown.join(", ")})`;
  return `${clean(stack)}: ${counted(resources.length, "resource")}, ${number(total)} managed by providers${kinds}`;
}

interface Row {
  readonly depth: number;
  readonly name: string;
  readonly type: string;
  readonly resources: number;
  readonly children: readonly ComponentNode[];
}

function components(plan: Plan, room: number, width: number, paint: Paint): string[] {
  const tree = componentTree(plan);
  if (tree.length === 0) return [];
  const rows = expand(rowsOf(tree, 0), room);
  const shown = rows.length > room ? rows.slice(0, room - 1) : rows;
  const nameOf = ({ depth, name }: Row) => `${"  ".repeat(depth + 1)}${name}`;
  const nameWidth = Math.min(
    Math.floor(width / 2) - 4,
    Math.max(...shown.map((row) => nameOf(row).length)) + 2,
  );
  const lines = shown.map((row) => {
    const count = number(row.resources);
    const type = cut(row.type, width - nameWidth - count.length - 2);
    const gap = " ".repeat(
      Math.max(1, Math.min(width, 72) - nameWidth - type.length - count.length),
    );
    const name = cut(nameOf(row), nameWidth - 1).padEnd(nameWidth);
    return `${name}${paint("dim", type)}${gap}${count}`;
  });
  const left = rows.slice(shown.length).reduce((sum, row) => sum + row.resources, 0);
  return [
    paint("bold", cut("Components, and how many resources each has", width)),
    ...lines,
    ...(shown.length < rows.length
      ? [cut(`  and ${number(rows.length - shown.length)} more lines: ${number(left)}`, width)]
      : []),
  ];
}

/** One row per component; siblings of one type share one when there are many. */
function rowsOf(siblings: readonly ComponentNode[], depth: number): Row[] {
  const short = shortNames(siblings.map(({ name }) => name));
  const byType = Map.groupBy(siblings, ({ type }) => type);
  return [...byType].flatMap(([type, members]): Row[] => {
    if (members.length < collapsedFrom)
      return members.map((node) => ({ ...node, depth, name: clean(short(node.name)) }));
    const resources = members.reduce((sum, member) => sum + member.resources, 0);
    const names = members.slice(0, 2).map(({ name }) => clean(short(name)));
    const name = `${names.join(", ")} and ${number(members.length - 2)} more`;
    return [{ depth, name, type: `${number(members.length)} x ${type}`, resources, children: [] }];
  });
}

/** Opens rows as long as there is room: all rows of one type, or none, outer ones first. */
function expand(top: readonly Row[], room: number): Row[] {
  let rows = [...top];
  for (const type of new Set(rows.map((row) => row.type))) {
    const opened = rows.flatMap((row) =>
      row.type === type ? [row, ...rowsOf(row.children, row.depth + 1)] : [row],
    );
    if (opened.length <= room) rows = opened;
  }
  return rows;
}

function violations(found: readonly Violation[], width: number, paint: Paint): string[] {
  if (found.length === 0) return [paint("green", "No violations of policies")];
  const ranked = levels.flatMap((level) => found.filter((violation) => violation.level === level));
  const counts = levels
    .map((level) => [level, found.filter((violation) => violation.level === level).length] as const)
    .filter(([, count]) => count > 0)
    .map(([level, count]) => `${number(count)} ${level}`);
  const alike = Map.groupBy(ranked, ({ level, policy }) => `${level} ${policy}`);
  const entries = [...alike].flatMap(([label, [first, ...others]]) => {
    if (first === undefined) return [];
    const more = others.length === 0 ? "" : ` (and ${number(others.length)} more of this policy)`;
    return {
      label,
      text: `${first.urn.split("::").at(-1) ?? first.urn}: ${first.message}${more}`,
      format: first.level === "mandatory" ? ("red" as const) : ("yellow" as const),
    };
  });
  const title = `${counted(found.length, "violation")} of policies: ${counts.join(", ")}`;
  return [
    paint("bold", cut(title, width)),
    ...list(entries, "policies", violationLines, width, paint),
  ];
}

function warnings(found: readonly Warning[], width: number, paint: Paint): string[] {
  if (found.length === 0) return [];
  const exceptions = found.filter(({ code }) => code === "exception");
  const entries = found
    .filter(({ code }) => code !== "exception")
    .map(({ code, message }) => ({ label: code, text: message, format: "yellow" as const }));
  if (exceptions.length > 0)
    entries.push({
      label: "exception",
      text: `${counted(exceptions.length, "control")} not met on purpose, with reasons in the report`,
      format: "yellow" as const,
    });
  return [
    paint("bold", counted(found.length, "warning")),
    ...list(entries, "warnings", warningLines, width, paint),
  ];
}

interface Entry {
  readonly label: string;
  readonly text: string;
  readonly format: "red" | "yellow";
}

/** Entries in full where all of them fit, else one line each, else as many as fit and the number of the rest. */
function list(
  entries: readonly Entry[],
  noun: string,
  limit: number,
  width: number,
  paint: Paint,
): string[] {
  const cleaned = entries.map((entry) => ({
    ...entry,
    label: cut(entry.label, width - 14),
    text: clean(entry.text),
  }));
  const wrapped = cleaned.flatMap(({ label, text, format }) => {
    const [first = "", ...more] = wrap(text, width - 4, width - 4 - label.length);
    return [`  ${paint(format, label)}  ${first}`, ...more.map((line) => `    ${line}`)];
  });
  if (wrapped.length <= limit) return wrapped;
  const single = cleaned.map(
    ({ label, text, format }) =>
      `  ${paint(format, label)}  ${cut(text, width - 4 - label.length)}`,
  );
  if (single.length <= limit) return single;
  const rest = single.length - limit + 1;
  return [...single.slice(0, limit - 1), `  and ${number(rest)} more ${noun}`];
}

function costs({ cost }: Plan, width: number, paint: Paint): string[] {
  if (cost.items.length === 0) return [];
  const top = cost.items.filter(({ monthly }) => monthly > 0).slice(0, topCosts);
  const total = `About ${usd(cost.monthly)} ${cost.currency} a month`;
  const basis = `, list prices of ${prices.asOf} without traffic`;
  const amountWidth = Math.max(0, ...top.map(({ monthly }) => usd(monthly).length));
  return [
    paint("bold", total) + cut(basis, Math.max(1, width - total.length)),
    ...top.map(({ monthly, basis: reason, urn }) => {
      const line = `  ${usd(monthly).padStart(amountWidth)}  ${urn.split("::").at(-1) ?? urn}: ${reason}`;
      return cut(line, width);
    }),
  ];
}

function outputs(plan: Plan, width: number, paint: Paint): string[] {
  const names = Object.keys(plan.outputs).sort();
  if (names.length === 0) return [];
  const [first = "", second, ...more] = wrap(clean(names.join(", ")), width - 2, width - 9);
  const rest =
    second === undefined ? [] : [`  ${more.length > 0 ? cut(`${second} ...`, width - 2) : second}`];
  return [`${paint("bold", "Outputs")}  ${first}`, ...rest];
}

/** Control characters of names must not reach a terminal. */
function clean(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, " ");
}

function cut(text: string, width: number): string {
  const cleaned = clean(text);
  return cleaned.length <= width ? cleaned : `${cleaned.slice(0, Math.max(0, width - 1))}…`;
}

/** Lines of at most `width` characters, the first of at most `firstWidth`; longer words are cut. */
function wrap(text: string, width: number, firstWidth: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const room = lines.length === 0 ? firstWidth : width;
    if (line === "") line = cut(word, room);
    else if (line.length + 1 + word.length <= room) line += ` ${word}`;
    else {
      lines.push(line);
      line = cut(word, width);
    }
  }
  return [...lines, line];
}

function counted(count: number, noun: string): string {
  return `${number(count)} ${noun}${count === 1 ? "" : "s"}`;
}

function number(count: number): string {
  return count.toLocaleString("en-US");
}
