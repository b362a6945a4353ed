import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** Who may use the key. */
export interface EncryptionKeyArgs {
  /** What the key encrypts, for people who look at it in AWS. */
  readonly description: string;
  /** Account that owns the key; its IAM policies decide who uses it. */
  readonly accountId: pulumi.Input<string>;
  /** Partition of the account: `aws`, `aws-cn`, `aws-us-gov`. */
  readonly partition: pulumi.Input<string>;
  /** Service principals that encrypt with the key themselves: `logs.<region>.amazonaws.com`. */
  readonly services: pulumi.Input<string>[];
  /** Whether Pulumi refuses to delete the key. */
  readonly protect: boolean;
}

/** A customer managed KMS key, rotated every year, with an alias of the component's name. */
export class EncryptionKey extends pulumi.ComponentResource {
  /** ARN of the key. */
  readonly arn: pulumi.Output<string>;
  /** Id of the key. */
  readonly keyId: pulumi.Output<string>;

  constructor(name: string, args: EncryptionKeyArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:identity:EncryptionKey", name, {}, opts);

    const key = new aws.kms.Key(
      name,
      {
        description: args.description,
        enableKeyRotation: true,
        deletionWindowInDays: 30,
        policy: pulumi
          .all([args.accountId, args.partition, pulumi.all(args.services)])
          .apply(([accountId, partition, services]) => keyPolicy(accountId, partition, services)),
      },
      { parent: this, protect: args.protect },
    );
    new aws.kms.Alias(
      `${name}-alias`,
      { name: `alias/${name}`, targetKeyId: key.keyId },
      { parent: this },
    );

    this.arn = key.arn;
    this.keyId = key.keyId;
    this.registerOutputs({ arn: this.arn, keyId: this.keyId });
  }
}

/** In a key policy the resource `*` is the key itself. */
function keyPolicy(accountId: string, partition: string, services: string[]): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        // Without it nobody could change the key again; IAM policies of the account decide further.
        Sid: "AnyUseByPolicyOfTheAccount",
        Effect: "Allow",
        Principal: { AWS: `arn:${partition}:iam::${accountId}:root` },
        Action: "kms:*",
        Resource: "*",
      },
      ...services.map((service, index) => ({
        Sid: `AnyUseByService${String(index + 1)}`,
        Effect: "Allow",
        Principal: { Service: service },
        Action: [
          "kms:Encrypt",
          "kms:Decrypt",
          "kms:ReEncryptFrom",
          "kms:ReEncryptTo",
          "kms:GenerateDataKey",
          "kms:GenerateDataKeyWithoutPlaintext",
          "kms:DescribeKey",
        ],
        Resource: "*",
        Condition: serviceCondition(service, accountId, partition),
      })),
    ],
  });
}

/** Keeps a service from using the key on behalf of another account. */
function serviceCondition(service: string, accountId: string, partition: string): object {
  const [name = "", region = ""] = service.split(".");
  // CloudWatch Logs is told apart by its encryption context:
  // https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
  return name === "logs"
    ? {
        ArnLike: {
          "kms:EncryptionContext:aws:logs:arn": `arn:${partition}:logs:${region}:${accountId}:*`,
        },
      }
    : { StringEquals: { "aws:SourceAccount": accountId } };
}
