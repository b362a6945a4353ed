import { UserError } from "./user-error.ts";

/** What a release names: a commit, or a tag that stands for one. */
export type Reference =
  | { readonly type: "commit"; readonly sha: string }
  | { readonly type: "tag"; readonly tag: string };

/**
 * Reads the commit or `v` tag that a user typed.
 *
 * @throws UserError for anything else, branches and `latest` included.
 */
export function parseReference(text: string): Reference {
  if (/^[0-9a-f]{7,40}$/.test(text)) return { type: "commit", sha: text };
  if (/^v\d[\w.+-]{0,99}$/.test(text)) return { type: "tag", tag: text };
  throw new UserError(
    `commit is ${JSON.stringify(text)}: give 7 to 40 hexadecimal digits of a commit, or a tag such as v1.2.3`,
    2,
  );
}

/** Whether two spellings, shortened or not, name one commit. */
export function sameCommit(a: string, b: string): boolean {
  return a.startsWith(b) || b.startsWith(a);
}

/** A commit as people read it. */
export function shortSha(sha: string): string {
  return sha.slice(0, 12);
}

/**
 * The spelling of a commit that images already have: a registry knows an image by one tag, and the
 * same image is released everywhere.
 *
 * @throws UserError where a shortened commit stands for several.
 */
export function recordedSpelling(sha: string, recorded: readonly string[]): string {
  const same = [...new Set(recorded.filter((other) => sameCommit(sha, other)))];
  if (same.includes(sha)) return sha;
  if (same.length > 1)
    throw new UserError(
      `commit is ${JSON.stringify(sha)}, which stands for ${same.join(" and ")}: give more digits`,
      2,
    );
  return same[0] ?? sha;
}
