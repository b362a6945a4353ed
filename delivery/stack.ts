import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describeProblems, parseConfiguration } from "../config/parse.ts";
import { readTexts } from "../config/read-texts.ts";
import type { ApplicationConfiguration, Configuration } from "../config/schema.ts";
import type { SqlByApplication } from "../config/sql.ts";
import { parseStackFile } from "../plan/stack-file.ts";
import { UserError } from "./user-error.ts";

/** A stack as its file describes it. */
export interface Stack {
  readonly name: string;
  /** Directory of Pulumi.yaml. */
  readonly root: string;
  /** `Pulumi.<stack>.yaml`, relative to `root`. */
  readonly file: string;
  readonly text: string;
  readonly configuration: Configuration;
  /** SQL of migrations that lie beside the stack file. */
  readonly sql: SqlByApplication;
}

/**
 * Reads a stack's file.
 *
 * @throws UserError for an unknown stack, naming those that exist, and for a wrong configuration,
 * naming all mistakes.
 */
export function openStack(root: string, name: string): Stack {
  const file = `Pulumi.${name}.yaml`;
  if (!/^[A-Za-z0-9][\w.-]*$/.test(name) || !existsSync(join(root, file)))
    throw new UserError(
      `stack is ${JSON.stringify(name)}: give one that has a Pulumi.<stack>.yaml: ${stacksIn(root).join(", ")}`,
      2,
    );
  const text = readFileSync(join(root, file), "utf8");
  const { config, secretKeys } = parse(file, text);
  const own = Object.entries(config)
    .filter(([key]) => key.startsWith(prefix))
    .map(([key, value]) => [key.slice(prefix.length), value] as const);
  const parsed = parseConfiguration(
    Object.fromEntries(own),
    name,
    (path) => readTexts(join(root, path)),
    {
      secretKeys: secretKeys
        .filter((key) => key.startsWith(prefix))
        .map((key) => key.slice(prefix.length)),
    },
  );
  if ("problems" in parsed) throw new UserError(describeProblems(parsed.problems, name), 2);
  return { name, root, file, text, ...parsed };
}

/**
 * One application of a stack.
 *
 * @throws UserError for an unknown one, naming those that exist.
 */
export function appOf({ file, configuration: { apps } }: Stack, name: string) {
  const app: ApplicationConfiguration | undefined = Object.hasOwn(apps, name)
    ? apps[name]
    : undefined;
  if (app === undefined)
    throw new UserError(
      `app is ${JSON.stringify(name)}: give one of ${file}: ${Object.keys(apps).join(", ")} (config slipway:apps)`,
      2,
    );
  return app;
}

const prefix = "slipway:";

function stacksIn(root: string): string[] {
  return readdirSync(root)
    .flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? [])
    .sort();
}

function parse(file: string, text: string) {
  try {
    return parseStackFile(text);
  } catch (error) {
    throw new UserError(`${file}: ${(error as Error).message}`, 2);
  }
}
