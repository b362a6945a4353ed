import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { podIdentityTrust, policyDocument } from "./policy.ts";
import type { Statement } from "./policy.ts";

/** One service account of a cluster and the AWS rights of its pods. */
export interface PodRoleArgs {
  /** Name of the IAM role, at most 64 characters. */
  readonly roleName: string;
  /** Name of the EKS cluster. */
  readonly clusterName: pulumi.Input<string>;
  /** Namespace of the service account. */
  readonly namespace: string;
  /** Name of the service account, which need not exist yet. */
  readonly serviceAccount: string;
  /**
   * Rights of the role.
   * @default none
   */
  readonly statements?: Statement[];
  /**
   * AWS managed policies of the role.
   * @default none
   */
  readonly managedPolicyArns?: pulumi.Input<string>[];
}

/**
 * An IAM role for the pods of one service account, by EKS Pod Identity. Pods receive it only if
 * they start after the association: whatever creates them depends on this component.
 */
export class PodRole extends pulumi.ComponentResource {
  /** ARN of the IAM role. */
  readonly roleArn: pulumi.Output<string>;
  /** Name of the IAM role. */
  readonly roleName: pulumi.Output<string>;

  constructor(name: string, args: PodRoleArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:identity:PodRole", name, {}, opts);
    if (args.roleName.length > 64)
      throw new pulumi.RunError(
        `the IAM role name ${args.roleName} has ${String(args.roleName.length)} characters: ` +
          "64 are allowed, shorten the project, stack or application name",
      );

    const role = new aws.iam.Role(
      name,
      {
        name: args.roleName,
        description: `Pods of service account ${args.namespace}/${args.serviceAccount}`,
        assumeRolePolicy: podIdentityTrust,
      },
      { parent: this },
    );
    const rights: pulumi.Resource[] = (args.managedPolicyArns ?? []).map(
      (policyArn, index) =>
        new aws.iam.RolePolicyAttachment(
          `${name}-managed-${String(index)}`,
          { role: role.name, policyArn },
          { parent: this },
        ),
    );
    if (args.statements !== undefined && args.statements.length > 0)
      rights.push(
        new aws.iam.RolePolicy(
          `${name}-policy`,
          { role: role.name, policy: policyDocument(args.statements) },
          { parent: this },
        ),
      );
    // Pods would receive a role without rights if the association came before the policies.
    new aws.eks.PodIdentityAssociation(
      `${name}-association`,
      {
        clusterName: args.clusterName,
        namespace: args.namespace,
        serviceAccount: args.serviceAccount,
        roleArn: role.arn,
      },
      { parent: this, dependsOn: rights },
    );

    this.roleArn = role.arn;
    this.roleName = role.name;
    this.registerOutputs({ roleArn: this.roleArn, roleName: this.roleName });
  }
}
