import type { z } from "zod";
import { allowedKeys, expectation, oneOf, schemaAt, valueAt } from "./expectation.ts";
import type { Schema } from "./expectation.ts";
import { quotePath, quoteText, quoteValue } from "./quote.ts";
import type { Path } from "./quote.ts";

/** One mistake: where, what was found there, and what to do. */
export interface Problem {
  /** Place in the configuration, from the key of the stack file on. */
  readonly path: Path;
  /** What follows "is": a quoted value, `missing`, `unknown`. */
  readonly got: string;
  /** Rule and remedy, lower case, without full stop. */
  readonly remedy: string;
}

/** Writes a problem: `apps.api.image.sha is "latest": give ... (config slipway:apps)`. */
export function renderProblem({ path, got, remedy }: Problem, prefix = "slipway"): string {
  return `${quotePath(path)} is ${got}: ${remedy} (config ${prefix}:${quotePath(path.slice(0, 1))})`;
}

/** Says what is wrong with each part of a value that a schema refused. */
export function shapeProblems(
  schema: Schema,
  value: unknown,
  issues: readonly z.core.$ZodIssue[],
): Problem[] {
  return issues.flatMap((issue) => translate(schema, value, issue));
}

/** Says where a mapping has a key that JavaScript would lose without a word. */
export function lostNames(value: unknown, path: Path = []): Problem[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) => {
    const place = [...path, Array.isArray(value) ? Number(key) : key];
    const lost = { path: place, got: `named ${quoteText(key)}`, remedy: "give another name" };
    return key === "__proto__" ? [lost] : lostNames(inner, place);
  });
}

function translate(schema: Schema, value: unknown, issue: z.core.$ZodIssue): Problem[] {
  const path = issue.path.map((key) => (typeof key === "symbol" ? String(key) : key));
  const found = valueAt(value, path);
  if (issue.code === "unrecognized_keys") {
    const at = schemaAt(schema, path, value);
    const allowed = (at && allowedKeys(at, found)) ?? [];
    return issue.keys.map((key) => ({
      path: [...path, key],
      got: "unknown",
      remedy: unknownRemedy(key, allowed),
    }));
  }
  if (issue.code === "invalid_key") {
    const [cause] = issue.issues;
    const name = String(path.at(-1));
    return [{ path, got: `named ${quoteText(name)}`, remedy: cause?.message ?? "rename it" }];
  }
  const remedy = `give ${expected(schema, path, value, issue)}${quoting(issue, found)}`;
  return [{ path, got: found === undefined ? "missing" : quoteValue(found, path), remedy }];
}

function expected(schema: Schema, path: Path, value: unknown, issue: z.core.$ZodIssue): string {
  if (issue.code === "invalid_union" && issue.discriminator !== undefined && "options" in issue)
    return oneOf((issue.options as unknown[]).map(String));
  if (issue.message.startsWith("give ")) return issue.message.slice("give ".length);
  const at = schemaAt(schema, path, value);
  return at === undefined ? "another value" : expectation(at);
}

/** YAML guesses types: a commit of digits becomes a number, a quoted number stays text. */
function quoting(issue: z.core.$ZodIssue, found: unknown): string {
  if (issue.code !== "invalid_type" || found === undefined) return "";
  if (issue.expected === "string" && typeof found !== "object") return ", in quotes";
  const unquoted =
    issue.expected === "number" || issue.expected === "int" || issue.expected === "boolean";
  return unquoted && typeof found === "string" ? ", without quotes" : "";
}

function unknownRemedy(key: string, allowed: readonly string[]): string {
  const near = nearest(key, allowed);
  const guess = near === undefined ? "" : `did you mean ${near}? `;
  return `${guess}allowed here: ${allowed.join(", ")}`;
}

/** The name that differs least, unless it differs by more than a third. */
function nearest(name: string, names: readonly string[]): string | undefined {
  const ranked = names
    .map((candidate) => ({
      candidate,
      distance: editDistance(name.toLowerCase().slice(0, 64), candidate.toLowerCase()),
    }))
    .filter(({ candidate, distance }) => distance <= Math.max(1, Math.floor(candidate.length / 3)))
    .sort((a, b) => a.distance - b.distance);
  return ranked[0]?.candidate;
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      current.push(Math.min(replaced, (previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}
