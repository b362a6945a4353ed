import { property, valueAt } from "./expectation.ts";
import { lostNames, renderProblem, shapeProblems } from "./problems.ts";
import type { Problem } from "./problems.ts";
import { quoteValue } from "./quote.ts";
import type { Finding, WellFormed } from "./rules/rule.ts";
import { rules } from "./rules/rules.ts";
import { configuration } from "./schema.ts";
import type { ApplicationConfiguration, Configuration } from "./schema.ts";
import { application } from "./application/application.ts";
import { readSql } from "./sql.ts";
import type { ReadDirectory, SqlByApplication } from "./sql.ts";

/** A configuration that may be acted on, or every reason why not. */
export type Parsed =
  | { readonly configuration: Configuration; readonly sql: SqlByApplication }
  | { readonly problems: readonly string[] };

export interface ParseOptions {
  /** Keys whose values are encrypted: each is a problem, since secrets never pass through Pulumi. */
  readonly secretKeys?: readonly string[];
}

/**
 * Checks the configuration of a stack: shape, cross-field rules and SQL files, all problems at once.
 *
 * @param raw values by key without the prefix `slipway:`
 * @param environment name of the stack
 * @param readDirectory texts of a directory's files by name, or undefined where there is none
 */
export function parseConfiguration(
  raw: Readonly<Record<string, unknown>>,
  environment: string,
  readDirectory: ReadDirectory,
  options: ParseOptions = {},
): Parsed {
  const secretKeys = options.secretKeys ?? [];
  const result = configuration.safeParse(raw);
  const shape = [
    ...(result.success ? [] : shapeProblems(configuration, raw, result.error.issues)),
    ...lostNames(raw),
  ];
  const known = wellFormed(raw, environment, [
    ...shape.map(({ path }) => path.map(String)),
    ...secretKeys.map((key) => [key]),
  ]);
  const findings = rules.flatMap((rule) => rule.check(known));
  const { sql, findings: sqlFindings } = readSql(known, readDirectory);
  const problems = [
    ...secretKeys.map(encrypted),
    ...shape.filter(({ path }) => !secretKeys.includes(String(path[0]))),
    ...[...findings, ...sqlFindings].map((finding) => located(finding, raw, known)),
  ];
  if (result.success && problems.length === 0) return { configuration: result.data, sql };
  return { problems: [...new Set(inOrder(problems).map((problem) => renderProblem(problem)))] };
}

/** Heading and lines of an error message. */
export function describeProblems(problems: readonly string[], environment: string): string {
  const count = problems.length === 1 ? "1 problem" : `${problems.length.toString()} problems`;
  return [`${count} in Pulumi.${environment}.yaml:`, ...problems.map((line) => `  ${line}`)].join(
    "\n",
  );
}

function encrypted(key: string): Problem {
  return {
    path: [key],
    got: "encrypted",
    remedy:
      "write it in plain text; secrets never pass through Pulumi, they stay in the source of slipway:secrets and apps.<name>.secrets.required names their keys",
  };
}

function located(finding: Finding, raw: unknown, known: WellFormed): Problem {
  const { path, remedy } = finding;
  if (finding.got !== undefined) return { path, remedy, got: finding.got };
  const written = valueAt(raw, path);
  if (written !== undefined) return { path, remedy, got: quoteValue(written, path) };
  const settled = valueAt({ ...known.platform, apps: known.apps }, path);
  const got = settled === undefined ? "missing" : `${quoteValue(settled, path)} by default`;
  return { path, remedy, got };
}

function inOrder(problems: readonly Problem[]): Problem[] {
  const keys = Object.keys(configuration.shape);
  const rank = ({ path }: Problem) =>
    (keys.indexOf(String(path[0])) + keys.length + 1) % (keys.length + 1);
  return problems.toSorted((a, b) => rank(a) - rank(b));
}

/** Parses again whatever part has no problem of shape, so that rules can judge it all the same. */
function wellFormed(
  raw: Readonly<Record<string, unknown>>,
  environment: string,
  malformed: readonly (readonly string[])[],
): WellFormed {
  const has = (...path: string[]) =>
    !malformed.some(
      (bad) =>
        path.every((key, index) => bad[index] === key) ||
        bad.every((key, index) => path[index] === key),
    );
  const platform = Object.fromEntries(
    Object.entries(configuration.shape)
      .filter(([key]) => key !== "apps" && has(key))
      .map(([key, schema]) => [key, schema.parse(property(raw, key))]),
  ) as WellFormed["platform"];
  const rawApps = Object.entries(isRecord(raw.apps) ? raw.apps : {});
  const apps = rawApps.filter(
    ([name, app]) => isRecord(app) && !malformed.some((bad) => bad.length === 2 && bad[1] === name),
  );
  return {
    environment,
    platform,
    apps: Object.fromEntries(
      apps.map(([name, app]) => [name, parts(app, (key) => has("apps", name, key))]),
    ),
    has,
  };
}

function parts(app: unknown, has: (key: string) => boolean): Partial<ApplicationConfiguration> {
  return Object.fromEntries(
    Object.entries(application.shape)
      .filter(([key]) => has(key))
      .map(([key, schema]) => [key, schema.parse(property(app, key))]),
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
