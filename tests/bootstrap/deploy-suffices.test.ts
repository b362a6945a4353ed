import assert from "node:assert/strict";
import type { RecordedResource } from "../../plan/monitor.ts";
import { allows } from "../support/iam.ts";
import { recordingOf } from "../support/plans.ts";
import { arnOf, bootstrapRecording, bounded, iamArn } from "./support.ts";
import { newTags, ownTags, policiesOf } from "./support.ts";

/** What making, reading and deleting takes, by type; names are found among the inputs. */
const needs: Readonly<
  Record<string, (resource: RecordedResource) => readonly (readonly [string, string, object?])[]>
> = {
  "aws:cloudwatch/logGroup:LogGroup": ({ inputs }) => {
    const group = arnOf("logs", `log-group:${String(inputs.name)}`);
    return [
      ["logs:CreateLogGroup", group],
      ["logs:PutRetentionPolicy", group],
      ["logs:AssociateKmsKey", group],
      ["logs:ListTagsForResource", group],
      ["logs:DeleteLogGroup", group],
    ];
  },
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": () => [
    ["ec2:RevokeSecurityGroupIngress", arnOf("ec2", "security-group/sg-1")],
    ["ec2:CreateTags", arnOf("ec2", "security-group/sg-1"), newTags],
  ],
  "aws:ec2/eip:Eip": () => [
    ["ec2:AllocateAddress", arnOf("ec2", "elastic-ip/e-1"), newTags],
    ["ec2:ReleaseAddress", arnOf("ec2", "elastic-ip/e-1"), ownTags],
  ],
  "aws:ec2/flowLog:FlowLog": () => [
    ["ec2:CreateFlowLogs", arnOf("ec2", "vpc-flow-log/f-1"), newTags],
    ["ec2:CreateFlowLogs", arnOf("ec2", "vpc/vpc-1"), ownTags],
    ["ec2:DeleteFlowLogs", arnOf("ec2", "vpc-flow-log/f-1"), ownTags],
  ],
  "aws:ec2/internetGateway:InternetGateway": () => [
    ["ec2:CreateInternetGateway", arnOf("ec2", "internet-gateway/i-1"), newTags],
    ["ec2:AttachInternetGateway", arnOf("ec2", "vpc/vpc-1"), ownTags],
    ["ec2:DetachInternetGateway", arnOf("ec2", "internet-gateway/i-1"), ownTags],
    ["ec2:DeleteInternetGateway", arnOf("ec2", "internet-gateway/i-1"), ownTags],
  ],
  "aws:ec2/launchTemplate:LaunchTemplate": () => [
    ["ec2:CreateLaunchTemplate", arnOf("ec2", "launch-template/lt-1"), newTags],
    ["ec2:CreateLaunchTemplateVersion", arnOf("ec2", "launch-template/lt-1"), ownTags],
    ["ec2:DeleteLaunchTemplate", arnOf("ec2", "launch-template/lt-1"), ownTags],
  ],
  "aws:ec2/natGateway:NatGateway": () => [
    ["ec2:CreateNatGateway", arnOf("ec2", "natgateway/n-1"), newTags],
    ["ec2:CreateNatGateway", arnOf("ec2", "subnet/s-1"), ownTags],
    ["ec2:CreateNatGateway", arnOf("ec2", "elastic-ip/e-1"), ownTags],
    ["ec2:DeleteNatGateway", arnOf("ec2", "natgateway/n-1"), ownTags],
  ],
  "aws:ec2/route:Route": () => [
    ["ec2:CreateRoute", arnOf("ec2", "route-table/r-1"), ownTags],
    ["ec2:DeleteRoute", arnOf("ec2", "route-table/r-1"), ownTags],
  ],
  "aws:ec2/routeTable:RouteTable": () => [
    ["ec2:CreateRouteTable", arnOf("ec2", "route-table/r-1"), newTags],
    ["ec2:CreateRouteTable", arnOf("ec2", "vpc/vpc-1"), ownTags],
    ["ec2:DeleteRouteTable", arnOf("ec2", "route-table/r-1"), ownTags],
  ],
  "aws:ec2/routeTableAssociation:RouteTableAssociation": () => [
    ["ec2:AssociateRouteTable", arnOf("ec2", "subnet/s-1"), ownTags],
    ["ec2:DisassociateRouteTable", arnOf("ec2", "route-table/r-1"), ownTags],
  ],
  "aws:ec2/subnet:Subnet": () => [
    ["ec2:CreateSubnet", arnOf("ec2", "subnet/s-1"), newTags],
    ["ec2:CreateSubnet", arnOf("ec2", "vpc/vpc-1"), ownTags],
    ["ec2:ModifySubnetAttribute", arnOf("ec2", "subnet/s-1"), ownTags],
    ["ec2:DeleteSubnet", arnOf("ec2", "subnet/s-1"), ownTags],
  ],
  "aws:ec2/vpc:Vpc": () => [
    ["ec2:CreateVpc", arnOf("ec2", "vpc/vpc-1"), newTags],
    ["ec2:ModifyVpcAttribute", arnOf("ec2", "vpc/vpc-1"), ownTags],
    ["ec2:DeleteVpc", arnOf("ec2", "vpc/vpc-1"), ownTags],
  ],
  "aws:ec2/vpcEndpoint:VpcEndpoint": () => [
    ["ec2:CreateVpcEndpoint", arnOf("ec2", "vpc-endpoint/v-1"), newTags],
    ["ec2:CreateVpcEndpoint", arnOf("ec2", "route-table/r-1"), ownTags],
    ["ec2:DeleteVpcEndpoints", arnOf("ec2", "vpc-endpoint/v-1"), ownTags],
  ],
  "aws:eks/accessEntry:AccessEntry": onCluster("AccessEntry", "access-entry"),
  "aws:eks/accessPolicyAssociation:AccessPolicyAssociation": ({ inputs }) => [
    [
      "eks:AssociateAccessPolicy",
      arnOf("eks", `access-entry/${String(inputs.clusterName)}/role/1`),
    ],
  ],
  "aws:eks/addon:Addon": onCluster("Addon", "addon"),
  "aws:eks/cluster:Cluster": ({ inputs }) => {
    const cluster = arnOf("eks", `cluster/${String(inputs.name)}`);
    return [
      ["eks:CreateCluster", cluster],
      ["eks:DescribeCluster", cluster],
      ["eks:UpdateClusterVersion", cluster],
      ["eks:DeleteCluster", cluster],
      [
        "kms:CreateGrant",
        arnOf("kms", "key/1"),
        { ...ownTags, "kms:GrantIsForAWSResource": "true" },
      ],
    ];
  },
  "aws:eks/nodeGroup:NodeGroup": (group) => [
    ...onCluster("Nodegroup", "nodegroup")(group),
    [
      "ec2:RunInstances",
      arnOf("ec2", "instance/*"),
      { "ec2:LaunchTemplate": arnOf("ec2", "launch-template/lt-1") },
    ],
  ],
  "aws:eks/podIdentityAssociation:PodIdentityAssociation": onCluster(
    "PodIdentityAssociation",
    "podidentityassociation",
  ),
  "aws:iam/role:Role": ({ inputs, name }) => {
    const role = iamArn(
      `role/${typeof inputs.name === "string" ? inputs.name : `${name}-1a2b3c4`}`,
    );
    return [
      ["iam:CreateRole", role, bounded],
      ["iam:TagRole", role],
      ["iam:GetRole", role],
      ["iam:UpdateAssumeRolePolicy", role],
      ["iam:DeleteRole", role],
    ];
  },
  "aws:iam/rolePolicy:RolePolicy": ({ inputs }) => [
    ["iam:PutRolePolicy", iamArn(`role/${String(inputs.role)}`), bounded],
    ["iam:GetRolePolicy", iamArn(`role/${String(inputs.role)}`)],
    ["iam:DeleteRolePolicy", iamArn(`role/${String(inputs.role)}`), bounded],
  ],
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": ({ inputs }) => [
    ["iam:AttachRolePolicy", iamArn(`role/${String(inputs.role)}`), bounded],
    ["iam:ListAttachedRolePolicies", iamArn(`role/${String(inputs.role)}`)],
    ["iam:DetachRolePolicy", iamArn(`role/${String(inputs.role)}`), bounded],
  ],
  "aws:kms/alias:Alias": ({ inputs }) => [
    ["kms:CreateAlias", arnOf("kms", String(inputs.name))],
    ["kms:CreateAlias", arnOf("kms", "key/1"), ownTags],
    ["kms:DeleteAlias", arnOf("kms", String(inputs.name))],
  ],
  "aws:kms/key:Key": () => [
    ["kms:CreateKey", "*", newTags],
    ["kms:TagResource", arnOf("kms", "key/1"), newTags],
    ["kms:EnableKeyRotation", arnOf("kms", "key/1"), ownTags],
    ["kms:GetKeyPolicy", arnOf("kms", "key/1"), ownTags],
    ["kms:ScheduleKeyDeletion", arnOf("kms", "key/1"), ownTags],
  ],
  "aws:rds/subnetGroup:SubnetGroup": ({ name }) => [
    ["rds:CreateDBSubnetGroup", arnOf("rds", `subgrp:${name}-1a2b3c4`)],
    ["rds:DeleteDBSubnetGroup", arnOf("rds", `subgrp:${name}-1a2b3c4`)],
  ],
};

function onCluster(noun: string, kind: string) {
  return ({ inputs }: RecordedResource): readonly (readonly [string, string])[] => {
    const arn = arnOf("eks", `${kind}/${String(inputs.clusterName)}/1`);
    const cluster = arnOf("eks", `cluster/${String(inputs.clusterName)}`);
    return [
      [`eks:Create${noun}`, cluster],
      [`eks:Describe${noun}`, arn],
      [`eks:Delete${noun}`, arn],
    ];
  };
}

describe("the rights to deploy and the program", () => {
  it("suffice for every resource that staging registers in AWS", async () => {
    const { resources } = await recordingOf("staging");
    const policies = policiesOf(
      await bootstrapRecording("staging"),
      "slipway-github-deploy-staging",
    );
    const registered = resources.filter(({ type }) => type.startsWith("aws:"));
    assert.ok(registered.length > 60);
    const missing = registered.flatMap((resource) => {
      const needed = needs[resource.type];
      if (needed === undefined) return [`${resource.type} is new: say what it needs`];
      return needed(resource)
        .filter(
          ([action, on, context]) =>
            !allows(policies, {
              action,
              resource: on,
              context: (context ?? {}) as Record<string, string>,
            }),
        )
        .map(([action, on]) => `${action} ${on} for ${resource.name}`);
    });
    assert.deepEqual(missing, []);
  });
});
