import * as pulumi from "@pulumi/pulumi";

/** A repository on GitHub. */
export interface GitHubRepository {
  /** User or organization, spelt as GitHub spells it. */
  readonly owner: string;
  /** Name of the repository, spelt as GitHub spells it. */
  readonly name: string;
  /**
   * Numbers that GitHub gave the owner and the repository (`gh api repos/<owner>/<name> --jq '.owner.id, .id'`).
   * Tokens of repositories that were made, renamed or transferred since 2026-07-15 name them.
   * @default tokens with numbers are refused
   */
  readonly ids?: { readonly owner: number; readonly repository: number } | undefined;
}

/** Which runs of a repository's workflows are meant. */
export type GitHubContext =
  /** Jobs that name a GitHub environment, and so passed its protection rules. */
  | { readonly type: "environment"; readonly name: string }
  /** Runs for a pull request from the repository itself; GitHub gives forks no token. */
  | { readonly type: "pullRequest" }
  /** Runs for a branch, the scheduled ones of the default branch included. */
  | { readonly type: "branch"; readonly name: string };

/** Host of GitHub's identity provider, the prefix of the claims in conditions. */
export const gitHubIssuer = "token.actions.githubusercontent.com";

const parts = {
  owner: /^[A-Za-z0-9][A-Za-z0-9-]{0,38}$/,
  repository: /^[A-Za-z0-9._-]{1,100}$/,
  environment: /^[A-Za-z0-9._-]{1,100}$/,
  branch: /^(?!.*\.\.)[A-Za-z0-9][A-Za-z0-9._/-]{0,199}$/,
} as const;

/**
 * The `sub` claims of such runs in both of GitHub's forms, with and without numbers. Nothing in
 * them stands for anything else: conditions compare them with `StringEquals`.
 *
 * @throws pulumi.RunError where a name has characters of a pattern or of another claim.
 */
export function gitHubSubjects(repository: GitHubRepository, context: GitHubContext): string[] {
  const { owner, name, ids } = repository;
  const run = runOf(context);
  return [
    `repo:${exact("owner", owner)}/${exact("repository", name)}:${run}`,
    ...(ids === undefined
      ? []
      : [`repo:${owner}@${whole(ids.owner)}/${name}@${whole(ids.repository)}:${run}`]),
  ];
}

/** Trust policy of a role for runs with exactly these subjects. */
export function gitHubTrust(providerArn: string, subjects: readonly string[]): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Federated: providerArn },
        Action: "sts:AssumeRoleWithWebIdentity",
        Condition: {
          StringEquals: {
            [`${gitHubIssuer}:aud`]: "sts.amazonaws.com",
            [`${gitHubIssuer}:sub`]: subjects,
          },
        },
      },
    ],
  });
}

function runOf(context: GitHubContext): string {
  switch (context.type) {
    case "environment":
      return `environment:${exact("environment", context.name)}`;
    case "branch":
      return `ref:refs/heads/${exact("branch", context.name)}`;
    case "pullRequest":
      return "pull_request";
  }
}

function exact(part: keyof typeof parts, value: string): string {
  if (parts[part].test(value)) return value;
  throw new pulumi.RunError(
    `the GitHub ${part} is ${JSON.stringify(value)}: give its exact name, without wildcards or colons`,
  );
}

function whole(id: number): string {
  if (Number.isSafeInteger(id) && id > 0) return String(id);
  throw new pulumi.RunError(`the GitHub id is ${String(id)}: give the number that GitHub shows`);
}
