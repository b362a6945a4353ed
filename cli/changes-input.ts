import { readFileSync } from "node:fs";
import { InvalidArgumentError } from "commander";
import { GitHub, GitHubError } from "../delivery/github.ts";
import { changesOfPreview, failedPreview } from "../plan/changes/from-preview.ts";
import type { StackChanges } from "../plan/changes/stack-changes.ts";
import { UserError } from "../delivery/user-error.ts";

/** An option `<name>=<file>`, given as often as needed. */
export interface NamedFile {
  readonly name: string;
  readonly file: string;
}

/** Reads one more `<name>=<file>` of a repeated option. */
export function namedFiles(value: string, previous: readonly NamedFile[] = []): NamedFile[] {
  const [, name = "", file = ""] = /^([^=]+)=(.+)$/.exec(value) ?? [];
  if (name === "")
    throw new InvalidArgumentError("give <name>=<file>, such as staging=preview.json.");
  if (previous.some((other) => other.name === name))
    throw new InvalidArgumentError(`${name} is given twice: give it once.`);
  return [...previous, { name, file }];
}

/**
 * What the previews of stacks say that will change, the failed ones included. Of a stack that is both,
 * the preview says how far it came and the log why no further.
 *
 * @throws UserError where a file can't be read.
 */
export async function readChanges(
  previews: readonly NamedFile[],
  failed: readonly NamedFile[],
): Promise<StackChanges[]> {
  const today = new Date().toISOString().slice(0, 10);
  const texts = previews.map(({ name, file }) => ({ name, text: readText(file) }));
  const logs = new Map(failed.map(({ name, file }) => [name, readText(file)]));
  const changes = await Promise.all(
    texts.map(({ name, text }) => changesOfPreview(name, text, today, logs.get(name))),
  );
  const previewed = new Set(previews.map(({ name }) => name));
  const without = [...logs].filter(([name]) => !previewed.has(name));
  return [...changes, ...without.map(([name, log]) => failedPreview(name, log))];
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const { code = "unreadable" } = error as NodeJS.ErrnoException;
    throw new UserError(`cannot read ${file} (${code}): give a file that exists`);
  }
}

/**
 * GitHub as the environment of a workflow names it.
 *
 * @throws UserError where token or repository are missing.
 */
export function gitHubOf(repository: string | undefined): GitHub {
  const { GITHUB_TOKEN = "", GITHUB_REPOSITORY = "", GITHUB_API_URL } = process.env;
  if (GITHUB_TOKEN === "") throw new UserError("GITHUB_TOKEN is not set: give a token in it");
  const named = repository ?? GITHUB_REPOSITORY;
  if (named === "")
    throw new UserError("no repository: give --repository <owner/name> or GITHUB_REPOSITORY");
  try {
    return new GitHub({
      token: GITHUB_TOKEN,
      repository: named,
      ...(GITHUB_API_URL === undefined || GITHUB_API_URL === "" ? {} : { apiUrl: GITHUB_API_URL }),
    });
  } catch (error) {
    if (error instanceof GitHubError) throw new UserError(error.message);
    throw error;
  }
}

/** Turns a failure at GitHub into the line that the user sees. */
export async function atGitHub<Result>(action: () => Promise<Result>): Promise<Result> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof GitHubError) throw new UserError(error.message, 1);
    throw error;
  }
}
