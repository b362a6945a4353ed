import { z } from "zod";
import type { GitHub } from "./github.ts";

/** What GitHub tells of a comment or an issue, as far as both have it. */
export const written = z.looseObject({
  html_url: z.string(),
  body: z.string().nullish(),
  user: z.looseObject({ login: z.string() }).nullish(),
});

/** Whoever has the token that GitHub gives to a workflow. */
const workflows = "github-actions[bot]";

/**
 * The first that begins with our marker and is by a workflow, or else by whoever has this token; others
 * who write the marker must not get their text edited, nor keep ours away.
 */
export async function findOurs<Written extends z.infer<typeof written>>(
  github: GitHub,
  all: readonly Written[],
  marker: string,
): Promise<Written | undefined> {
  const marked = all.filter(({ body }) => body?.startsWith(marker) === true);
  const by = (login: string) => marked.find(({ user }) => user?.login === login);
  const ours = by(workflows);
  return ours !== undefined || marked.length === 0 ? ours : by(await github.login());
}
