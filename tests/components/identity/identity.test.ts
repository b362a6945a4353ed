import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { EncryptionKey } from "../../../components/identity/encryption-key.ts";
import { PodRole } from "../../../components/identity/pod-role.ts";
import { podIdentityTrust, policyDocument } from "../../../components/identity/policy.ts";
import { document, label, oregon, record, valueOf } from "../cluster/support.ts";

describe("policyDocument", () => {
  it("renders statements with resources that are known later", async () => {
    const rendered = policyDocument([
      {
        sid: "ReadZone",
        actions: ["route53:ListResourceRecordSets"],
        resources: [pulumi.output("arn:aws:route53:::hostedzone/Z1")],
        conditions: { StringEquals: { "aws:PrincipalTag/team": pulumi.output("a") } },
      },
      {
        sid: "AnyZoneListed",
        actions: ["route53:ListHostedZones"],
        resources: ["*"],
        reason: "the list has no narrower resource",
      },
    ]);
    assert.deepEqual(document(await valueOf(rendered)), {
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "ReadZone",
          Effect: "Allow",
          Action: ["route53:ListResourceRecordSets"],
          Resource: ["arn:aws:route53:::hostedzone/Z1"],
          Condition: { StringEquals: { "aws:PrincipalTag/team": "a" } },
        },
        {
          Sid: "AnyZoneListed",
          Effect: "Allow",
          Action: ["route53:ListHostedZones"],
          Resource: ["*"],
        },
      ],
    });
  });

  it("denies where asked to, then also everything", async () => {
    const rendered = policyDocument([
      { effect: "Deny", sid: "KeepBucket", actions: ["s3:DeleteBucket"], resources: ["*"] },
    ]);
    assert.deepEqual(document(await valueOf(rendered)), {
      Version: "2012-10-17",
      Statement: [
        { Sid: "KeepBucket", Effect: "Deny", Action: ["s3:DeleteBucket"], Resource: ["*"] },
      ],
    });
  });

  it("fails for the action * and for an unexplained resource *", () => {
    const actions = ["ec2:DescribeInstances"];
    assert.throws(() => policyDocument([{ actions: ["*"], resources: ["arn"] }]), /action "\*"/);
    assert.throws(
      () => policyDocument([{ sid: "AnyInstance", actions, resources: ["*"] }]),
      /AnyInstance has the resource "\*": give a narrower ARN, or a reason/,
    );
    assert.throws(
      () => policyDocument([{ sid: "Read", actions, resources: ["*"], reason: "no ARN" }]),
      /a sid that begins with "Any"/,
    );
  });
});

describe("PodRole", () => {
  const build = () =>
    new PodRole("dns", {
      roleName: "acme-staging-dns",
      clusterName: "acme",
      namespace: "dns",
      serviceAccount: "external-dns",
      statements: [{ sid: "Change", actions: ["route53:GetChange"], resources: ["arn:z"] }],
      managedPolicyArns: ["arn:aws:iam::aws:policy/Some"],
    });

  it("gives one service account one role with its rights", async () => {
    const registrations = await record(build);
    const role = registrations.one("aws:iam/role:Role");
    assert.equal(role.inputs.name, "acme-staging-dns");
    assert.equal(role.inputs.assumeRolePolicy, podIdentityTrust);
    assert.deepEqual(
      registrations.one("aws:eks/podIdentityAssociation:PodIdentityAssociation").inputs,
      {
        clusterName: "acme",
        namespace: "dns",
        serviceAccount: "external-dns",
        roleArn: "arn:aws:iam::111111111111:role/acme-staging-dns",
      },
    );
    assert.deepEqual(
      registrations.one("aws:iam/rolePolicyAttachment:RolePolicyAttachment").inputs,
      { role: "acme-staging-dns", policyArn: "arn:aws:iam::aws:policy/Some" },
    );
    assert.equal(
      registrations.one("aws:iam/rolePolicy:RolePolicy").inputs.role,
      "acme-staging-dns",
    );
  });

  it("trusts EKS Pod Identity alone (A16)", () => {
    assert.deepEqual(document(podIdentityTrust), {
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { Service: "pods.eks.amazonaws.com" },
          Action: ["sts:AssumeRole", "sts:TagSession"],
        },
      ],
    });
  });

  it("associates the role only when it has its rights", async () => {
    const registrations = await record(build);
    const association = registrations.one("aws:eks/podIdentityAssociation:PodIdentityAssociation");
    for (const type of ["rolePolicy:RolePolicy", "rolePolicyAttachment:RolePolicyAttachment"])
      assert.ok(registrations.waitsFor(association, registrations.one(`aws:iam/${type}`)), type);
  });

  it("fails before anything is made for a name that IAM would refuse", async () => {
    const args = { clusterName: "acme", namespace: "n", serviceAccount: "s" };
    const registrations = await record(() => {
      assert.throws(
        () => new PodRole("long", { ...args, roleName: "r".repeat(65) }),
        /has 65 characters: 64 are allowed/,
      );
    });
    assert.deepEqual(registrations.all.map(label), ["slipway:identity:PodRole long"]);
  });
});

describe("EncryptionKey", () => {
  const registrationsWith = (protect: boolean) =>
    record(
      () =>
        new EncryptionKey("acme-platform", {
          description: "Secrets and logs",
          accountId: oregon.accountId,
          partition: oregon.partition,
          services: [`logs.${oregon.region}.amazonaws.com`, "events.amazonaws.com"],
          protect,
        }),
      oregon,
    );

  it("admits the account, and services on its behalf only", async () => {
    const { inputs } = (await registrationsWith(true)).one("aws:kms/key:Key");
    const use = [
      "kms:Encrypt",
      "kms:Decrypt",
      "kms:ReEncryptFrom",
      "kms:ReEncryptTo",
      "kms:GenerateDataKey",
      "kms:GenerateDataKeyWithoutPlaintext",
      "kms:DescribeKey",
    ];
    assert.deepEqual(document(inputs.policy), {
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "AnyUseByPolicyOfTheAccount",
          Effect: "Allow",
          Principal: { AWS: "arn:aws-us-gov:iam::222222222222:root" },
          Action: "kms:*",
          Resource: "*",
        },
        {
          Sid: "AnyUseByService1",
          Effect: "Allow",
          Principal: { Service: "logs.us-gov-west-1.amazonaws.com" },
          Action: use,
          Resource: "*",
          Condition: {
            ArnLike: {
              "kms:EncryptionContext:aws:logs:arn":
                "arn:aws-us-gov:logs:us-gov-west-1:222222222222:*",
            },
          },
        },
        {
          Sid: "AnyUseByService2",
          Effect: "Allow",
          Principal: { Service: "events.amazonaws.com" },
          Action: use,
          Resource: "*",
          Condition: { StringEquals: { "aws:SourceAccount": "222222222222" } },
        },
      ],
    });
  });

  it("rotates, and waits 30 days before it is gone", async () => {
    const registrations = await registrationsWith(true);
    const { inputs } = registrations.one("aws:kms/key:Key");
    assert.equal(inputs.enableKeyRotation, true);
    assert.equal(inputs.deletionWindowInDays, 30);
    assert.deepEqual(registrations.one("aws:kms/alias:Alias").inputs, {
      name: "alias/acme-platform",
      targetKeyId: "key-1",
    });
  });

  it("is protected where asked to (A08)", async () => {
    assert.equal((await registrationsWith(true)).one("aws:kms/key:Key").protect, true);
    assert.equal((await registrationsWith(false)).one("aws:kms/key:Key").protect, false);
  });

  it("tells its ARN", async () => {
    let arn: Promise<string> | undefined;
    await record(() => {
      arn = valueOf(
        new EncryptionKey("k", {
          description: "d",
          accountId: "1",
          partition: "aws",
          services: [],
          protect: false,
        }).arn,
      );
    });
    assert.equal(await arn, "arn:aws:kms:ap-south-1:111111111111:key/key-1");
  });
});
