import * as aws from "@pulumi/aws";
import * as eks from "@pulumi/eks";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { clusterAdminPolicy } from "./access-roles.ts";
import type { AccessEntry } from "./access-roles.ts";
import { resolveAddonVersions } from "./addon-versions.ts";
import type { AddonName } from "./addon-versions.ts";
import { createNodeAddons, createPodAddons } from "./core-addons.ts";
import { createNodeGroups } from "./node-groups.ts";
import type { NodeGroup } from "./node-groups.ts";
import { createProvider } from "./provider.ts";

/** An EKS cluster with its nodes and core add-ons. */
export interface EksClusterArgs {
  /** Name of the cluster in AWS. */
  readonly clusterName: string;
  /** Kubernetes version such as `1.36`. */
  readonly version: string;
  /** VPC of the cluster. */
  readonly vpcId: pulumi.Input<string>;
  /** Subnets of load balancers. */
  readonly publicSubnetIds: pulumi.Input<string[]>;
  /** Subnets of nodes and pods. */
  readonly privateSubnetIds: pulumi.Input<string[]>;
  /** Who reaches the Kubernetes API; the VPC always does. */
  readonly endpointAccess:
    { readonly type: "private" } | { readonly type: "public"; readonly cidrs: string[] };
  /** Key that encrypts Kubernetes secrets and the control plane's logs. */
  readonly kmsKeyArn: pulumi.Input<string>;
  /** Days that control-plane logs are kept. */
  readonly logRetentionDays: number;
  /** Whether AWS and Pulumi refuse to delete the cluster. */
  readonly deletionProtection: boolean;
  /** Managed node groups, or EKS Auto Mode. */
  readonly compute:
    | {
        readonly type: "managedNodeGroups";
        readonly nodeGroups: Record<string, NodeGroup>;
      }
    | { readonly type: "autoMode"; readonly nodePools: string[] };
  /** Exact versions of EKS add-ons where they differ from the table of the Kubernetes version. */
  readonly addonVersions: Partial<Record<string, string>>;
  /**
   * Role that every connection to the Kubernetes API assumes. It becomes an admin by an access entry
   * like any other, and the implicit admin that EKS makes of a creator is switched off.
   * @default the caller's own identity, which stays the implicit admin
   */
  readonly creatorRoleArn?: string | undefined;
  /**
   * Permissions boundary of the IAM roles that the eks component makes.
   * @default none
   */
  readonly permissionsBoundaryArn?: string | undefined;
  /** Principals that may use the cluster, by a name for each. */
  readonly accessEntries: Record<string, AccessEntry>;
  /** Name of the environment, a label of all nodes. */
  readonly environment: string;
}

const controlPlaneLogs = ["api", "audit", "authenticator", "controllerManager", "scheduler"];

/**
 * An EKS cluster. Kubernetes objects made with its provider wait for nodes and core add-ons, and
 * are deleted before them.
 */
export class EksCluster extends pulumi.ComponentResource {
  /** Name of the cluster. */
  readonly name: pulumi.Output<string>;
  /** ARN of the cluster. */
  readonly arn: pulumi.Output<string>;
  /** URL of the Kubernetes API. */
  readonly endpoint: pulumi.Output<string>;
  /** Kubeconfig in JSON; tokens come from the AWS command line when used. */
  readonly kubeconfig: pulumi.Output<string>;
  /** Security group of control plane and nodes. */
  readonly clusterSecurityGroupId: pulumi.Output<string>;
  /** URL of the cluster's OpenID Connect issuer. */
  readonly oidcIssuerUrl: pulumi.Output<string>;
  /** Log group of the control plane. */
  readonly logGroupName: pulumi.Output<string>;
  /** Provider of all objects in the cluster. */
  readonly provider: k8s.Provider;
  /** How others reach it. */
  readonly connection: { readonly kubeconfig: pulumi.Output<string> };

  constructor(name: string, args: EksClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:cluster:EksCluster", name, {}, opts);

    const { partition, dnsSuffix } = aws.getPartitionOutput({}, { parent: this });
    const nodes =
      args.compute.type === "autoMode"
        ? undefined
        : {
            nodeGroups: args.compute.nodeGroups,
            addonVersions: resolveAddonVersions(args.version, args.addonVersions),
            ec2Service: pulumi.interpolate`ec2.${dnsSuffix}`,
          };
    // EKS would make the group itself, unencrypted and without an end to retention.
    const logs = new aws.cloudwatch.LogGroup(
      `${name}-control-plane`,
      {
        name: `/aws/eks/${args.clusterName}/cluster`,
        retentionInDays: args.logRetentionDays,
        kmsKeyId: args.kmsKeyArn,
      },
      { parent: this },
    );
    const cluster = createCluster(name, args, partition, { parent: this, dependsOn: [logs] });
    const clusterName = cluster.eksCluster.name;
    const ready =
      nodes === undefined
        ? []
        : createNodes(
            name,
            { ...args, ...nodes, clusterName, roleNamePrefix: args.clusterName, partition },
            this,
          );

    this.name = clusterName;
    this.arn = cluster.eksCluster.arn;
    this.endpoint = cluster.eksCluster.endpoint;
    this.kubeconfig = cluster.kubeconfigJson;
    this.connection = { kubeconfig: this.kubeconfig };
    this.clusterSecurityGroupId = cluster.eksCluster.vpcConfig.clusterSecurityGroupId;
    this.logGroupName = logs.name;
    this.oidcIssuerUrl = cluster.eksCluster.identities.apply(
      (identities) => identities[0]?.oidcs[0]?.issuer ?? "",
    );
    this.provider = createProvider(
      name,
      { clusterIdentifier: this.arn, ...this.connection },
      // Every object depends on its provider: none is made before nodes and DNS exist, and on
      // destroy none is left to hold a load balancer or volume when they go.
      { parent: this, dependsOn: [cluster, ...ready] },
    );
    if (args.compute.type === "autoMode") enforceNetworkPolicies(name, this.provider, this);
    this.registerOutputs({
      name: this.name,
      arn: this.arn,
      endpoint: this.endpoint,
      kubeconfig: this.kubeconfig,
      clusterSecurityGroupId: this.clusterSecurityGroupId,
      oidcIssuerUrl: this.oidcIssuerUrl,
      logGroupName: this.logGroupName,
    });
  }
}

function createCluster(
  name: string,
  args: EksClusterArgs,
  partition: pulumi.Output<string>,
  opts: pulumi.ComponentResourceOptions,
): eks.Cluster {
  const { creatorRoleArn, compute, endpointAccess } = args;
  const entries: Record<string, AccessEntry> =
    creatorRoleArn === undefined
      ? args.accessEntries
      : {
          ...args.accessEntries,
          creator: { principalArn: creatorRoleArn, policyArn: clusterAdminPolicy(partition) },
        };
  return new eks.Cluster(
    name,
    {
      name: args.clusterName,
      version: args.version,
      upgradePolicy: { supportType: "STANDARD" },
      deletionProtection: args.deletionProtection,
      vpcId: args.vpcId,
      privateSubnetIds: args.privateSubnetIds,
      // Auto Mode may place nodes in any subnet of the cluster.
      ...(compute.type === "autoMode" ? {} : { publicSubnetIds: args.publicSubnetIds }),
      endpointPrivateAccess: true,
      endpointPublicAccess: endpointAccess.type === "public",
      ...(endpointAccess.type === "public" ? { publicAccessCidrs: endpointAccess.cidrs } : {}),
      authenticationMode: eks.AuthenticationMode.Api,
      accessEntries: Object.fromEntries(
        Object.entries(entries).map(([key, entry]) => [key, accessEntry(entry)]),
      ),
      enabledClusterLogTypes: controlPlaneLogs,
      encryptionConfigKeyArn: args.kmsKeyArn,
      clusterTags: { environment: args.environment },
      // Everything else that the component would make is made here, visibly.
      skipDefaultNodeGroup: true,
      skipDefaultSecurityGroups: true,
      createInstanceRole: false,
      createOidcProvider: false,
      nodeAssociatePublicIpAddress: false,
      bootstrapSelfManagedAddons: false,
      useDefaultVpcCni: true,
      corednsAddonOptions: { enabled: false },
      kubeProxyAddonOptions: { enabled: false },
      ...(compute.type === "autoMode"
        ? { autoMode: { enabled: true, computeConfig: { nodePools: compute.nodePools } } }
        : {}),
      // With an AWS provider of its own the component insists on this, empty or not.
      providerCredentialOpts: creatorRoleArn === undefined ? {} : { roleArn: creatorRoleArn },
    },
    {
      ...opts,
      transforms: [
        settingsOfCluster(args.deletionProtection, creatorRoleArn === undefined),
        boundaryOfRoles(args.permissionsBoundaryArn),
      ],
    },
  );
}

function accessEntry({
  principalArn,
  kubernetesGroups,
  policyArn,
}: AccessEntry): eks.types.input.AccessEntryArgs {
  return {
    principalArn,
    ...(kubernetesGroups === undefined ? {} : { kubernetesGroups }),
    ...(policyArn === undefined
      ? {}
      : { accessPolicies: { cluster: { policyArn, accessScope: { type: "cluster" } } } }),
  };
}

/**
 * Settings of the cluster itself for which the eks component has no argument: it always makes the
 * creator an implicit admin, and would pass `protect` on to access entries, which come and go.
 */
function settingsOfCluster(protect: boolean, creatorIsAdmin: boolean): pulumi.ResourceTransform {
  return ({ type, props, opts }) =>
    type === "aws:eks/cluster:Cluster"
      ? {
          props: {
            ...props,
            accessConfig: {
              authenticationMode: eks.AuthenticationMode.Api,
              bootstrapClusterCreatorAdminPermissions: creatorIsAdmin,
            },
          },
          opts: protect ? { ...opts, protect } : opts,
        }
      : undefined;
}

/** The boundary of roles for which the eks component has no argument. */
function boundaryOfRoles(permissionsBoundary: string | undefined): pulumi.ResourceTransform {
  return ({ type, props, opts }) =>
    type === "aws:iam/role:Role" && permissionsBoundary !== undefined
      ? { props: { ...props, permissionsBoundary }, opts }
      : undefined;
}

/**
 * Auto Mode accepts NetworkPolicies but enforces none until told so:
 * https://docs.aws.amazon.com/eks/latest/userguide/auto-net-pol.html
 */
function enforceNetworkPolicies(
  name: string,
  provider: k8s.Provider,
  parent: pulumi.Resource,
): void {
  new k8s.core.v1.ConfigMap(
    `${name}-network-policies`,
    {
      metadata: {
        name: "amazon-vpc-cni",
        namespace: "kube-system",
        labels: { "app.kubernetes.io/managed-by": "slipway" },
      },
      data: { "enable-network-policy-controller": "true" },
    },
    { parent, provider },
  );
}

interface NodesArgs {
  readonly clusterName: pulumi.Output<string>;
  readonly roleNamePrefix: string;
  readonly version: string;
  readonly environment: string;
  readonly privateSubnetIds: pulumi.Input<string[]>;
  readonly partition: pulumi.Output<string>;
  readonly ec2Service: pulumi.Output<string>;
  readonly nodeGroups: Record<string, NodeGroup>;
  readonly addonVersions: Record<AddonName, string>;
}

/** Node groups between the add-ons that nodes need and those that need nodes. */
function createNodes(name: string, args: NodesArgs, parent: pulumi.Resource): pulumi.Resource[] {
  const before = createNodeAddons(name, args, parent);
  const nodeGroups = createNodeGroups(name, args, { parent, dependsOn: before });
  const after = createPodAddons(name, args, { parent, dependsOn: [...before, ...nodeGroups] });
  return [...before, ...nodeGroups, ...after];
}
