import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { PodRole } from "../identity/pod-role.ts";
import type { Statement } from "../identity/policy.ts";
import { chartRelease } from "./chart-release.ts";
import { charts } from "./charts.ts";
import { resolveImage } from "./mirror.ts";
import type { Mirror } from "./mirror.ts";

/** Which cluster grows and shrinks. */
export interface ClusterAutoscalerArgs {
  readonly mirror: Mirror;
  /** Name of the EKS cluster, by whose tag node groups are found. */
  readonly clusterName: string;
  readonly region: string;
  readonly partition: pulumi.Input<string>;
  /** The IAM role is called `<prefix>-cluster-autoscaler`. */
  readonly roleNamePrefix: string;
}

const namespace = "kube-system";

/** Adds nodes to managed node groups when pods don't fit, and removes those that are idle. */
export class ClusterAutoscaler extends pulumi.ComponentResource {
  readonly release: k8s.helm.v3.Release;

  constructor(name: string, args: ClusterAutoscalerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:addons:ClusterAutoscaler", name, {}, opts);
    const role = new PodRole(
      `${name}-role`,
      {
        roleName: `${args.roleNamePrefix}-cluster-autoscaler`,
        clusterName: args.clusterName,
        namespace,
        serviceAccount: "cluster-autoscaler",
        statements: statements(args),
      },
      { parent: this },
    );
    this.release = chartRelease(
      name,
      "cluster-autoscaler",
      { namespace, mirror: args.mirror, values: values(args) },
      // Pods that start before the role's association never get the role.
      { parent: this, dependsOn: [role] },
    );
    this.registerOutputs({});
  }
}

/** https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/cloudprovider/aws/README.md */
function statements({ clusterName, region, partition }: ClusterAutoscalerArgs): Statement[] {
  return [
    {
      sid: "AnyDescribe",
      actions: [
        "autoscaling:DescribeAutoScalingGroups",
        "autoscaling:DescribeAutoScalingInstances",
        "autoscaling:DescribeLaunchConfigurations",
        "autoscaling:DescribeScalingActivities",
        "autoscaling:DescribeTags",
        "ec2:DescribeImages",
        "ec2:DescribeInstanceTypes",
        "ec2:DescribeLaunchTemplateVersions",
        "ec2:GetInstanceTypesFromInstanceRequirements",
      ],
      resources: ["*"],
      reason: "reads only; these actions know no narrower resource",
    },
    {
      sid: "DescribeNodeGroups",
      actions: ["eks:DescribeNodegroup"],
      resources: [
        pulumi.interpolate`arn:${partition}:eks:${region}:*:nodegroup/${clusterName}/*/*`,
      ],
    },
    {
      sid: "ScaleOwnGroups",
      actions: [
        "autoscaling:SetDesiredCapacity",
        "autoscaling:TerminateInstanceInAutoScalingGroup",
      ],
      resources: [
        pulumi.interpolate`arn:${partition}:autoscaling:${region}:*:autoScalingGroup:*:autoScalingGroupName/*`,
      ],
      conditions: {
        StringEquals: {
          [`aws:ResourceTag/kubernetes.io/cluster/${clusterName}`]: "owned",
          "aws:ResourceTag/k8s.io/cluster-autoscaler/enabled": "true",
        },
      },
    },
  ];
}

function values({ mirror, clusterName, region }: ClusterAutoscalerArgs): Record<string, unknown> {
  return {
    fullnameOverride: "cluster-autoscaler",
    image: {
      repository: resolveImage("registry.k8s.io/autoscaling/cluster-autoscaler", mirror),
      // The image that the chart names by default was withdrawn: see charts.ts.
      tag: `v${charts["cluster-autoscaler"].appVersion}`,
    },
    cloudProvider: "aws",
    awsRegion: region,
    autoDiscovery: { clusterName },
    replicaCount: 2,
    rbac: { serviceAccount: { create: true, name: "cluster-autoscaler" } },
    extraArgs: {
      "balance-similar-node-groups": true,
      expander: "least-waste",
      // Otherwise a node that runs a replica of CoreDNS, or a pod with a scratch volume, stays for ever.
      "skip-nodes-with-system-pods": false,
      "skip-nodes-with-local-storage": false,
      "leader-elect": true,
    },
    podDisruptionBudget: { maxUnavailable: 1 },
    priorityClassName: "system-cluster-critical",
    securityContext: {
      runAsNonRoot: true,
      runAsUser: 65534,
      runAsGroup: 65534,
      seccompProfile: { type: "RuntimeDefault" },
    },
    containerSecurityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    },
    resources: { requests: { cpu: "100m", memory: "300Mi" }, limits: { memory: "600Mi" } },
  };
}
