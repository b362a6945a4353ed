import * as pulumi from "@pulumi/pulumi";
import { owned, regional, requested } from "./environment-names.ts";
import type { Environment } from "./environment-names.ts";
import type { Statement } from "./policy.ts";

/**
 * Rights to make, change and delete an environment's network and the templates of its nodes. They
 * have ids instead of names: the tags that the program puts on all it makes tell them apart.
 */
export function networkStatements(environment: Environment): Statement[] {
  const ec2 = (...kinds: string[]) =>
    kinds.map((kind) => regional(environment, "ec2", `${kind}/*`));
  return [
    {
      sid: "MakeTagged",
      actions: [...making, "ec2:CreateInternetGateway", "ec2:CreateVpc", "ec2:AllocateAddress"],
      resources: ec2(...madeKinds),
      conditions: requested(environment),
    },
    {
      sid: "MakeInsideOwn",
      actions: [...making],
      resources: ec2("elastic-ip", "route-table", "security-group", "subnet", "vpc"),
      conditions: owned(environment),
    },
    {
      sid: "TagWhatIsMade",
      actions: ["ec2:CreateTags"],
      resources: ec2(...madeKinds, "instance", "network-interface", "volume"),
      conditions: {
        StringEquals: {
          "ec2:CreateAction": [
            ...making.map((action) => action.replace("ec2:", "")),
            "AllocateAddress",
            "CreateInternetGateway",
            "CreateVpc",
            "RunInstances",
          ],
        },
      },
    },
    {
      sid: "ChangeOwn",
      actions: [...changing],
      resources: ec2(...madeKinds),
      conditions: owned(environment),
    },
    {
      // A VPC is born with this group, untagged; all that can be done to it is to close it.
      sid: "CloseDefaultSecurityGroup",
      actions: ["ec2:RevokeSecurityGroupEgress", "ec2:RevokeSecurityGroupIngress"],
      resources: ec2("security-group"),
    },
    {
      sid: "TagDefaultSecurityGroup",
      actions: ["ec2:CreateTags"],
      resources: ec2("security-group"),
      conditions: requested(environment),
    },
    {
      // EKS tries with the caller's rights whether a node could start from the template.
      sid: "TryNodes",
      actions: ["ec2:RunInstances"],
      resources: [
        ...ec2("instance", "launch-template", "network-interface", "security-group"),
        ...ec2("subnet", "volume"),
        pulumi.interpolate`arn:${environment.partition}:ec2:${environment.region}::image/*`,
      ],
      conditions: {
        ArnLike: { "ec2:LaunchTemplate": regional(environment, "ec2", "launch-template/*") },
      },
    },
  ];
}

const madeKinds = [
  "elastic-ip",
  "internet-gateway",
  "launch-template",
  "natgateway",
  "route-table",
  "security-group",
  "subnet",
  "vpc",
  "vpc-endpoint",
  "vpc-flow-log",
] as const;

/** Making what lies in a VPC or is made of other things. */
const making = [
  "ec2:CreateFlowLogs",
  "ec2:CreateLaunchTemplate",
  "ec2:CreateNatGateway",
  "ec2:CreateRouteTable",
  "ec2:CreateSecurityGroup",
  "ec2:CreateSubnet",
  "ec2:CreateVpcEndpoint",
] as const;

const changing = [
  "ec2:AssociateRouteTable",
  "ec2:AttachInternetGateway",
  "ec2:AuthorizeSecurityGroupEgress",
  "ec2:AuthorizeSecurityGroupIngress",
  "ec2:CreateLaunchTemplateVersion",
  "ec2:CreateRoute",
  "ec2:CreateTags",
  "ec2:DeleteFlowLogs",
  "ec2:DeleteInternetGateway",
  "ec2:DeleteLaunchTemplate",
  "ec2:DeleteLaunchTemplateVersions",
  "ec2:DeleteNatGateway",
  "ec2:DeleteRoute",
  "ec2:DeleteRouteTable",
  "ec2:DeleteSecurityGroup",
  "ec2:DeleteSubnet",
  "ec2:DeleteTags",
  "ec2:DeleteVpc",
  "ec2:DeleteVpcEndpoints",
  "ec2:DetachInternetGateway",
  "ec2:DisassociateAddress",
  "ec2:DisassociateRouteTable",
  "ec2:ModifyLaunchTemplate",
  "ec2:ModifySubnetAttribute",
  "ec2:ModifyVpcAttribute",
  "ec2:ModifyVpcEndpoint",
  "ec2:ReleaseAddress",
  "ec2:ReplaceRoute",
  "ec2:ReplaceRouteTableAssociation",
] as const;
