import { EksCluster } from "../../../components/cluster/eks-cluster.ts";
import type { EksClusterArgs } from "../../../components/cluster/eks-cluster.ts";
import { mumbai, record } from "./support.ts";
import type { Place, Registrations } from "./support.ts";

/** Key of the cluster under test. */
export const key = "arn:aws:kms:::key/key-1";

/** A node group as the configuration gives it. */
export const group = {
  instanceTypes: ["t3.medium", "t3.large"],
  capacity: "spot",
  architecture: "x86_64",
  operatingSystem: "al2023",
  minSize: 1,
  maxSize: 3,
  diskGib: 100,
  maxPods: 110,
  labels: {},
  taints: [],
} as const;

/** Arguments of a cluster with one node group. */
export function argsIn({ region }: Place): EksClusterArgs {
  return {
    clusterName: `acme-staging-${region}`,
    version: "1.36",
    vpcId: "vpc-1",
    publicSubnetIds: ["subnet-public"],
    privateSubnetIds: ["subnet-private"],
    endpointAccess: { type: "private" },
    kmsKeyArn: key,
    logRetentionDays: 365,
    deletionProtection: true,
    compute: {
      type: "managedNodeGroups",
      nodeGroups: { main: { ...group, instanceTypes: [...group.instanceTypes], taints: [] } },
    },
    addonVersions: {},
    accessEntries: {
      admin: { principalArn: "arn:admin", policyArn: "arn:policy" },
      deployer: { principalArn: "arn:deployer", kubernetesGroups: ["deployers"] },
    },
    environment: "staging",
  };
}

/** What such a cluster registers, with other arguments where given. */
export const registrationsWith = (
  changes: Partial<EksClusterArgs> = {},
  place = mumbai,
): Promise<Registrations> =>
  record(() => new EksCluster("acme", { ...argsIn(place), ...changes }), place);

export const eksCluster = "eks:index:Cluster";
export const addon = "aws:eks/addon:Addon";
export const nodeGroup = "aws:eks/nodeGroup:NodeGroup";
export const provider = "pulumi:providers:kubernetes";
