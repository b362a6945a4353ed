import assert from "node:assert/strict";
import { StateBucket } from "../../../components/state/state-bucket.ts";
import { document, record } from "../cluster/support.ts";
import type { Registrations } from "../cluster/support.ts";

const key = "arn:aws:kms:ap-south-1:111111111111:key/1";
const build = (protect = true): Promise<Registrations> =>
  record(
    () =>
      new StateBucket("acme-state", {
        bucketName: "acme-pulumi-state-111111111111",
        kmsKeyArn: key,
        noncurrentDays: 365,
        protect,
      }),
  );
const s3 = (registrations: Registrations, kind: string) =>
  registrations.one(`aws:s3/${kind}:${kind.charAt(0).toUpperCase()}${kind.slice(1)}`);

describe("StateBucket", () => {
  let registrations: Registrations;
  before(async () => {
    registrations = await build();
  });

  it("has its name, and is not emptied by force", () => {
    assert.deepEqual(s3(registrations, "bucket").inputs, {
      bucket: "acme-pulumi-state-111111111111",
      forceDestroy: false,
    });
  });

  it("keeps every version, each for its time", () => {
    const versioning = s3(registrations, "bucketVersioning");
    assert.deepEqual(versioning.inputs.versioningConfiguration, { status: "Enabled" });
    const lifecycle = s3(registrations, "bucketLifecycleConfiguration");
    assert.deepEqual(lifecycle.inputs.rules, [
      {
        id: "replaced-states",
        status: "Enabled",
        filter: { prefix: "" },
        noncurrentVersionExpiration: { noncurrentDays: 365 },
        abortIncompleteMultipartUpload: { daysAfterInitiation: 1 },
      },
    ]);
    assert.ok(registrations.waitsFor(lifecycle, versioning));
  });

  it("encrypts with the key, under the bucket's ARN", () => {
    const { inputs } = s3(registrations, "bucketServerSideEncryptionConfiguration");
    assert.deepEqual(inputs.rules, [
      {
        applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: key },
        bucketKeyEnabled: true,
      },
    ]);
  });

  it("is closed to the public, to ACLs and to connections without TLS", () => {
    const { inputs } = s3(registrations, "bucketPublicAccessBlock");
    assert.deepEqual(inputs, {
      bucket: "acme-pulumi-state-111111111111",
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    assert.deepEqual(s3(registrations, "bucketOwnershipControls").inputs.rule, {
      objectOwnership: "BucketOwnerEnforced",
    });
    const [statement] = (
      document(s3(registrations, "bucketPolicy").inputs.policy) as { Statement: object[] }
    ).Statement;
    assert.partialDeepStrictEqual(statement, {
      Effect: "Deny",
      Principal: "*",
      Action: "s3:*",
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    });
  });

  it("is protected with all its settings where asked to", async () => {
    const custom = ({ all }: Registrations) => all.filter(({ type }) => type.startsWith("aws:"));
    assert.equal(custom(registrations).length, 7);
    assert.ok(custom(registrations).every(({ protect }) => protect));
    assert.ok(custom(await build(false)).every(({ protect }) => !protect));
  });
});
