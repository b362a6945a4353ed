import { clusterArns, environmentPrefix, environmentRoles } from "./environment-names.ts";
import { logGroupArns, owned, regional } from "./environment-names.ts";
import type { Environment } from "./environment-names.ts";
import type { Statement } from "./policy.ts";

/**
 * Rights to look at what the program makes, as a preview and a refresh do. No right to change
 * anything, and none to a value that is secret: not to Secrets Manager, parameters or logs' lines.
 */
export function platformReadStatements(environment: Environment): Statement[] {
  const prefix = environmentPrefix(environment);
  const at = (service: string, path: string) => regional(environment, service, path);
  return [
    {
      sid: "AnyPlatformListed",
      actions: [...listing],
      resources: ["*"],
      reason: "listing and describing; these actions know no narrower resource",
    },
    {
      sid: "ReadRoles",
      actions: [
        "iam:GetRole",
        "iam:GetRolePolicy",
        "iam:ListRolePolicies",
        "iam:ListAttachedRolePolicies",
        "iam:ListInstanceProfilesForRole",
        "iam:ListRoleTags",
      ],
      resources: environmentRoles(environment),
    },
    {
      sid: "ReadClusters",
      actions: [
        "eks:DescribeCluster",
        "eks:DescribeNodegroup",
        "eks:DescribeAddon",
        "eks:DescribeAccessEntry",
        "eks:DescribePodIdentityAssociation",
        "eks:DescribeUpdate",
        "eks:ListAssociatedAccessPolicies",
        "eks:ListPodIdentityAssociations",
        "eks:ListTagsForResource",
      ],
      resources: clusterArns(environment),
    },
    {
      sid: "ReadLogGroups",
      actions: ["logs:ListTagsForResource"],
      resources: logGroupArns(environment),
    },
    {
      sid: "ReadSubnetGroups",
      actions: ["rds:DescribeDBSubnetGroups", "rds:ListTagsForResource"],
      resources: [at("rds", `subgrp:${prefix}-*`)],
    },
    {
      sid: "ReadKeys",
      actions: [
        "kms:DescribeKey",
        "kms:GetKeyPolicy",
        "kms:GetKeyRotationStatus",
        "kms:ListResourceTags",
      ],
      resources: [at("kms", "key/*")],
      conditions: owned(environment),
    },
  ];
}

const listing = [
  "ec2:DescribeAddresses",
  "ec2:DescribeAddressesAttribute",
  "ec2:DescribeAvailabilityZones",
  "ec2:DescribeFlowLogs",
  "ec2:DescribeImages",
  "ec2:DescribeInstanceTypes",
  "ec2:DescribeInternetGateways",
  "ec2:DescribeLaunchTemplates",
  "ec2:DescribeLaunchTemplateVersions",
  "ec2:DescribeNatGateways",
  "ec2:DescribeNetworkAcls",
  "ec2:DescribeNetworkInterfaces",
  "ec2:DescribePrefixLists",
  "ec2:DescribeRouteTables",
  "ec2:DescribeSecurityGroupRules",
  "ec2:DescribeSecurityGroups",
  "ec2:DescribeSubnets",
  "ec2:DescribeTags",
  "ec2:DescribeVpcAttribute",
  "ec2:DescribeVpcEndpoints",
  "ec2:DescribeVpcs",
  "eks:DescribeAddonVersions",
  "eks:ListClusters",
  "kms:ListAliases",
  "logs:DescribeLogGroups",
] as const;
