import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { describeProblems, parseConfiguration } from "./config/parse.ts";
import { readTexts } from "./config/read-texts.ts";
import type { Configuration } from "./config/schema.ts";
import type { SqlByApplication } from "./config/sql.ts";

/** The SDK's types leave this function out, and Config has no other way to tell what is encrypted. */
const { isConfigSecret } = pulumi.runtime as unknown as {
  readonly isConfigSecret: (key: string) => boolean;
};

export interface ReadConfigurationArgs {
  /** Name of the stack. */
  readonly environment: string;
  /** Directory of Pulumi.yaml; migrations' directories are relative to it. */
  readonly root: string;
}

/** What a stack is made from. */
export interface StackConfiguration {
  readonly configuration: Configuration;
  /** SQL of migrations that lie beside the stack file, by application and file name. */
  readonly sql: SqlByApplication;
}

/**
 * Reads `slipway:*` of the stack's file.
 *
 * @throws pulumi.RunError with all mistakes at once.
 */
export function readConfiguration({
  environment,
  root,
}: ReadConfigurationArgs): StackConfiguration {
  const { values, secretKeys } = readValues("slipway");
  const parsed = parseConfiguration(values, environment, (path) => readTexts(join(root, path)), {
    secretKeys,
  });
  if ("problems" in parsed)
    throw new pulumi.RunError(describeProblems(parsed.problems, environment));
  return parsed;
}

/** What a stack's file says under one prefix. */
export interface StackValues {
  /** Values by key without the prefix; encrypted ones are left out. */
  readonly values: Readonly<Record<string, unknown>>;
  /** Keys whose values are encrypted. */
  readonly secretKeys: readonly string[];
}

/** Reads `<prefix>:*` of the stack's file as it is. */
export function readValues(prefix: string): StackValues {
  const settings = new pulumi.Config(prefix);
  const full = Object.keys(pulumi.runtime.allConfig()).filter((key) =>
    key.startsWith(`${prefix}:`),
  );
  const keys = full.map((key) => key.slice(prefix.length + 1));
  const secretKeys = keys.filter((key) => isConfigSecret(`${prefix}:${key}`));
  const plain = keys.filter((key) => !secretKeys.includes(key));
  const values = Object.fromEntries(plain.map((key) => [key, decode(settings.require(key))]));
  return { values, secretKeys };
}

/** Pulumi hands over text as it is and mappings and lists as JSON. */
function decode(text: string): unknown {
  if (!/^[{[]/.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
