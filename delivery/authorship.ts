import { z } from "zod";

/** What GitHub tells of a comment or an issue, as far as both have it. */
export const written = z.looseObject({
  html_url: z.string(),
  body: z.string().nullish(),
  author_association: z.string().nullish(),
  user: z.looseObject({ type: z.string().nullish() }).nullish(),
});

/**
 * Whether it begins with our marker and a workflow or somebody with rights in the repository wrote it:
 * a stranger who writes the marker must not get his text edited, nor keep ours away.
 */
export function isOurs(
  { body, user, author_association }: z.infer<typeof written>,
  marker: string,
): boolean {
  const isByTeam =
    user?.type === "Bot" || ["OWNER", "MEMBER", "COLLABORATOR"].includes(author_association ?? "");
  return isByTeam && body?.startsWith(marker) === true;
}
