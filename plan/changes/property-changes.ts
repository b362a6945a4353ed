import { isDeepStrictEqual } from "node:util";
import {
  isSecretName,
  isUnknown,
  masked,
  parsedText,
  printed,
  shown,
  tellingName,
  unknownMark,
} from "./values.ts";
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

/** Where a value is, and what of it may be seen. */
interface Place {
  readonly path: string;
  /** The same path as the engine writes it, with indexes. */
  readonly enginePath: string;
  /** Name that tells whether a text is a credential. */
  readonly name: string;
  readonly isHidden: boolean;
}

interface Difference extends Place {
  readonly before: unknown;
  readonly after: unknown;
}

/**
 * What differs between the properties of a resource, as far as their values show it. Of `hidden`
 * properties and of credentials it says where, not what.
 */
export function visibleChanges(
  before: Properties,
  after: Properties,
  hidden: ReadonlySet<string>,
  replaces: (path: string, enginePath: string) => boolean,
): PropertyChange[] {
  return topDifferences(before, after, hidden).map((difference) => ({
    path: difference.path,
    ...(difference.before === undefined ? {} : { before: seen(difference, difference.before) }),
    ...(difference.after === undefined ? {} : { after: seen(difference, difference.after) }),
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
  hidden: ReadonlySet<string>,
  detailedDiff: DetailedDiff,
): PropertyChange[] {
  const replacing = Object.keys(detailedDiff).filter((path) =>
    detailedDiff[path]?.kind.endsWith("-replace"),
  );
  const differences = topDifferences(before, after, hidden);
  const visible = visibleChanges(before, after, hidden, (_, enginePath) =>
    replacing.some((path) => isWithin(path, enginePath)),
  );
  const [older, newer] = [presentable(before, hidden), presentable(after, hidden)];
  const unseen = Object.entries(detailedDiff)
    .filter(([path]) => !differences.some(({ enginePath }) => isWithin(path, enginePath)))
    .map(([path, { kind }]) => ({
      path,
      ...hiddenValues(valueAt(older, path), valueAt(newer, path)),
      replaces: kind.endsWith("-replace"),
    }));
  return [...visible, ...unseen];
}

function seen({ name, isHidden }: Place, value: unknown): string {
  return printed(isHidden ? masked(value) : shown(name, value));
}

function presentable(properties: Properties, hidden: ReadonlySet<string>): Properties {
  return Object.fromEntries(
    Object.entries(properties).map(([name, value]) => [
      name,
      hidden.has(name) ? masked(value) : shown(name, value),
    ]),
  );
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

function topDifferences(
  before: Properties,
  after: Properties,
  hidden: ReadonlySet<string>,
): Difference[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names.flatMap((name) => {
    const path = joined("", name);
    const place = { path, enginePath: path, name, isHidden: hidden.has(name) };
    return differencesOf(before[name], after[name], place);
  });
}

function differencesOf(before: unknown, after: unknown, place: Place): Difference[] {
  if (isDeepStrictEqual(before, after)) return [];
  // What is hidden is told by its keys, not by what may be written in it.
  const [older, newer] = place.isHidden ? [before, after] : [parsedText(before), parsedText(after)];
  if (isRecord(older) && isRecord(newer)) {
    const keys = [...new Set([...Object.keys(older), ...Object.keys(newer)])].sort();
    return keys.flatMap((key) => {
      const names = [tellingName(key, older), tellingName(key, newer)];
      return differencesOf(older[key], newer[key], {
        ...place,
        path: joined(place.path, key),
        enginePath: joined(place.enginePath, key),
        name: names.find(isSecretName) ?? key,
      });
    });
  }
  if (Array.isArray(older) && Array.isArray(newer) && !place.isHidden)
    return differencesOfLists(older, newer, { ...place, name: "" });
  return [{ ...place, before, after }];
}

function differencesOfLists(
  older: readonly unknown[],
  newer: readonly unknown[],
  place: Place,
): Difference[] {
  const at = (name: string, index: number): Place => ({
    ...place,
    path: `${place.path}[${name}]`,
    enginePath: `${place.enginePath}[${String(index)}]`,
  });
  const [before, after] = [byName(older), byName(newer)];
  if (before !== undefined && after !== undefined)
    return [...new Set([...before.keys(), ...after.keys()])].flatMap((name) => {
      const [old, current] = [before.get(name), after.get(name)];
      return differencesOf(
        old?.element,
        current?.element,
        at(name, current?.index ?? old?.index ?? 0),
      );
    });
  // Values in a list have no name to tell them by: a list of them is one value.
  if (![...older, ...newer].every(isRecord)) return [{ ...place, before: older, after: newer }];
  const length = Math.max(older.length, newer.length);
  return Array.from({ length }, (_, index) =>
    differencesOf(older[index], newer[index], at(String(index), index)),
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
