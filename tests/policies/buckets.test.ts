import { bucketRules } from "../../policies/rules/buckets.ts";
import {
  bucket,
  bucketEncryption,
  bucketPolicy,
  bucketVersioning,
  json,
  publicAccessBlock,
} from "./aws-fixtures.ts";
import { change, testRules, type CasesByRule } from "./support.ts";

const key = "rules.0.applyServerSideEncryptionByDefault";

export const cases: CasesByRule = {
  "bucket-closed": {
    passes: { "no public access and TLS alone": [bucket, publicAccessBlock, bucketPolicy] },
    fails: {
      "a bucket alone": [
        [bucket],
        "the bucket does not block public access: add a BucketPublicAccessBlock",
        "the bucket answers without TLS: add a BucketPolicy",
      ],
      "settings of another bucket": [
        [bucket, publicAccessBlock, { ...bucketPolicy, after: [] }],
        "the bucket answers without TLS: add a BucketPolicy",
      ],
      "public policies": [
        [bucket, change(publicAccessBlock, "restrictPublicBuckets", false), bucketPolicy],
        "restrictPublicBuckets is false: only true is allowed",
      ],
      "a policy about something else": [
        [bucket, publicAccessBlock, change(bucketPolicy, "policy", json({ Effect: "Deny" }))],
        "the policy denies nothing without TLS: deny s3:* where aws:SecureTransport is false",
      ],
    },
  },
  "bucket-recoverable": {
    passes: { "versions and a customer key": [bucket, bucketVersioning, bucketEncryption] },
    fails: {
      "a bucket alone": [
        [bucket],
        "the bucket keeps no versions: add a BucketVersioning",
        "the bucket has no customer key: add a BucketServerSideEncryptionConfiguration",
      ],
      "versions that are suspended": [
        [
          bucket,
          change(bucketVersioning, "versioningConfiguration.status", "Suspended"),
          bucketEncryption,
        ],
        'versioningConfiguration.status is "Suspended": only "Enabled" is allowed',
      ],
      "the key of S3": [
        [bucket, bucketVersioning, change(bucketEncryption, `${key}.sseAlgorithm`, "AES256")],
        'sseAlgorithm is "AES256": only "aws:kms" is allowed',
      ],
      "no key of one's own": [
        [bucket, bucketVersioning, change(bucketEncryption, `${key}.kmsMasterKeyId`, undefined)],
        "kmsMasterKeyId is unset: name the key",
      ],
    },
  },
};

testRules(bucketRules, cases);
