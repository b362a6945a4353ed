import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { PodRole } from "../identity/pod-role.ts";
import type { AddonName } from "./addon-versions.ts";

interface CoreAddonsArgs {
  readonly clusterName: pulumi.Input<string>;
  /** Prefix of the names of IAM roles. */
  readonly roleNamePrefix: string;
  readonly partition: pulumi.Input<string>;
  readonly addonVersions: Record<AddonName, string>;
}

/**
 * What nodes need to become ready: pod network, service network and Pod Identity, made before
 * them. The pod network enforces NetworkPolicies and gives whole prefixes to nodes, so that small
 * instances run as many pods as large ones.
 */
export function createNodeAddons(
  name: string,
  args: CoreAddonsArgs,
  parent: pulumi.Resource,
): aws.eks.Addon[] {
  const networkRole = createAddonRole(name, args, parent, {
    addon: "vpc-cni",
    serviceAccount: "aws-node",
    policy: "AmazonEKS_CNI_Policy",
  });
  return [
    createAddon(name, args, "eks-pod-identity-agent", { parent }),
    createAddon(name, args, "kube-proxy", { parent }),
    createAddon(
      name,
      args,
      "vpc-cni",
      { parent, dependsOn: [networkRole] },
      {
        env: { ENABLE_PREFIX_DELEGATION: "true", WARM_PREFIX_TARGET: "1" },
        enableNetworkPolicy: "true",
      },
    ),
  ];
}

/** What runs as pods and so waits for nodes: cluster DNS and volumes. */
export function createPodAddons(
  name: string,
  args: CoreAddonsArgs,
  opts: { parent: pulumi.Resource; dependsOn: pulumi.Resource[] },
): aws.eks.Addon[] {
  const volumeRole = createAddonRole(name, args, opts.parent, {
    addon: "aws-ebs-csi-driver",
    serviceAccount: "ebs-csi-controller-sa",
    policy: "service-role/AmazonEBSCSIDriverPolicy",
  });
  return [
    createAddon(name, args, "coredns", opts),
    createAddon(name, args, "aws-ebs-csi-driver", {
      ...opts,
      dependsOn: [...opts.dependsOn, volumeRole],
    }),
  ];
}

function createAddonRole(
  name: string,
  args: CoreAddonsArgs,
  parent: pulumi.Resource,
  { addon, serviceAccount, policy }: { addon: AddonName; serviceAccount: string; policy: string },
): PodRole {
  return new PodRole(
    `${name}-${addon}`,
    {
      roleName: `${args.roleNamePrefix}-${addon}`,
      clusterName: args.clusterName,
      namespace: "kube-system",
      serviceAccount,
      managedPolicyArns: [pulumi.interpolate`arn:${args.partition}:iam::aws:policy/${policy}`],
    },
    { parent },
  );
}

function createAddon(
  name: string,
  args: CoreAddonsArgs,
  addon: AddonName,
  opts: pulumi.CustomResourceOptions,
  configuration?: object,
): aws.eks.Addon {
  return new aws.eks.Addon(
    `${name}-${addon}`,
    {
      clusterName: args.clusterName,
      addonName: addon,
      addonVersion: args.addonVersions[addon],
      resolveConflictsOnCreate: "OVERWRITE",
      resolveConflictsOnUpdate: "OVERWRITE",
      ...(configuration === undefined
        ? {}
        : { configurationValues: JSON.stringify(configuration) }),
    },
    opts,
  );
}
