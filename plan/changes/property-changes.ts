import { isDeepStrictEqual } from "node:util";
import { isUnknown, printed, unknownMark } from "./values.ts";
import { secretMark } from "../redact.ts";

/** One property that differs. */
export interface PropertyChange {
  /** Where it is: `spec.template.spec.containers[api].image`; list elements go by their name. */
  readonly path: string;
  /** Short text of the value, `[secret]` where it is one; absent where the property is new. */
  readonly before?: string;
  /** Likewise afterwards; absent where the property goes. */
  readonly after?: string;
  /** Whether this change makes the provider delete the resource and make it anew. */
  readonly replaces: boolean;
}

/** What the engine says of the differences, by property path; the provider's own knowledge. */
export type DetailedDiff = Readonly<Record<string, { readonly kind: string }>>;

type Properties = Readonly<Record<string, unknown>>;

interface Difference {
  readonly path: string;
  /** The same path as the engine writes it, with indexes. */
  readonly enginePath: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** What differs between the properties of a resource, as far as their values show it. */
export function visibleChanges(
  before: Properties,
  after: Properties,
  replaces: (path: string, enginePath: string) => boolean,
): PropertyChange[] {
  return differencesOf(before, after, "", "").map((difference) => ({
    path: difference.path,
    ...(difference.before === undefined ? {} : { before: printed(difference.before) }),
    ...(difference.after === undefined ? {} : { after: printed(difference.after) }),
    replaces: replaces(difference.path, difference.enginePath),
  }));
}

/**
 * What differs according to values and engine. The engine's list adds what can't be seen in the
 * values: secrets, and what only the provider knows.
 */
export function propertyChanges(
  before: Properties,
  after: Properties,
  detailedDiff: DetailedDiff,
): PropertyChange[] {
  const replacing = Object.keys(detailedDiff).filter((path) =>
    detailedDiff[path]?.kind.endsWith("-replace"),
  );
  const differences = differencesOf(before, after, "", "");
  const seen = visibleChanges(before, after, (_, enginePath) =>
    replacing.some((path) => isWithin(path, enginePath)),
  );
  const unseen = Object.entries(detailedDiff)
    .filter(([path]) => !differences.some(({ enginePath }) => isWithin(path, enginePath)))
    .map(([path, { kind }]) => ({
      path,
      ...hiddenValues(valueAt(before, path), valueAt(after, path)),
      replaces: kind.endsWith("-replace"),
    }));
  return [...seen, ...unseen];
}

/** Whether one path is the other or leads through it. */
function isWithin(a: string, b: string): boolean {
  const [short, long] = a.length <= b.length ? [a, b] : [b, a];
  return long === short || (long.startsWith(short) && /[.[]/.test(long.charAt(short.length)));
}

/** Values of a difference that both sides show alike. */
function hiddenValues(before: unknown, after: unknown): { before?: string; after?: string } {
  if (JSON.stringify([before, after]).includes(JSON.stringify(secretMark)))
    return { before: secretMark, after: secretMark };
  return {
    ...(before === undefined ? {} : { before: printed(before) }),
    after: after === undefined || isUnknown(after) ? unknownMark : printed(after),
  };
}

function differencesOf(
  before: unknown,
  after: unknown,
  path: string,
  enginePath: string,
): Difference[] {
  if (isDeepStrictEqual(before, after)) return [];
  const [older, newer] = [parsed(before), parsed(after)];
  if (isRecord(older) && isRecord(newer)) {
    const keys = [...new Set([...Object.keys(older), ...Object.keys(newer)])].sort();
    return keys.flatMap((key) =>
      differencesOf(older[key], newer[key], joined(path, key), joined(enginePath, key)),
    );
  }
  if (Array.isArray(older) && Array.isArray(newer))
    return differencesOfLists(older, newer, path, enginePath);
  return [{ path, enginePath, before, after }];
}

function differencesOfLists(
  older: readonly unknown[],
  newer: readonly unknown[],
  path: string,
  enginePath: string,
): Difference[] {
  const [before, after] = [byName(older), byName(newer)];
  if (before !== undefined && after !== undefined)
    return [...new Set([...before.keys(), ...after.keys()])].flatMap((name) => {
      const [old, current] = [before.get(name), after.get(name)];
      const index = String(current?.index ?? old?.index);
      return differencesOf(
        old?.element,
        current?.element,
        `${path}[${name}]`,
        `${enginePath}[${index}]`,
      );
    });
  // Values in a list have no name to tell them by: a list of them is one value.
  if (![...older, ...newer].every(isRecord))
    return [{ path, enginePath, before: older, after: newer }];
  const length = Math.max(older.length, newer.length);
  return Array.from({ length }, (_, index) =>
    differencesOf(
      older[index],
      newer[index],
      `${path}[${String(index)}]`,
      `${enginePath}[${String(index)}]`,
    ),
  ).flat();
}

/** Elements by their name; undefined where not every element has one of its own. */
function byName(
  list: readonly unknown[],
): Map<string, { readonly index: number; readonly element: unknown }> | undefined {
  const named = new Map<string, { readonly index: number; readonly element: unknown }>();
  for (const [index, element] of list.entries()) {
    const name = isRecord(element) ? element.name : undefined;
    if (typeof name !== "string" || named.has(name)) return undefined;
    named.set(name, { index, element });
  }
  return named;
}

/** IAM's policies and the like are JSON in a text: their statements differ, not the text. */
function parsed(value: unknown): unknown {
  if (typeof value !== "string" || !/^\s*\{/.test(value)) return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function joined(path: string, key: string): string {
  if (!/^[A-Za-z_$][\w$]*$/.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === "" ? key : `${path}.${key}`;
}

function valueAt(root: unknown, path: string): unknown {
  const keys = path.matchAll(/\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]|([^.[\]]+)/g);
  let value = root;
  for (const [, index, quoted, plain] of keys) {
    if (typeof value !== "object" || value === null) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[index ?? quoted ?? plain ?? ""];
  }
  return value;
}
