import { sameCommit } from "./commit.ts";
import type { Update } from "./updates.ts";

/** One commit of an application for as long as updates in a row had it. */
export interface Run {
  readonly sha: string;
  readonly result: Update["result"];
  /** Start of the first update with it; ISO 8601, UTC. */
  readonly since: string;
  /** Message of the first update with it. */
  readonly message: string;
  /** Whether it is what runs now. */
  readonly running: boolean;
}

/** What ran when, newest first, from a history that is newest first. */
export function runsOf(updates: readonly Update[], app: string): Run[] {
  const running = runningUpdate(updates, app);
  const runs: Run[] = [];
  for (const update of updates.filter(({ kind, whole }) => kind === "update" && whole)) {
    const sha = update.images[app]?.sha;
    if (sha === undefined) continue;
    const later = runs.at(-1);
    const run = {
      sha,
      result: update.result,
      since: update.startedAt,
      message: update.message,
      running: update === running,
    };
    if (later?.sha === sha && later.result === update.result)
      runs[runs.length - 1] = { ...run, running: later.running || run.running };
    else runs.push(run);
  }
  return runs;
}

/** The update that made what runs now: `up` ends well only when every rollout is healthy. */
export function runningUpdate(updates: readonly Update[], app: string): Update | undefined {
  const last = updates.find(
    ({ kind, result, whole }) =>
      result === "succeeded" && whole && (kind === "update" || kind === "destroy"),
  );
  return last?.kind === "update" && last.images[app] !== undefined ? last : undefined;
}

/** The newest update with which a commit of an application was healthy. */
export function healthyUpdate(
  updates: readonly Update[],
  app: string,
  sha: string,
): Update | undefined {
  return healthyUpdates(updates, app).find((update) =>
    sameCommit(update.images[app]?.sha ?? "-", sha),
  );
}

/** Commit of each update with which an application was healthy, newest first. */
export function goodShas(updates: readonly Update[], app: string): string[] {
  return healthyUpdates(updates, app).flatMap(({ images }) => images[app]?.sha ?? []);
}

function healthyUpdates(updates: readonly Update[], app: string): Update[] {
  return updates.filter(
    ({ kind, result, whole, images }) =>
      kind === "update" && result === "succeeded" && whole && images[app] !== undefined,
  );
}
