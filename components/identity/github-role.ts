import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { gitHubSubjects, gitHubTrust } from "./github-subject.ts";
import type { GitHubContext, GitHubRepository } from "./github-subject.ts";
import { policyDocument } from "./policy.ts";
import type { Statement } from "./policy.ts";

/** What some runs of a repository's workflows may do in AWS. */
export interface GitHubRoleArgs {
  /** Name of the IAM role, at most 64 characters. */
  readonly roleName: string;
  /** What the role is for, for people who look at it in AWS. */
  readonly description: string;
  /** ARN of GitHub's identity provider in the account. */
  readonly providerArn: pulumi.Input<string>;
  /** Repository whose workflows may assume the role. */
  readonly repository: GitHubRepository;
  /** The runs that may: each one exactly. */
  readonly contexts: readonly GitHubContext[];
  /** Rights by subject; each becomes a policy `<role>-<subject>`. */
  readonly rights: Readonly<Record<string, readonly Statement[]>>;
  /**
   * Further policies of the account, by ARN.
   * @default none
   */
  readonly policyArns?: readonly string[];
  /**
   * Minutes until a run's credentials end, 60 to 720.
   * @default 60
   */
  readonly sessionMinutes?: number;
}

/** An IAM role that GitHub workflows assume without a stored key, bound to exact runs. */
export class GitHubRole extends pulumi.ComponentResource {
  /** ARN of the IAM role. */
  readonly roleArn: pulumi.Output<string>;

  constructor(name: string, args: GitHubRoleArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:identity:GitHubRole", name, {}, opts);
    if (args.roleName.length > 64)
      throw new pulumi.RunError(
        `the IAM role name ${args.roleName} has ${String(args.roleName.length)} characters: ` +
          "64 are allowed, shorten the project, stack or application name",
      );
    const subjects = args.contexts.flatMap((context) => gitHubSubjects(args.repository, context));
    if (subjects.length === 0)
      throw new pulumi.RunError(`the role ${args.roleName} trusts no run: name at least one`);

    const role = new aws.iam.Role(
      name,
      {
        name: args.roleName,
        description: args.description,
        assumeRolePolicy: pulumi
          .output(args.providerArn)
          .apply((providerArn) => gitHubTrust(providerArn, subjects)),
        maxSessionDuration: (args.sessionMinutes ?? 60) * 60,
      },
      { parent: this },
    );
    // Managed policies: all inline ones of a role together may have 10,240 characters only.
    for (const [subject, statements] of Object.entries(args.rights)) {
      const policy = new aws.iam.Policy(
        `${name}-${subject}`,
        {
          name: `${args.roleName}-${subject}`,
          description: `${args.description}: ${subject}`,
          policy: policyDocument(statements),
        },
        { parent: this },
      );
      new aws.iam.RolePolicyAttachment(
        `${name}-${subject}`,
        { role: role.name, policyArn: policy.arn },
        { parent: this },
      );
    }
    for (const policyArn of args.policyArns ?? [])
      new aws.iam.RolePolicyAttachment(
        `${name}-${policyArn.split("/").at(-1) ?? ""}`,
        { role: role.name, policyArn },
        { parent: this },
      );

    this.roleArn = role.arn;
    this.registerOutputs({ roleArn: this.roleArn });
  }
}
