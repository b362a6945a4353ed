import { z } from "zod";
import { outputContract } from "../outputs.ts";

/** One output, or one property inside it, of the contract. */
export interface ContractEntry {
  /** Dotted path; `*` stands for any key, `[]` for any element. */
  readonly path: string;
  readonly type: string;
  readonly optional: boolean;
  readonly secret: boolean;
  readonly description: string;
}

interface JsonSchema {
  readonly type?: string;
  readonly const?: unknown;
  readonly description?: string;
  readonly secret?: boolean;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly additionalProperties?: boolean | JsonSchema;
}

/** The contract as a flat list, in the order of outputs.ts. */
export function contractEntries(): ContractEntry[] {
  return entriesOf("", z.toJSONSchema(outputContract) as JsonSchema);
}

function entriesOf(prefix: string, schema: JsonSchema): ContractEntry[] {
  const inside = (path: string, child: JsonSchema, optional: boolean): ContractEntry[] => [
    {
      path,
      type: typeOf(child),
      optional,
      secret: child.secret ?? false,
      description: child.description ?? "",
    },
    ...entriesOf(`${path}.`, child),
  ];
  const properties = Object.entries(schema.properties ?? {}).flatMap(([name, child]) =>
    inside(`${prefix}${name}`, child, !(schema.required ?? []).includes(name)),
  );
  const values = schema.additionalProperties;
  return typeof values === "object"
    ? [...properties, ...entriesOf(`${prefix}*.`, values)]
    : properties;
}

function typeOf(schema: JsonSchema): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.type === "array") return `${typeOf(schema.items ?? {})}[]`;
  return schema.type ?? "unknown";
}

/** What a reader of the released contract would miss in the current one; empty if nothing. */
export function breakingChanges(
  released: readonly ContractEntry[],
  current: readonly ContractEntry[],
): string[] {
  const now = new Map(current.map((entry) => [entry.path, entry]));
  return released.flatMap(({ path, type, optional, secret }) => {
    const entry = now.get(path);
    if (entry === undefined) return [`${path} was removed`];
    return [
      ...(entry.type === type ? [] : [`${path} was ${type} and is ${entry.type}`]),
      ...(entry.optional && !optional ? [`${path} was always there and is optional`] : []),
      ...(entry.secret === secret ? [] : [`${path} ${secret ? "is no longer" : "became"} secret`]),
    ];
  });
}
