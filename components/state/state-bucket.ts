import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** The bucket of Pulumi's state. */
export interface StateBucketArgs {
  /** Name of the bucket, unique in all of AWS. */
  readonly bucketName: string;
  /** Key that encrypts the state. */
  readonly kmsKeyArn: pulumi.Input<string>;
  /** Days that a state is kept after it was replaced by a newer one. */
  readonly noncurrentDays: number;
  /** Whether Pulumi refuses to delete the bucket. AWS refuses while it holds objects. */
  readonly protect: boolean;
}

/**
 * A versioned S3 bucket that encrypts with a customer key, has no public access and no ACLs, and
 * answers over TLS alone.
 */
export class StateBucket extends pulumi.ComponentResource {
  /** Name of the bucket. */
  readonly bucketName: pulumi.Output<string>;
  /** ARN of the bucket. */
  readonly bucketArn: pulumi.Output<string>;

  constructor(name: string, args: StateBucketArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:state:StateBucket", name, {}, opts);
    const { protect } = args;

    const bucket = new aws.s3.Bucket(
      name,
      { bucket: args.bucketName, forceDestroy: false },
      { parent: this, protect },
    );
    const settings = { parent: this, protect };
    const closed = new aws.s3.BucketPublicAccessBlock(
      name,
      {
        bucket: bucket.bucket,
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      },
      settings,
    );
    new aws.s3.BucketOwnershipControls(
      name,
      { bucket: bucket.bucket, rule: { objectOwnership: "BucketOwnerEnforced" } },
      settings,
    );
    const versioning = new aws.s3.BucketVersioning(
      name,
      { bucket: bucket.bucket, versioningConfiguration: { status: "Enabled" } },
      settings,
    );
    new aws.s3.BucketServerSideEncryptionConfiguration(
      name,
      {
        bucket: bucket.bucket,
        rules: [
          {
            applyServerSideEncryptionByDefault: {
              sseAlgorithm: "aws:kms",
              kmsMasterKeyId: args.kmsKeyArn,
            },
            // One call of KMS for many objects; the rights of roles rely on it (state-rights.ts).
            bucketKeyEnabled: true,
          },
        ],
      },
      settings,
    );
    new aws.s3.BucketLifecycleConfiguration(
      name,
      {
        bucket: bucket.bucket,
        rules: [
          {
            id: "replaced-states",
            status: "Enabled",
            filter: { prefix: "" },
            noncurrentVersionExpiration: { noncurrentDays: args.noncurrentDays },
            abortIncompleteMultipartUpload: { daysAfterInitiation: 1 },
          },
        ],
      },
      // Expiring noncurrent versions means something only once there are versions.
      { ...settings, dependsOn: [versioning] },
    );
    new aws.s3.BucketPolicy(
      name,
      { bucket: bucket.bucket, policy: tlsOnly(bucket.arn) },
      // Two changes of access at the same time conflict in S3.
      { ...settings, dependsOn: [closed] },
    );

    this.bucketName = bucket.bucket;
    this.bucketArn = bucket.arn;
    this.registerOutputs({ bucketName: this.bucketName, bucketArn: this.bucketArn });
  }
}

function tlsOnly(bucketArn: pulumi.Output<string>): pulumi.Output<string> {
  return pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "RefuseWithoutTls",
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: [bucketArn, pulumi.interpolate`${bucketArn}/*`],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ],
  });
}
