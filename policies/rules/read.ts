/**
 * Typed reading of resource properties, which come in any shape.
 *
 * In a preview, reading a property that is not known yet throws the SDK's
 * `UnknownValueError`, and the SDK turns the rule into an advisory. So these
 * readers touch nothing besides the path they are asked for.
 */

export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Value at a path, or undefined where the path ends early. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  let current = value;
  for (const key of path) {
    if (!isFields(current)) return undefined;
    current = current[key];
  }
  return current;
}

/** The value where it has properties, else one that has none. */
export function fieldsOf(value: unknown): Fields {
  return isFields(value) ? value : {};
}

export function textAt(value: unknown, ...path: readonly string[]): string | undefined {
  const found = at(value, ...path);
  return typeof found === "string" ? found : undefined;
}

export function numberAt(value: unknown, ...path: readonly string[]): number | undefined {
  const found = at(value, ...path);
  return typeof found === "number" ? found : undefined;
}

/** List at a path, empty where there is none; a single object counts as a list of one. */
export function listAt(value: unknown, ...path: readonly string[]): readonly unknown[] {
  const found = at(value, ...path);
  if (Array.isArray(found)) return found as readonly unknown[];
  return found === undefined || found === null ? [] : [found];
}

/** Texts at a path, where one text counts as a list of one and other values are left out. */
export function textsAt(value: unknown, ...path: readonly string[]): readonly string[] {
  return listAt(value, ...path).filter((item) => typeof item === "string");
}

/** Names of the properties at a path, without reading their values. */
export function keysAt(value: unknown, ...path: readonly string[]): readonly string[] {
  const found = at(value, ...path);
  return isFields(found) ? Object.keys(found) : [];
}

/** Whether a property is set, without reading its value, which a preview may not know yet. */
export function hasKey(value: unknown, key: string): boolean {
  return isFields(value) && Object.hasOwn(value, key);
}

/** Object behind JSON text, or the value itself where it is none. */
export function parsed(value: unknown): unknown {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return undefined;
  }
}

/** A value as messages show it. */
export function shown(value: unknown): string {
  return value === undefined || value === null ? "unset" : JSON.stringify(value);
}

/** Several values as messages show them. */
export function shownAll(values: Iterable<string>): string {
  return [...values].sort().join(", ");
}

/**
 * Judges every item, also those behind one that holds an unknown value: what can
 * be judged is reported, then the first unknown ends the rule as the SDK wants it.
 */
export function judgeEach<T>(items: readonly T[], judge: (item: T, index: number) => void): void {
  let unknown: Error | undefined;
  for (const index of items.keys()) {
    try {
      judge(items[index] as T, index);
    } catch (error) {
      if (!isUnknownValueError(error)) throw error;
      unknown ??= error;
    }
  }
  if (unknown !== undefined) throw unknown;
}

/** What a reading gives, or undefined where a preview does not know it yet. */
export function known<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (isUnknownValueError(error)) return undefined;
    throw error;
  }
}

// Told by its name: importing the class would load the SDK wherever rules are read.
function isUnknownValueError(error: unknown): error is Error {
  return error instanceof Error && error.constructor.name === "UnknownValueError";
}
