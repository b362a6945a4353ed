import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** Who administers the clusters of an account. */
export interface ClusterCreatorArgs {
  /** Name of the IAM role, `<project>-eks-cluster-creator`. */
  readonly roleName: string;
  /** ARNs of the IAM roles that may assume it. */
  readonly principalArns: readonly pulumi.Input<string>[];
}

/**
 * The IAM role that administers clusters, `slipway:account.assumeRoleArn` of the stacks. It has no
 * rights in AWS: clusters know it by an access entry, so that none belongs to a person.
 */
export class ClusterCreator extends pulumi.ComponentResource {
  /** ARN of the IAM role. */
  readonly roleArn: pulumi.Output<string>;

  constructor(name: string, args: ClusterCreatorArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:identity:ClusterCreator", name, {}, opts);
    const role = new aws.iam.Role(
      name,
      {
        name: args.roleName,
        description: "Administers clusters; has no rights in AWS",
        assumeRolePolicy: pulumi.jsonStringify({
          Version: "2012-10-17",
          Statement: [
            { Effect: "Allow", Principal: { AWS: args.principalArns }, Action: "sts:AssumeRole" },
          ],
        }),
      },
      { parent: this },
    );
    this.roleArn = role.arn;
    this.registerOutputs({ roleArn: this.roleArn });
  }
}
