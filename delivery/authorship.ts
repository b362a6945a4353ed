/** Who wrote a comment or an issue, as GitHub tells it. */
interface Written {
  readonly user?: { readonly type?: string | null | undefined } | null | undefined;
  readonly author_association?: string | null | undefined;
}

/**
 * Whether a workflow or somebody with rights in the repository wrote it: a stranger who writes our
 * marker must not get his text edited, nor keep ours away.
 */
export function isByTeam({ user, author_association }: Written): boolean {
  return (
    user?.type === "Bot" || ["OWNER", "MEMBER", "COLLABORATOR"].includes(author_association ?? "")
  );
}
