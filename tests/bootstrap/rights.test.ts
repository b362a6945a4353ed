import assert from "node:assert/strict";
import type { Recording } from "../../plan/monitor.ts";
import { allowedActions, allows } from "../support/iam.ts";
import type { Request } from "../support/iam.ts";
import { ofType, theOne } from "../support/plans.ts";
import { account, arnOf, bootstrapFile, bootstrapRecording, bounded, iamArn } from "./support.ts";
import { newTags, ownTags, policiesOf, stateBucketArn } from "./support.ts";

const viaS3 = {
  "kms:ViaService": "s3.eu-west-1.amazonaws.com",
  "kms:EncryptionContext:aws:s3:arn": stateBucketArn,
};

type Requests = Readonly<Record<string, Request>>;

/** Registers a test for each request. */
function decide(documents: () => readonly string[], verdict: boolean, requests: Requests): void {
  for (const [what, request] of Object.entries(requests))
    it(`${verdict ? "may" : "may not"} ${what}`, () => {
      assert.equal(allows(documents(), request), verdict, JSON.stringify(request));
    });
}

/** What a policy names the key of Pulumi's state by. */
function keyArn({ resources }: Recording): string {
  const encryption = resources.find(({ type }) => /ServerSideEncryption/.test(type));
  const [rule] = encryption?.inputs.rules as {
    applyServerSideEncryptionByDefault: { kmsMasterKeyId: string };
  }[];
  return rule?.applyServerSideEncryptionByDefault.kmsMasterKeyId ?? "";
}

describe("rights in the account of staging", () => {
  let recording: Recording;
  let key: string;
  before(async () => {
    recording = await bootstrapRecording("staging");
    key = keyArn(recording);
  });

  describe("the role that deploys staging", () => {
    const policies = () => policiesOf(recording, "slipway-github-deploy-staging");

    decide(policies, true, {
      "write its own state": {
        action: "s3:PutObject",
        resource: `${stateBucketArn}/.pulumi/stacks/slipway/staging.json`,
      },
      "lock its own state": {
        action: "s3:PutObject",
        resource: `${stateBucketArn}/.pulumi/locks/organization/slipway/staging/1.json`,
      },
      "administer its cluster as the role for that": {
        action: "sts:AssumeRole",
        resource: iamArn("role/slipway-eks-cluster-creator"),
      },
      "make a role within the boundary": {
        action: "iam:CreateRole",
        resource: iamArn("role/slipway-staging-api-secrets-reader"),
        context: bounded,
      },
      "hand a role of its own to EKS": {
        action: "iam:PassRole",
        resource: iamArn("role/slipway-staging-cluster-node-1a2b3c"),
        context: { "iam:PassedToService": "eks.amazonaws.com" },
      },
      "mark an image as deployed": {
        action: "ecr:PutImage",
        resource: arnOf("ecr", "repository/slipway/api"),
      },
      "read for which processors an image is": {
        action: "ecr:GetDownloadUrlForLayer",
        resource: arnOf("ecr", "repository/slipway/api"),
      },
      "change a network that bears its tags": {
        action: "ec2:DeleteVpc",
        resource: arnOf("ec2", "vpc/vpc-1"),
        context: ownTags,
      },
    });
    it("may open its own state and its own secrets", () => {
      assert.ok(allows(policies(), { action: "kms:Decrypt", resource: key, context: viaS3 }));
      const context = { "kms:EncryptionContext:stack": "staging" };
      assert.ok(allows(policies(), { action: "kms:Decrypt", resource: key, context }));
    });

    decide(policies, false, {
      "write another stack's state": {
        action: "s3:PutObject",
        resource: `${stateBucketArn}/.pulumi/stacks/slipway/staging-2.json`,
      },
      "read another stack's state": {
        action: "s3:GetObject",
        resource: `${stateBucketArn}/.pulumi/stacks/slipway/production.json`,
      },
      "read the state of the bootstrap program": {
        action: "s3:GetObject",
        resource: `${stateBucketArn}/.pulumi/stacks/slipway-bootstrap/staging.json`,
      },
      "remove older states": {
        action: "s3:DeleteObjectVersion",
        resource: `${stateBucketArn}/.pulumi/stacks/slipway/staging.json`,
      },
      "make a role without the boundary": {
        action: "iam:CreateRole",
        resource: iamArn("role/slipway-staging-x"),
      },
      "make a role with another boundary": {
        action: "iam:CreateRole",
        resource: iamArn("role/slipway-staging-x"),
        context: { "iam:PermissionsBoundary": "arn:aws:iam::aws:policy/AdministratorAccess" },
      },
      "give rights to a role without the boundary": {
        action: "iam:PutRolePolicy",
        resource: iamArn("role/slipway-staging-x"),
      },
      "lift the boundary of a role": {
        action: "iam:DeleteRolePermissionsBoundary",
        resource: iamArn("role/slipway-staging-x"),
        context: bounded,
      },
      "change the boundary itself": {
        action: "iam:CreatePolicyVersion",
        resource: iamArn("policy/slipway-staging-boundary"),
      },
      "change its own rights": {
        action: "iam:PutRolePolicy",
        resource: iamArn("role/slipway-github-deploy-staging"),
        context: bounded,
      },
      "make a role of another environment": {
        action: "iam:CreateRole",
        resource: iamArn("role/slipway-production-x"),
        context: bounded,
      },
      "hand a role to a service that has no use for one": {
        action: "iam:PassRole",
        resource: iamArn("role/slipway-staging-x"),
        context: { "iam:PassedToService": "lambda.amazonaws.com" },
      },
      "become another deploy role": {
        action: "sts:AssumeRole",
        resource: iamArn("role/slipway-github-deploy-production"),
      },
      "read a secret's value": {
        action: "secretsmanager:GetSecretValue",
        resource: arnOf("secretsmanager", "secret:slipway/application/staging/api-123456"),
      },
      "change a network without its tags": {
        action: "ec2:DeleteVpc",
        resource: arnOf("ec2", "vpc/vpc-2"),
      },
      "change a network of another region": {
        action: "ec2:DeleteVpc",
        resource: `arn:aws:ec2:us-east-1:${account}:vpc/vpc-3`,
        context: ownTags,
      },
      "delete another cluster": {
        action: "eks:DeleteCluster",
        resource: arnOf("eks", "cluster/slipway-production-eu-west-1"),
      },
      "push to a repository of another project": {
        action: "ecr:PutImage",
        resource: arnOf("ecr", "repository/other/api"),
      },
    });
    it("may not open another stack's secrets, nor change the key of the state", () => {
      const context = { "kms:EncryptionContext:stack": "production" };
      assert.ok(!allows(policies(), { action: "kms:Decrypt", resource: key, context }));
      assert.ok(!allows(policies(), { action: "kms:Decrypt", resource: key }));
      for (const action of ["kms:PutKeyPolicy", "kms:ScheduleKeyDeletion"])
        assert.ok(!allows(policies(), { action, resource: key, context: ownTags }), action);
      const marking = { action: "kms:TagResource", resource: key, context: newTags };
      assert.ok(!allows(policies(), marking));
    });

    it("keeps within what AWS takes: ten policies of 6,144 characters, at the longest names", async () => {
      const longest = "a".repeat(20);
      const file = bootstrapFile("staging", {
        project: longest,
        region: "ap-southeast-2",
        environments: { [longest]: {} },
      });
      const wide = await bootstrapRecording("staging", file);
      const own = policiesOf(wide, `${longest}-github-deploy-${longest}`);
      assert.equal(own.length, 5);
      for (const { inputs, urn } of ofType(wide, "aws:iam/policy:Policy"))
        assert.ok(String(inputs.policy).length <= 6144, urn);
      for (const { inputs } of ofType(wide, "aws:iam/policy:Policy"))
        assert.ok(String(inputs.name).length <= 128);
    });
  });

  describe("the role that previews", () => {
    const policies = () => policiesOf(recording, "slipway-github-preview");

    decide(policies, true, {
      "read a stack's state": {
        action: "s3:GetObject",
        resource: `${stateBucketArn}/.pulumi/stacks/slipway/staging.json`,
      },
      "read a stack's history": {
        action: "s3:GetObject",
        resource: `${stateBucketArn}/.pulumi/history/slipway/staging/staging-1.history.json`,
      },
      "find an image by its commit": {
        action: "ecr:DescribeImages",
        resource: arnOf("ecr", "repository/slipway/api"),
      },
      "list zones": { action: "ec2:DescribeAvailabilityZones", resource: "*" },
    });
    decide(policies, false, {
      "write state": {
        action: "s3:PutObject",
        resource: `${stateBucketArn}/.pulumi/stacks/slipway/staging.json`,
      },
      "administer a cluster": {
        action: "sts:AssumeRole",
        resource: iamArn("role/slipway-eks-cluster-creator"),
      },
      "read a secret's value": {
        action: "secretsmanager:GetSecretValue",
        resource: arnOf("secretsmanager", "secret:slipway/application/staging/api-123456"),
      },
      "mark an image as deployed": {
        action: "ecr:PutImage",
        resource: arnOf("ecr", "repository/slipway/api"),
      },
      "read the lines of a log": {
        action: "logs:GetLogEvents",
        resource: arnOf("logs", "log-group:/aws/eks/slipway-staging-eu-west-1/cluster"),
      },
    });

    it("may do nothing but read", () => {
      assert.deepEqual(
        allowedActions(policies()).filter(
          (action) => !/^\w+:(?:BatchGetImage|Describe|Get|List|Decrypt$)/.test(action),
        ),
        [],
      );
    });

    it("opens secrets of the stacks that are previewed, and of no other", async () => {
      const file = bootstrapFile("staging", {
        environments: { staging: {}, production: { preview: false } },
      });
      const two = policiesOf(await bootstrapRecording("staging", file), "slipway-github-preview");
      const open = (stack: string) =>
        allows(two, {
          action: "kms:Decrypt",
          resource: key,
          context: { "kms:EncryptionContext:stack": stack },
        });
      assert.deepEqual([open("staging"), open("production")], [true, false]);
      const state = `${stateBucketArn}/.pulumi/stacks/slipway/production.json`;
      assert.ok(!allows(two, { action: "s3:GetObject", resource: state }));
    });

    it("is not there where nothing is previewed", async () => {
      const file = bootstrapFile("staging", { environments: { staging: { preview: false } } });
      const none = await bootstrapRecording("staging", file);
      assert.deepEqual(ofType(none, "aws:iam/role:Role", /preview/), []);
    });
  });

  describe("a role that pushes images", () => {
    const policies = () => policiesOf(recording, "slipway-github-push-api");

    decide(policies, true, {
      "log in to the registry": { action: "ecr:GetAuthorizationToken", resource: "*" },
      "push to its own repository": {
        action: "ecr:PutImage",
        resource: arnOf("ecr", "repository/slipway/api"),
      },
    });
    decide(policies, false, {
      "push to another repository": {
        action: "ecr:PutImage",
        resource: arnOf("ecr", "repository/slipway/web"),
      },
      "push to one whose name only begins like its own": {
        action: "ecr:InitiateLayerUpload",
        resource: arnOf("ecr", "repository/slipway/api-2"),
      },
      "delete an image": {
        action: "ecr:BatchDeleteImage",
        resource: arnOf("ecr", "repository/slipway/api"),
      },
      "let tags move": {
        action: "ecr:PutImageTagMutability",
        resource: arnOf("ecr", "repository/slipway/api"),
      },
      "read state": {
        action: "s3:GetObject",
        resource: `${stateBucketArn}/.pulumi/stacks/slipway/staging.json`,
      },
    });
  });

  describe("the boundary of staging's roles", () => {
    const policies = () => {
      const { inputs } = theOne(recording, "aws:iam/policy:Policy", /-boundary$/);
      return [String(inputs.policy)];
    };
    const here = { "aws:ResourceAccount": account };

    decide(policies, true, {
      "leave an application its rights": {
        action: "s3:GetObject",
        resource: "arn:aws:s3:::uploads/1",
      },
      "leave the secrets operator its readers": {
        action: "sts:AssumeRole",
        resource: iamArn("role/slipway-staging-api-secrets-reader"),
        context: here,
      },
      "leave a role of another account to that account": {
        action: "sts:AssumeRole",
        resource: "arn:aws:iam::999999999999:role/partner",
        context: { "aws:ResourceAccount": "999999999999" },
      },
      "leave the load-balancer controller its service-linked role": {
        action: "iam:CreateServiceLinkedRole",
        resource: iamArn("role/aws-service-role/elasticloadbalancing.amazonaws.com/x"),
      },
    });
    decide(policies, false, {
      "let a pod make roles": {
        action: "iam:CreateRole",
        resource: iamArn("role/slipway-staging-x"),
      },
      "let a pod give itself rights": {
        action: "iam:PutRolePolicy",
        resource: iamArn("role/slipway-staging-x"),
      },
      "let a pod lift the boundary": {
        action: "iam:DeleteRolePermissionsBoundary",
        resource: iamArn("role/slipway-staging-x"),
      },
      "let a pod become who deploys": {
        action: "sts:AssumeRole",
        resource: iamArn("role/slipway-github-deploy-staging"),
        context: here,
      },
      "let a pod read state": {
        action: "s3:GetObject",
        resource: `${stateBucketArn}/.pulumi/stacks/slipway/staging.json`,
      },
    });
    it("may not let a pod use the key of the state", () => {
      assert.ok(!allows(policies(), { action: "kms:Decrypt", resource: key }));
    });
  });
});
