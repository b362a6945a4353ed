import { parseStackFile } from "../plan/stack-file.ts";
import { sameCommit } from "./commit.ts";
import type { FileVersion, Git } from "./git.ts";
import { historyName } from "./histories.ts";
import { goodShas, healthyUpdate, runningUpdate } from "./releases.ts";
import type { Update } from "./updates.ts";

/** What is known of an application's earlier releases to one stack. */
export interface Past {
  /** What says so. */
  readonly source: string;
  /** Commit of each release, newest first; with Pulumi's history, of those that were healthy. */
  readonly shas: readonly string[];
  /** Commit that runs now; absent where nothing does. */
  readonly running?: string;
  /** Commit of this repository from which a release was made. */
  revisionOf(sha: string): string | undefined;
}

/** The past by Pulumi's own record. */
export function recordedPast(updates: readonly Update[], app: string): Past {
  const running = runningUpdate(updates, app)?.images[app]?.sha;
  return {
    source: historyName(updates),
    shas: goodShas(updates, app),
    ...(running === undefined ? {} : { running }),
    revisionOf: (sha) => healthyUpdate(updates, app, sha)?.revision,
  };
}

/**
 * What was released before a commit first was, newest first: what came after it and went again, say
 * because it was put back, is no way back. All of it where the commit was never released.
 */
export function releasedBefore({ shas }: Past, sha: string): string[] {
  const first = shas.findLastIndex((other) => sameCommit(other, sha));
  return [...new Set(shas.slice(first + 1))];
}

/** A committed version of a stack file. */
export interface CommittedRelease extends FileVersion {
  /** Commit of each application. */
  readonly shas: Readonly<Record<string, string>>;
}

/** Reads the commits of applications from the newest versions of a stack file, newest first. */
export async function committedReleases(git: Git, file: string): Promise<CommittedRelease[]> {
  const versions = await git.versionsOf(file, 50);
  const texts = await Promise.all(versions.map(({ revision }) => git.textAt(revision, file)));
  return versions.map((version, index) => ({ ...version, shas: shasOf(texts[index] ?? "") }));
}

/** The past by what was committed: a list of intentions, no evidence that anything ran. */
export function committedPast(releases: readonly CommittedRelease[], app: string): Past {
  const committed = releases.flatMap(({ revision, shas }) => {
    const sha = shas[app];
    return sha === undefined ? [] : [{ revision, sha }];
  });
  const running = committed[0]?.sha;
  return {
    source: "the git history of the stack file",
    shas: committed.map(({ sha }) => sha),
    ...(running === undefined ? {} : { running }),
    revisionOf: (wanted) => {
      const newest = committed.findIndex(({ sha }) => sameCommit(sha, wanted));
      if (newest < 0) return undefined;
      const next = committed.findIndex(
        ({ sha }, index) => index > newest && !sameCommit(sha, wanted),
      );
      return committed.at(next < 0 ? -1 : next - 1)?.revision;
    },
  };
}

function shasOf(text: string): Record<string, string> {
  try {
    const apps = parseStackFile(text).config["slipway:apps"] as
      Record<string, { image?: { sha?: unknown } } | null> | null | undefined;
    return Object.fromEntries(
      Object.entries(apps ?? {}).flatMap(([app, settings]) => {
        const sha = settings?.image?.sha;
        return typeof sha === "string" ? [[app, sha]] : [];
      }),
    );
  } catch {
    return {};
  }
}
