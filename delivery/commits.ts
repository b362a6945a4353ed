import { execFileSync } from "node:child_process";
import type { Release } from "../plan/changes/releases.ts";
import type { CommitRange } from "./release-lines.ts";

/**
 * Commits between the two releases of an application, from a clone of its repository; undefined where
 * the clone does not have both.
 */
export function commitsOf({ before, after }: Release, directory: string): CommitRange | undefined {
  if (before === undefined || after === undefined) return undefined;
  const git = (...args: string[]) =>
    execFileSync("git", ["-C", directory, ...args], {
      encoding: "utf8",
      maxBuffer: 1 << 26,
      stdio: ["ignore", "pipe", "ignore"],
    });
  const log = (from: string, to: string) =>
    git("log", "--format=%H%x1f%s", "--end-of-options", `${from}..${to}`)
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => {
        const [sha = "", subject = ""] = line.split("\x1f");
        return { sha, subject };
      });
  try {
    const forward = log(before, after);
    const backwards = forward.length === 0;
    const changed = git(
      "diff",
      "--name-only",
      "-z",
      "--diff-filter=AMR",
      "--end-of-options",
      before,
      after,
      "--",
      "*.sql",
    );
    return {
      backwards,
      commits: backwards ? log(after, before) : forward,
      scripts: changed.split("\0").filter((file) => file !== ""),
    };
  } catch {
    return undefined;
  }
}
