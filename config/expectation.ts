import type { z } from "zod";
import type { Path } from "./quote.ts";

/** What a schema allows, in words: the remedy of an error message and the rule in the reference. */

export type Schema = z.core.$ZodType;

/** Takes away what only says that a value may be left out. */
export function unwrap(schema: Schema): z.core.$ZodTypes {
  const known = schema as z.core.$ZodTypes;
  const { def } = known._zod;
  return def.type === "optional" || def.type === "default" || def.type === "prefault"
    ? unwrap(def.innerType)
    : known;
}

/** Finds the schema of the value at a path; unions are resolved by the value's discriminator. */
export function schemaAt(schema: Schema, path: Path, value: unknown): Schema | undefined {
  const [key, ...rest] = path;
  if (key === undefined) return schema;
  const inner = member(unwrap(schema), String(key), value);
  return inner && schemaAt(inner, rest, property(value, key));
}

function member(schema: z.core.$ZodTypes, key: string, value: unknown): Schema | undefined {
  const { def } = schema._zod;
  if (def.type === "object") return Object.hasOwn(def.shape, key) ? def.shape[key] : undefined;
  if (def.type === "array") return def.element;
  if (def.type === "record") return def.valueType;
  const option = chosenOption(schema, value);
  return option && member(unwrap(option), key, value);
}

/** The option of a discriminated union that a value has chosen. */
function chosenOption(schema: Schema, value: unknown): Schema | undefined {
  const { def } = unwrap(schema)._zod;
  if (def.type !== "union") return undefined;
  const { discriminator } = def as Partial<z.core.$ZodDiscriminatedUnionDef>;
  if (discriminator === undefined) return undefined;
  const choice = property(value, discriminator);
  return def.options.find((option) => literal(option, discriminator) === choice);
}

/** The value of a discriminator in one option of a union. */
export function literal(option: Schema, discriminator: string): unknown {
  const { def } = unwrap(option)._zod;
  const inner = def.type === "object" ? def.shape[discriminator] : undefined;
  const innerDef = inner && unwrap(inner)._zod.def;
  return innerDef?.type === "literal" ? innerDef.values[0] : undefined;
}

/** Names of the keys that a mapping of this schema may have; undefined where any may be chosen. */
export function allowedKeys(schema: Schema, value: unknown): readonly string[] | undefined {
  const unwrapped = unwrap(schema);
  const { def } = unwrapped._zod;
  if (def.type === "object") return Object.keys(def.shape);
  if (def.type === "record") {
    const key = unwrap(def.keyType)._zod.def;
    return key.type === "enum" ? Object.values(key.entries).map(String) : undefined;
  }
  const option = chosenOption(unwrapped, value);
  return option && allowedKeys(option, value);
}

/** Says what to give: "a whole number from 1 to 1000". */
export function expectation(schema: Schema): string {
  const unwrapped = unwrap(schema);
  const { def } = unwrapped._zod;
  if (def.type === "string") return ownWords(unwrapped) ?? "text that is not empty";
  if (def.type === "number") return ownWords(unwrapped) ?? wholeNumber(unwrapped);
  if (def.type === "boolean") return "true or false";
  if (def.type === "literal") return def.values.join(", ");
  if (def.type === "enum") return oneOf(Object.values(def.entries).map(String));
  if (def.type === "array")
    return `a list of ${count(unwrapped)}, each ${expectation(def.element)}`;
  if (def.type === "record") return "a mapping of names to values";
  if (def.type === "object") return `a mapping with the keys ${Object.keys(def.shape).join(", ")}`;
  return def.type === "union" ? alternatives(def) : "another value";
}

/** Writes alternatives: "one of http01, dns01". */
export function oneOf(values: readonly string[]): string {
  return values.length === 1 ? values.join("") : `one of ${values.join(", ")}`;
}

function alternatives(def: z.core.$ZodUnionDef): string {
  const { discriminator } = def as Partial<z.core.$ZodDiscriminatedUnionDef>;
  if (discriminator === undefined) return def.options.map(expectation).join(", or ");
  const choices = def.options.map((option) => String(literal(option, discriminator)));
  return `a mapping whose ${discriminator} is ${oneOf(choices)}`;
}

/** The first remedy that the schema itself gives with its checks. */
function ownWords(schema: z.core.$ZodTypes): string | undefined {
  for (const { _zod } of [schema, ...(schema._zod.def.checks ?? [])]) {
    const { error } = _zod.def as { error?: (issue: unknown) => unknown };
    const message = error?.({});
    if (typeof message === "string") return message.replace(/^give /, "");
  }
  return undefined;
}

function wholeNumber(schema: z.core.$ZodTypes): string {
  const [minimum, maximum] = bounds(schema);
  if (minimum === undefined) return "a whole number";
  return maximum === undefined
    ? `a whole number of at least ${minimum.toString()}`
    : `a whole number from ${minimum.toString()} to ${maximum.toString()}`;
}

/** Smallest and greatest number, or length of a list, where the schema limits them. */
function bounds(schema: Schema): readonly [number | undefined, number | undefined] {
  let [minimum, maximum]: (number | undefined)[] = [];
  for (const { _zod } of unwrap(schema)._zod.def.checks ?? []) {
    const check = _zod.def as { check: string; value?: number; minimum?: number; maximum?: number };
    if (check.check === "greater_than") minimum = check.value;
    if (check.check === "less_than") maximum = check.value;
    minimum = check.minimum ?? minimum;
    maximum = check.maximum ?? maximum;
  }
  return [minimum, maximum];
}

function count(schema: z.core.$ZodTypes): string {
  const [minimum, maximum] = bounds(schema);
  if (maximum !== undefined) return `${(minimum ?? 0).toString()} to ${maximum.toString()} entries`;
  if (minimum === undefined || minimum === 0) return "entries";
  return minimum === 1 ? "at least 1 entry" : `at least ${minimum.toString()} entries`;
}

/** A property of a value that may be anything. */
export function property(value: unknown, key: string | number): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string | number, unknown>)[key]
    : undefined;
}

/** The value at a path of a value that may be anything. */
export function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((inner, key) => property(inner, key), value);
}
