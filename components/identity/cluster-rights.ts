import type * as pulumi from "@pulumi/pulumi";
import { clusterArns, environmentPrefix, logGroupArns } from "./environment-names.ts";
import { owned, regional, requested } from "./environment-names.ts";
import type { Environment } from "./environment-names.ts";
import type { Statement } from "./policy.ts";

/** Rights to make, change and delete an environment's cluster, its logs, keys and subnet groups. */
export function clusterStatements(environment: Environment): Statement[] {
  const prefix = environmentPrefix(environment);
  const keys = [regional(environment, "kms", "key/*")];
  return [
    { sid: "RunClusters", actions: [...clusters], resources: clusterArns(environment) },
    {
      sid: "KeepLogs",
      actions: [
        "logs:CreateLogGroup",
        "logs:DeleteLogGroup",
        "logs:PutRetentionPolicy",
        "logs:DeleteRetentionPolicy",
        "logs:AssociateKmsKey",
        "logs:DisassociateKmsKey",
        "logs:TagResource",
        "logs:UntagResource",
      ],
      resources: logGroupArns(environment),
    },
    {
      sid: "GroupDatabaseSubnets",
      actions: [
        "rds:CreateDBSubnetGroup",
        "rds:ModifyDBSubnetGroup",
        "rds:DeleteDBSubnetGroup",
        "rds:AddTagsToResource",
        "rds:RemoveTagsFromResource",
      ],
      resources: [regional(environment, "rds", `subgrp:${prefix}-*`)],
    },
    {
      sid: "AnyKeyMade",
      actions: ["kms:CreateKey"],
      resources: ["*"],
      conditions: requested(environment),
      reason: "a key has no ARN before it is made; the request must bear the environment's tags",
    },
    {
      sid: "TagKeys",
      actions: ["kms:TagResource"],
      resources: keys,
      conditions: requested(environment),
    },
    {
      sid: "ChangeOwnKeys",
      actions: [
        "kms:CancelKeyDeletion",
        "kms:CreateAlias",
        "kms:DeleteAlias",
        "kms:DisableKeyRotation",
        "kms:EnableKeyRotation",
        "kms:PutKeyPolicy",
        "kms:ScheduleKeyDeletion",
        "kms:UntagResource",
        "kms:UpdateAlias",
        "kms:UpdateKeyDescription",
      ],
      resources: keys,
      conditions: owned(environment),
    },
    {
      sid: "NameOwnKeys",
      actions: ["kms:CreateAlias", "kms:DeleteAlias", "kms:UpdateAlias"],
      resources: [regional(environment, "kms", `alias/${prefix}-*`)],
    },
    {
      sid: "LendOwnKeysToServices",
      actions: ["kms:CreateGrant"],
      resources: keys,
      conditions: {
        ...owned(environment),
        Bool: { "kms:GrantIsForAWSResource": "true" },
      },
    },
  ];
}

/** Right to be, for the Kubernetes API, the role that administers the cluster. */
export function clusterAdminStatements(creatorRoleArn: pulumi.Input<string>): Statement[] {
  return [{ sid: "AdministerCluster", actions: ["sts:AssumeRole"], resources: [creatorRoleArn] }];
}

const clusters = [
  "eks:AssociateAccessPolicy",
  "eks:AssociateEncryptionConfig",
  "eks:CreateAccessEntry",
  "eks:CreateAddon",
  "eks:CreateCluster",
  "eks:CreateNodegroup",
  "eks:CreatePodIdentityAssociation",
  "eks:DeleteAccessEntry",
  "eks:DeleteAddon",
  "eks:DeleteCluster",
  "eks:DeleteNodegroup",
  "eks:DeletePodIdentityAssociation",
  "eks:DisassociateAccessPolicy",
  "eks:TagResource",
  "eks:UntagResource",
  "eks:UpdateAccessEntry",
  "eks:UpdateAddon",
  "eks:UpdateClusterConfig",
  "eks:UpdateClusterVersion",
  "eks:UpdateNodegroupConfig",
  "eks:UpdateNodegroupVersion",
  "eks:UpdatePodIdentityAssociation",
] as const;
