import { sameCommit } from "./commit.ts";
import type { CommittedRelease } from "./past.ts";
import { runsOf } from "./releases.ts";
import type { Run } from "./releases.ts";
import type { Stack } from "./stack.ts";
import type { Update } from "./updates.ts";

/** What ran when in a stack; printed by `slipway releases --json`. */
export interface ReleaseList {
  readonly schemaVersion: 1;
  readonly stack: string;
  readonly applications: readonly ApplicationReleases[];
}

export interface ApplicationReleases {
  readonly app: string;
  /** Commit that the stack file names. */
  readonly current: string;
  /** What ran, newest first; absent where Pulumi's history was not asked. */
  readonly runs?: readonly Run[];
  /** When the stack file got which commit, newest first. */
  readonly commits: readonly ReleaseCommit[];
}

/** A commit of the stack file that gave an application another commit. */
export interface ReleaseCommit {
  readonly sha: string;
  readonly revision: string;
  readonly at: string;
  readonly author: string;
  readonly subject: string;
}

/** Lists the releases of every application that a stack file has. */
export function listReleases(
  { name, configuration }: Stack,
  updates: readonly Update[] | undefined,
  committed: readonly CommittedRelease[],
): ReleaseList {
  return {
    schemaVersion: 1,
    stack: name,
    applications: Object.entries(configuration.apps).map(([app, { image }]) => ({
      app,
      current: image.sha,
      ...(updates === undefined ? {} : { runs: runsOf(updates, app) }),
      commits: commitsOf(committed, app),
    })),
  };
}

/** The list for a terminal, at most `most` rows for each application. */
export function describeReleases(list: ReleaseList, most: number): string[] {
  return list.applications.flatMap(({ app, current, runs, commits }, index) => {
    const rows = runs === undefined ? commits.map(commitRow) : runs.map(runRow);
    const pending =
      runs !== undefined && !runs.some(({ running, sha }) => running && sameCommit(sha, current))
        ? [`  ${current}  in Pulumi.${list.stack}.yaml, not running`]
        : [];
    const none = runs === undefined ? "never committed" : "never ran";
    return [
      ...(index === 0 ? [] : [""]),
      app,
      ...pending,
      ...(rows.length === 0 ? [`  ${none}`] : rows.slice(0, most)),
      ...(rows.length > most ? [`  and ${String(rows.length - most)} earlier (--json)`] : []),
    ];
  });
}

function runRow({ sha, since, result, running, message }: Run): string {
  const state = running ? "running" : result === "succeeded" ? "ran" : result;
  return line(sha, minute(since), state.padEnd(10), message);
}

function commitRow({ sha, at, author, subject }: ReleaseCommit): string {
  return line(sha, minute(at), author, subject);
}

function line(...[sha = "", ...cells]: readonly string[]): string {
  const text = [sha.padEnd(40), ...cells].join("  ");
  // Messages come from anybody who may commit; control characters must not reach a terminal.
  return `  ${text.replace(/[\p{Cc}\p{Cf}]+/gu, " ").trimEnd()}`;
}

/** `2026-11-21 12:25`, UTC. */
function minute(time: string): string {
  return new Date(time).toISOString().slice(0, 16).replace("T", " ");
}

function commitsOf(committed: readonly CommittedRelease[], app: string): ReleaseCommit[] {
  return committed.flatMap(({ shas, revision, at, author, subject }, index) => {
    const sha = shas[app];
    return sha === undefined || sha === committed[index + 1]?.shas[app]
      ? []
      : [{ sha, revision, at, author, subject }];
  });
}
