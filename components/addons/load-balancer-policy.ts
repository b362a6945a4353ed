import * as pulumi from "@pulumi/pulumi";
import type { Statement } from "../identity/policy.ts";

/** Whose load balancers, and where. */
export interface LoadBalancerPolicyArgs {
  readonly clusterName: string;
  readonly vpcId: pulumi.Input<string>;
  readonly region: string;
  readonly partition: pulumi.Input<string>;
}

const tag = "elbv2.k8s.aws/cluster";

/**
 * Rights of the AWS Load Balancer Controller: those of its own policy that network load balancers
 * need, and changes only to what it made for this cluster, which it tags with the cluster's name.
 * https://github.com/kubernetes-sigs/aws-load-balancer-controller/blob/main/docs/install/iam_policy.json
 */
export function loadBalancerStatements(args: LoadBalancerPolicyArgs): Statement[] {
  const { clusterName, vpcId, region, partition } = args;
  const ec2 = (path: string): pulumi.Output<string> =>
    pulumi.interpolate`arn:${partition}:ec2:${region}:*:${path}`;
  const elb = (path: string): pulumi.Output<string> =>
    pulumi.interpolate`arn:${partition}:elasticloadbalancing:${region}:*:${path}`;
  const securityGroups = [ec2("security-group/*")];
  const balancers = [elb("loadbalancer/net/*/*")];
  const targetGroups = [elb("targetgroup/*/*")];
  const listeners = [elb("listener/net/*/*/*")];
  const vpc = pulumi.interpolate`arn:${partition}:ec2:${region}:*:vpc/${vpcId}`;
  const own = { StringEquals: { [`aws:ResourceTag/${tag}`]: clusterName } };
  const marked = { [`aws:RequestTag/${tag}`]: clusterName };
  const unmarked = { Null: { [`aws:RequestTag/${tag}`]: "true" } };

  return [
    {
      sid: "AnyDescribe",
      actions: describeActions,
      resources: ["*"],
      reason: "reads only; these actions know no narrower resource",
    },
    {
      sid: "ServiceLinkedRole",
      actions: ["iam:CreateServiceLinkedRole"],
      resources: [
        pulumi.interpolate`arn:${partition}:iam::*:role/aws-service-role/elasticloadbalancing.amazonaws.com/*`,
      ],
      conditions: {
        StringEquals: { "iam:AWSServiceName": "elasticloadbalancing.amazonaws.com" },
      },
    },
    {
      sid: "CreateSecurityGroups",
      actions: ["ec2:CreateSecurityGroup"],
      resources: [...securityGroups, vpc],
    },
    {
      sid: "TagNewSecurityGroups",
      actions: ["ec2:CreateTags"],
      resources: securityGroups,
      conditions: { StringEquals: { "ec2:CreateAction": "CreateSecurityGroup", ...marked } },
    },
    {
      sid: "TagOwnSecurityGroups",
      actions: ["ec2:CreateTags", "ec2:DeleteTags"],
      resources: securityGroups,
      conditions: { ...own, ...unmarked },
    },
    {
      // Those of nodes as well, which do not carry the tag, but none of another network.
      sid: "OpenSecurityGroupsOfTheVpc",
      actions: ["ec2:AuthorizeSecurityGroupIngress", "ec2:RevokeSecurityGroupIngress"],
      resources: securityGroups,
      conditions: { ArnLike: { "ec2:Vpc": vpc } },
    },
    {
      sid: "DeleteOwnSecurityGroups",
      actions: ["ec2:DeleteSecurityGroup"],
      resources: securityGroups,
      conditions: own,
    },
    {
      sid: "CreateBalancers",
      actions: [
        "elasticloadbalancing:CreateLoadBalancer",
        "elasticloadbalancing:CreateTargetGroup",
      ],
      resources: [...balancers, ...targetGroups],
      conditions: { StringEquals: marked },
    },
    {
      sid: "TagNewBalancers",
      actions: ["elasticloadbalancing:AddTags"],
      resources: [...balancers, ...targetGroups],
      conditions: {
        StringEquals: {
          "elasticloadbalancing:CreateAction": ["CreateTargetGroup", "CreateLoadBalancer"],
          ...marked,
        },
      },
    },
    {
      sid: "TagOwnBalancers",
      actions: ["elasticloadbalancing:AddTags", "elasticloadbalancing:RemoveTags"],
      resources: [...balancers, ...targetGroups],
      conditions: { ...own, ...unmarked },
    },
    {
      sid: "ChangeOwnBalancers",
      actions: [
        "elasticloadbalancing:DeleteLoadBalancer",
        "elasticloadbalancing:ModifyLoadBalancerAttributes",
        "elasticloadbalancing:SetIpAddressType",
        "elasticloadbalancing:SetSecurityGroups",
        "elasticloadbalancing:SetSubnets",
        "elasticloadbalancing:DeleteTargetGroup",
        "elasticloadbalancing:ModifyTargetGroup",
        "elasticloadbalancing:ModifyTargetGroupAttributes",
        "elasticloadbalancing:ModifyListenerAttributes",
      ],
      resources: [...balancers, ...targetGroups, ...listeners],
      conditions: own,
    },
    {
      sid: "Listeners",
      actions: [
        "elasticloadbalancing:CreateListener",
        "elasticloadbalancing:DeleteListener",
        "elasticloadbalancing:ModifyListener",
        "elasticloadbalancing:AddTags",
        "elasticloadbalancing:RemoveTags",
      ],
      resources: listeners,
    },
    {
      sid: "ListenersOfBalancers",
      actions: ["elasticloadbalancing:CreateListener"],
      resources: balancers,
      conditions: own,
    },
    {
      sid: "Targets",
      actions: ["elasticloadbalancing:RegisterTargets", "elasticloadbalancing:DeregisterTargets"],
      resources: targetGroups,
      conditions: own,
    },
  ];
}

const describeActions = [
  ...[
    "AccountAttributes",
    "Addresses",
    "AvailabilityZones",
    "InternetGateways",
    "Vpcs",
    "VpcPeeringConnections",
    "Subnets",
    "SecurityGroups",
    "Instances",
    "NetworkInterfaces",
    "Tags",
    "CoipPools",
    "IpamPools",
    "RouteTables",
  ].map((kind) => `ec2:Describe${kind}`),
  "ec2:GetCoipPoolUsage",
  "ec2:GetSecurityGroupsForVpc",
  ...[
    "LoadBalancers",
    "LoadBalancerAttributes",
    "Listeners",
    "ListenerAttributes",
    "ListenerCertificates",
    "SSLPolicies",
    "Rules",
    "TargetGroups",
    "TargetGroupAttributes",
    "TargetHealth",
    "Tags",
    "TrustStores",
    "CapacityReservation",
  ].map((kind) => `elasticloadbalancing:Describe${kind}`),
];
