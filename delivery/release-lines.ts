import type { Release } from "../plan/changes/releases.ts";
import type { Detail } from "./change-groups.ts";
import type { Commit } from "./git.ts";
import { code } from "./markdown.ts";

/** Commits between two releases of an application, as its repository tells them. */
export interface CommitRange {
  /** Whether the new release lies before the old one. */
  readonly backwards: boolean;
  /** The newest first. */
  readonly commits: readonly Commit[];
  /** Scripts that came or changed with them, by path. */
  readonly scripts: readonly string[];
}

/** Ranges by application; an application whose repository is not at hand has none. */
export type Commits = ReadonlyMap<string, CommitRange>;

const commitsShown = [20, 10, 0, 0, 0] as const;

/** What is released, and which commits come with it. */
export function releaseLines(
  releases: readonly Release[],
  commits: Commits,
  detail: Detail,
): string[] {
  if (releases.length > 0 && detail >= 3)
    return [`- ${String(releases.length)} applications get another commit, come or go`];
  return releases.flatMap((release) => {
    const range = commits.get(release.app);
    const line = `- ${releaseWords(release)}`;
    if (range === undefined) return [line];
    const count = `${String(range.commits.length)} commit${range.commits.length === 1 ? "" : "s"}`;
    const shown = range.commits.slice(0, commitsShown[detail]);
    const rest = range.commits.length - shown.length;
    return [
      `${line}, ${range.backwards ? `back by ${count}` : count}`,
      ...shown.map(({ sha, subject }) => `  - ${code(sha.slice(0, 12))} ${code(subject)}`),
      ...(rest > 0 && shown.length > 0 ? [`  - and ${String(rest)} earlier ones`] : []),
      ...(range.scripts.length > 0 && detail < 2
        ? [`  - scripts of migrations among them: ${range.scripts.map(code).join(", ")}`]
        : []),
    ];
  });
}

function releaseWords({ app, before, after }: Release): string {
  if (after === undefined) return `removes ${code(app)}, which ran ${shortSha(before)}`;
  if (before === undefined) return `deploys ${code(app)} ${shortSha(after)} for the first time`;
  return `releases ${code(app)}: ${shortSha(before)} → ${shortSha(after)}`;
}

function shortSha(sha = ""): string {
  return code(sha.slice(0, 12));
}
