import { at, hasKey, judgeEach, listAt, parsed, shown, textAt, textsAt } from "./read.ts";
import { ofType, waitsFor, type Rule, type StackResource } from "./rule.ts";

const bucket = "aws:s3/bucket:Bucket";

/** A setting that each bucket needs, as a resource beside it. */
interface Setting {
  readonly type: string;
  /** What is wrong with the setting, or undefined. */
  readonly fault: (props: unknown) => string | undefined;
  /** What a bucket without the setting is. */
  readonly missing: string;
}

const publicAccess: Setting = {
  type: "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
  missing: "the bucket does not block public access",
  fault: (props) =>
    ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"]
      .filter((key) => at(props, key) !== true)
      .map((key) => `${key} is ${shown(at(props, key))}: only true is allowed`)[0],
};

const versioning: Setting = {
  type: "aws:s3/bucketVersioning:BucketVersioning",
  missing: "the bucket keeps no versions",
  fault: (props) => {
    const status = at(props, "versioningConfiguration", "status");
    return status === "Enabled"
      ? undefined
      : `versioningConfiguration.status is ${shown(status)}: only "Enabled" is allowed`;
  },
};

const encryption: Setting = {
  type: "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
  missing: "the bucket has no customer key",
  fault: (props) => {
    const rule = at(listAt(props, "rules")[0], "applyServerSideEncryptionByDefault");
    const algorithm = at(rule, "sseAlgorithm");
    if (algorithm !== "aws:kms")
      return `sseAlgorithm is ${shown(algorithm)}: only "aws:kms" is allowed`;
    return hasKey(rule, "kmsMasterKeyId") ? undefined : "kmsMasterKeyId is unset: name the key";
  },
};

const tls: Setting = {
  type: "aws:s3/bucketPolicy:BucketPolicy",
  missing: "the bucket answers without TLS",
  fault: (props) =>
    listAt(parsed(at(props, "policy")), "Statement").some(
      (statement) =>
        textAt(statement, "Effect") === "Deny" &&
        textsAt(statement, "Action").includes("s3:*") &&
        textAt(statement, "Condition", "Bool", "aws:SecureTransport") === "false",
    )
      ? undefined
      : "the policy denies nothing without TLS: deny s3:* where aws:SecureTransport is false",
};

function judge(
  resources: readonly StackResource[],
  { type, fault, missing }: Setting,
  report: (message: string, urn: string) => void,
): void {
  const settings = ofType(resources, type);
  judgeEach(settings, ({ props, urn }) => {
    const found = fault(props);
    if (found !== undefined) report(found, urn);
  });
  for (const each of ofType(resources, bucket)) {
    if (settings.some((setting) => waitsFor(setting, each))) continue;
    report(`${missing}: add a ${type.split(":").at(-1) ?? type}`, each.urn);
  }
}

export const bucketRules: readonly Rule[] = [
  {
    name: "bucket-closed",
    description:
      "S3 buckets block public access and answer over TLS alone (CI-14; NAG S2, NAG S10).",
    tags: ["CI-14"],
    enforcementLevel: "mandatory",
    validateStack: ({ resources }, report) => {
      judgeEach([publicAccess, tls], (setting) => {
        judge(resources, setting, report);
      });
    },
  },
  {
    name: "bucket-recoverable",
    description:
      "S3 buckets keep versions and encrypt with a customer key (CI-14; CKV_AWS_21, CKV_AWS_145).",
    tags: ["CI-14"],
    enforcementLevel: "mandatory",
    validateStack: ({ resources }, report) => {
      judgeEach([versioning, encryption], (setting) => {
        judge(resources, setting, report);
      });
    },
  },
];
