import * as pulumi from "@pulumi/pulumi";
import { ofIam } from "./environment-names.ts";
import type { Statement } from "./policy.ts";

/** What the bootstrap program made, which no environment's deployment may change. */
export interface Foundation {
  readonly project: string;
  readonly accountId: pulumi.Input<string>;
  readonly partition: pulumi.Input<string>;
  readonly bucketArn: pulumi.Input<string>;
  readonly kmsKeyArns: readonly pulumi.Input<string>[];
}

/** Denials that hold whatever else a deploy role is given. */
export function foundationStatements(foundation: Foundation): Statement[] {
  const { project, bucketArn, kmsKeyArns } = foundation;
  return [
    {
      effect: "Deny",
      sid: "KeepIdentities",
      actions: [
        "iam:AddClientIDToOpenIDConnectProvider",
        "iam:AttachRolePolicy",
        "iam:CreateOpenIDConnectProvider",
        "iam:CreatePolicyVersion",
        "iam:CreateRole",
        "iam:DeleteOpenIDConnectProvider",
        "iam:DeletePolicy",
        "iam:DeletePolicyVersion",
        "iam:DeleteRole",
        "iam:DeleteRolePermissionsBoundary",
        "iam:DeleteRolePolicy",
        "iam:DetachRolePolicy",
        "iam:PassRole",
        "iam:PutRolePolicy",
        "iam:SetDefaultPolicyVersion",
        "iam:UpdateAssumeRolePolicy",
        "iam:UpdateOpenIDConnectProviderThumbprint",
        "iam:UpdateRole",
      ],
      resources: [
        ofIam(foundation, "oidc-provider/*"),
        ofIam(foundation, `policy/${project}-*-boundary`),
        ofIam(foundation, `policy/${project}-github-*`),
        ofIam(foundation, `role/${project}-github-*`),
        ofIam(foundation, `role/${project}-eks-cluster-creator`),
      ],
    },
    {
      effect: "Deny",
      sid: "KeepState",
      actions: [
        "s3:DeleteBucket",
        "s3:DeleteBucketPolicy",
        "s3:DeleteObjectVersion",
        "s3:PutBucketPolicy",
        "s3:PutBucketPublicAccessBlock",
        "s3:PutBucketVersioning",
        "s3:PutEncryptionConfiguration",
        "s3:PutLifecycleConfiguration",
      ],
      resources: [bucketArn, pulumi.interpolate`${bucketArn}/*`],
    },
    {
      effect: "Deny",
      sid: "KeepKeys",
      actions: [
        "kms:CreateAlias",
        "kms:CreateGrant",
        "kms:DeleteAlias",
        "kms:DisableKey",
        "kms:DisableKeyRotation",
        "kms:PutKeyPolicy",
        "kms:ScheduleKeyDeletion",
        "kms:TagResource",
        "kms:UntagResource",
        "kms:UpdateAlias",
      ],
      resources: kmsKeyArns,
    },
  ];
}
