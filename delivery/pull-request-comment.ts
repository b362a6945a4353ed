import { z } from "zod";
import { findOurs, written } from "./authorship.ts";
import { commentMarker } from "./comment.ts";
import type { GitHub } from "./github.ts";

const comment = written.extend({ id: z.number() });

/** What was done with the comment. */
export interface Posted {
  readonly action: "created" | "edited";
  readonly url: string;
}

/**
 * Puts the comment on a pull request: edits the one that is there, on whichever page, or makes it. It
 * is one request, so there is the old comment or the new one, never a part.
 *
 * @throws GitHubError that says in one line what to do.
 */
export async function putComment(
  github: GitHub,
  pullRequest: number,
  body: string,
): Promise<Posted> {
  const comments = await github.list(`issues/${String(pullRequest)}/comments`, comment);
  const ours = await findOurs(github, comments, commentMarker);
  const answer = await (ours === undefined
    ? github.send("POST", `issues/${String(pullRequest)}/comments`, { body }, comment)
    : github.send("PATCH", `issues/comments/${String(ours.id)}`, { body }, comment));
  return { action: ours === undefined ? "created" : "edited", url: answer.html_url };
}
