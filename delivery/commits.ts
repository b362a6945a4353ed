import type { Release } from "../plan/changes/releases.ts";
import type { Git } from "./git.ts";
import type { CommitRange } from "./release-lines.ts";

/**
 * Commits between the two releases of an application, from a clone of its repository; undefined where
 * the clone does not have both.
 */
export async function commitsOf(
  { before, after }: Release,
  clone: Git,
): Promise<CommitRange | undefined> {
  if (before === undefined || after === undefined) return undefined;
  for (const sha of [before, after])
    if ((await clone.commitOf(sha)) === undefined) return undefined;
  const forward = await clone.commitsBetween(before, after);
  const backwards = forward.length === 0;
  return {
    backwards,
    commits: backwards ? await clone.commitsBetween(after, before) : forward,
    scripts: await clone.sqlFilesBetween(before, after),
  };
}
