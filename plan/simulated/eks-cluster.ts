import { recordOf, textOf } from "./account.ts";
import type { Properties } from "./account.ts";
import type { Registrar } from "./registrar.ts";

const managedPolicies = ["AmazonEKSClusterPolicy"];
const autoModePolicies = [
  "AmazonEKSBlockStoragePolicy",
  "AmazonEKSClusterPolicy",
  "AmazonEKSComputePolicy",
  "AmazonEKSLoadBalancingPolicy",
  "AmazonEKSNetworkingPolicy",
];

function assumableBy(service: string, actions: string[]): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: actions }],
  });
}

/**
 * The children of `eks.Cluster` with its own node groups, add-ons and OIDC provider switched off
 * (pulumi-eks, nodejs/eks/cluster.ts): service role, the cluster itself, access entries.
 */
export async function expandEksCluster({
  account,
  name,
  inputs,
  register,
}: Registrar): Promise<Properties> {
  const autoMode = recordOf(inputs.autoMode);
  const isAuto = autoMode.enabled === true;
  const roleName = `${name}-eksRole`;
  const role = await register({
    type: "aws:iam/role:Role",
    name: `${roleName}-role`,
    inputs: {
      assumeRolePolicy: assumableBy(
        "eks.amazonaws.com",
        isAuto ? ["sts:AssumeRole", "sts:TagSession"] : ["sts:AssumeRole"],
      ),
      tags: inputs.tags,
    },
  });
  for (const policy of isAuto ? autoModePolicies : managedPolicies)
    await register({
      type: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
      name: `${roleName}-${policy}`,
      inputs: { role: role.state.name, policyArn: `arn:aws:iam::aws:policy/${policy}` },
    });
  let nodeRole: { name: unknown; arn: unknown } | undefined;
  if (isAuto) {
    const created = await register({
      type: "aws:iam/role:Role",
      name: `${name}-autoNodeRole`,
      inputs: { assumeRolePolicy: assumableBy("ec2.amazonaws.com", ["sts:AssumeRole"]) },
    });
    nodeRole = { name: created.state.name, arn: created.state.arn };
    for (const policy of ["AmazonEKSWorkerNodeMinimalPolicy", "AmazonEC2ContainerRegistryPullOnly"])
      await register({
        type: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
        name: `${name}-autoNodeRole-${policy}`,
        inputs: { role: created.state.name, policyArn: `arn:aws:iam::aws:policy/${policy}` },
      });
  }
  const subnetIds = [inputs.publicSubnetIds, inputs.privateSubnetIds, inputs.subnetIds]
    .flatMap((ids) => (Array.isArray(ids) ? (ids as unknown[]) : []))
    .filter((id, index, all) => all.indexOf(id) === index);
  const encryptionKey = inputs.encryptionConfigKeyArn;
  const cluster = await register({
    type: "aws:eks/cluster:Cluster",
    name: `${name}-eksCluster`,
    inputs: {
      name: inputs.name,
      roleArn: role.state.arn,
      version: inputs.version,
      vpcConfig: {
        subnetIds,
        endpointPrivateAccess: inputs.endpointPrivateAccess,
        endpointPublicAccess: inputs.endpointPublicAccess,
        publicAccessCidrs: inputs.publicAccessCidrs,
      },
      accessConfig: {
        authenticationMode: inputs.authenticationMode,
        bootstrapClusterCreatorAdminPermissions: true,
      },
      enabledClusterLogTypes: inputs.enabledClusterLogTypes,
      encryptionConfig:
        encryptionKey === undefined
          ? undefined
          : { provider: { keyArn: encryptionKey }, resources: ["secrets"] },
      upgradePolicy: inputs.upgradePolicy,
      deletionProtection: inputs.deletionProtection,
      bootstrapSelfManagedAddons: isAuto ? false : inputs.bootstrapSelfManagedAddons,
      ...(isAuto && nodeRole !== undefined
        ? {
            computeConfig: {
              enabled: true,
              nodePools: recordOf(autoMode.computeConfig).nodePools,
              nodeRoleArn: nodeRole.arn,
            },
            storageConfig: { blockStorage: { enabled: true } },
            kubernetesNetworkConfig: { elasticLoadBalancing: { enabled: true } },
          }
        : {}),
      tags: {
        Name: `${name}-eksCluster`,
        ...recordOf(inputs.tags),
        ...recordOf(inputs.clusterTags),
      },
    },
  });
  for (const [key, value] of Object.entries(recordOf(inputs.accessEntries))) {
    const { accessPolicies, ...entry } = recordOf(value);
    await register({
      type: "aws:eks/accessEntry:AccessEntry",
      name: `${name}-${key}`,
      inputs: { clusterName: cluster.state.name, ...entry },
    });
    for (const [policyKey, policy] of Object.entries(recordOf(accessPolicies)))
      await register({
        type: "aws:eks/accessPolicyAssociation:AccessPolicyAssociation",
        name: `${name}-${key}-${policyKey}`,
        inputs: {
          clusterName: cluster.state.name,
          principalArn: entry.principalArn,
          ...recordOf(policy),
        },
      });
  }
  const endpoint = textOf(cluster.state.endpoint, "");
  const kubeconfig = {
    apiVersion: "v1",
    kind: "Config",
    "current-context": "aws",
    clusters: [{ name: "kubernetes", cluster: { server: endpoint } }],
    contexts: [{ name: "aws", context: { cluster: "kubernetes", user: "aws" } }],
    users: [
      {
        name: "aws",
        user: {
          exec: {
            apiVersion: "client.authentication.k8s.io/v1beta1",
            command: "aws",
            args: [
              "--region",
              account.region,
              "eks",
              "get-token",
              "--cluster-name",
              cluster.state.name,
            ],
          },
        },
      },
    ],
  };
  const identities = cluster.state.identities as [{ oidcs: [{ issuer: string }] }];
  const issuer = identities[0].oidcs[0].issuer;
  const securityGroupId = recordOf(cluster.state.vpcConfig).clusterSecurityGroupId;
  return {
    eksCluster: cluster.reference,
    kubeconfig,
    kubeconfigJson: JSON.stringify(kubeconfig),
    clusterSecurityGroupId: securityGroupId,
    nodeSecurityGroupId: "",
    oidcIssuer: issuer.replace("https://", ""),
    oidcProviderUrl: issuer,
    oidcProviderArn: "",
    ...(nodeRole === undefined ? {} : { autoModeNodeRoleName: nodeRole.name }),
  };
}
