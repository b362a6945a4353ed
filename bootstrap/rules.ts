import type { Configuration } from "./schema.ts";

/** What no key alone can tell: names that would reach into one another. */

interface Finding {
  readonly path: readonly (string | number)[];
  readonly got: string;
  readonly remedy: string;
}

/** Second parts of names that this program itself gives. */
const taken = ["eks", "github", "images", "kubernetes", "pulumi"];

/** Every break of a rule. */
export function ruleFindings(configuration: Configuration): Finding[] {
  const { project, environments, repositories, imageConsumers, accountId } = configuration;
  const stacks = Object.keys(environments);
  const begins = (name: string, other: string) => name.startsWith(`${other}-`);
  return [
    ...stacks
      .filter((name) => taken.some((part) => name === part || begins(name, part)))
      .map((name) => ({
        path: ["environments", name],
        got: "named like what all environments share",
        remedy: `rename the stack: ${taken.join(", ")} are taken, also as beginnings`,
      })),
    ...stacks.flatMap((name) =>
      stacks
        .filter((other) => begins(name, other))
        .map((other) => ({
          path: ["environments", name],
          got: `named like a part of ${other}`,
          remedy: `rename one of the two, or give them accounts of their own: the roles of ${other} may change ${project}-${other}-*`,
        })),
    ),
    ...Object.keys(repositories)
      .map((name) => ({ name, role: pushRoleName(project, name) }))
      .filter(({ role }) => role.length > 64)
      .map(({ name, role }) => ({
        path: ["repositories", name],
        got: `${String(name.length)} characters long`,
        remedy: `shorten it: the role ${role} may have 64 characters`,
      })),
    ...(accountId in imageConsumers
      ? [
          {
            path: ["imageConsumers", accountId],
            got: "this account itself",
            remedy: "leave it out: its own roles have the rights already",
          },
        ]
      : []),
  ];
}

/** Name of the role that an application's repository pushes images with. */
export function pushRoleName(project: string, application: string): string {
  return `${project}-github-push-${application}`;
}

/** Name of the role that deploys an environment. */
export function deployRoleName(project: string, environment: string): string {
  return `${project}-github-deploy-${environment}`;
}
