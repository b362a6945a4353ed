import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { lifecyclePolicy } from "./lifecycle.ts";
import type { Lifecycle } from "./lifecycle.ts";

/** Another account of the project whose clusters run the images. */
export interface ImageConsumer {
  readonly accountId: string;
  /** Names of its roles that mark images as deployed. */
  readonly deployRoleNames: readonly string[];
}

/** The repository of one application's images. */
export interface EcrRepositoryArgs {
  /** Name in ECR, `<project>/<application>`. */
  readonly repositoryName: string;
  /** Key that encrypts the images. */
  readonly kmsKeyArn: pulumi.Input<string>;
  /** Partition of the account: `aws`, `aws-cn`, `aws-us-gov`. */
  readonly partition: pulumi.Input<string>;
  /** What is removed when; never an image that was deployed. */
  readonly lifecycle: Lifecycle;
  /**
   * Other accounts that pull from the repository.
   * @default none: the account's own identities by their policies
   */
  readonly consumers?: readonly ImageConsumer[];
  /** Whether Pulumi refuses to delete the repository. AWS refuses while it holds images. */
  readonly protect: boolean;
}

/**
 * A repository of Amazon ECR whose tags never move, that scans each push, encrypts with a customer
 * key, and forgets images that were never deployed.
 */
export class EcrRepository extends pulumi.ComponentResource {
  /** What `slipway:apps.<app>.image.repository` is set to. */
  readonly repositoryUrl: pulumi.Output<string>;
  /** ARN of the repository. */
  readonly repositoryArn: pulumi.Output<string>;

  constructor(name: string, args: EcrRepositoryArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:registry:EcrRepository", name, {}, opts);

    const repository = new aws.ecr.Repository(
      name,
      {
        name: args.repositoryName,
        imageTagMutability: "IMMUTABLE",
        imageScanningConfiguration: { scanOnPush: true },
        encryptionConfigurations: [{ encryptionType: "KMS", kmsKey: args.kmsKeyArn }],
        forceDelete: false,
      },
      { parent: this, protect: args.protect },
    );
    new aws.ecr.LifecyclePolicy(
      name,
      { repository: repository.name, policy: lifecyclePolicy(args.lifecycle) },
      { parent: this },
    );
    if (args.consumers !== undefined && args.consumers.length > 0)
      new aws.ecr.RepositoryPolicy(
        name,
        { repository: repository.name, policy: consumerPolicy(args.consumers, args.partition) },
        { parent: this },
      );

    this.repositoryUrl = repository.repositoryUrl;
    this.repositoryArn = repository.arn;
    this.registerOutputs({
      repositoryUrl: this.repositoryUrl,
      repositoryArn: this.repositoryArn,
    });
  }
}

/** Pulling for whom the accounts themselves allow it, marking for their deploy roles alone. */
function consumerPolicy(
  consumers: readonly ImageConsumer[],
  partition: pulumi.Input<string>,
): pulumi.Output<string> {
  const accounts = consumers.map(
    ({ accountId }) => pulumi.interpolate`arn:${partition}:iam::${accountId}:root`,
  );
  const roles = consumers.flatMap(({ accountId, deployRoleNames }) =>
    deployRoleNames.map(
      (roleName) => pulumi.interpolate`arn:${partition}:iam::${accountId}:role/${roleName}`,
    ),
  );
  return pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "Pull",
        Effect: "Allow",
        Principal: { AWS: accounts },
        Action: [
          "ecr:BatchCheckLayerAvailability",
          "ecr:BatchGetImage",
          "ecr:DescribeImages",
          "ecr:GetDownloadUrlForLayer",
        ],
      },
      {
        // By condition, since a principal must exist when it is named: roles may come later.
        Sid: "MarkDeployed",
        Effect: "Allow",
        Principal: { AWS: accounts },
        Action: "ecr:PutImage",
        Condition: { ArnEquals: { "aws:PrincipalArn": roles } },
      },
    ],
  });
}
