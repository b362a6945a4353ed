import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { boundaryName, environmentRoles } from "./environment-names.ts";
import type { Environment } from "./environment-names.ts";

/** What no role of an environment may ever do. */
export interface PermissionsBoundaryArgs {
  /** Environment whose roles are bound. */
  readonly environment: Environment;
  /** Bucket of Pulumi's state. */
  readonly bucketArn: pulumi.Input<string>;
  /** Keys that no workload has a use for. */
  readonly kmsKeyArns: readonly pulumi.Input<string>[];
}

/**
 * The permissions boundary `<project>-<environment>-boundary` of all roles that the program makes.
 * It grants nothing. Whatever a role is granted, it changes no identity, becomes no other role of
 * the account, and reaches neither Pulumi's state nor the keys of the account's foundation.
 */
export class PermissionsBoundary extends pulumi.ComponentResource {
  /** ARN of the policy. */
  readonly policyArn: pulumi.Output<string>;

  constructor(name: string, args: PermissionsBoundaryArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:identity:PermissionsBoundary", name, {}, opts);
    const { environment, bucketArn, kmsKeyArns } = args;
    const policy = new aws.iam.Policy(
      name,
      {
        name: boundaryName(environment),
        description: `Most that a role of ${environment.project} ${environment.name} may do`,
        policy: pulumi.jsonStringify({
          Version: "2012-10-17",
          Statement: [
            // A boundary grants nothing; without this statement it would leave nothing either.
            { Sid: "AnyWithinBoundary", Effect: "Allow", Action: "*", Resource: "*" },
            {
              Sid: "ChangeNoIdentity",
              Effect: "Deny",
              Action: [...identityChanges],
              Resource: "*",
            },
            {
              // Roles of other accounts remain what they trust.
              Sid: "BecomeNoOtherRole",
              Effect: "Deny",
              Action: ["iam:PassRole", "sts:AssumeRole"],
              NotResource: environmentRoles(environment),
              Condition: { StringEquals: { "aws:ResourceAccount": environment.accountId } },
            },
            {
              Sid: "ReachNoState",
              Effect: "Deny",
              Action: "s3:*",
              Resource: [bucketArn, pulumi.interpolate`${bucketArn}/*`],
            },
            { Sid: "OpenNoState", Effect: "Deny", Action: "kms:*", Resource: kmsKeyArns },
          ],
        }),
      },
      { parent: this },
    );
    this.policyArn = policy.arn;
    this.registerOutputs({ policyArn: this.policyArn });
  }
}

/** Instance profiles and service-linked roles are left out: EKS and the load-balancer controller make them. */
const identityChanges = [
  "account:*",
  "iam:AddUserToGroup",
  "iam:Attach*",
  "iam:CreateAccessKey",
  "iam:CreateGroup",
  "iam:CreateLoginProfile",
  "iam:CreateOpenIDConnectProvider",
  "iam:CreatePolicy",
  "iam:CreatePolicyVersion",
  "iam:CreateRole",
  "iam:CreateSAMLProvider",
  "iam:CreateUser",
  "iam:DeleteRolePermissionsBoundary",
  "iam:DeleteUserPermissionsBoundary",
  "iam:Put*",
  "iam:SetDefaultPolicyVersion",
  "iam:Update*",
  "organizations:*",
] as const;
