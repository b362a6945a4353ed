import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { AccessRoles } from "./components/cluster/access-roles.ts";
import { EksCluster } from "./components/cluster/eks-cluster.ts";
import { ExistingCluster } from "./components/cluster/existing-cluster.ts";
import { EncryptionKey } from "./components/identity/encryption-key.ts";
import { planAddresses } from "./components/network/address-plan.ts";
import { Network } from "./components/network/network.ts";
import { readerRoleNamePattern } from "./components/workloads/names.ts";
import type { Configuration } from "./config/schema.ts";

/** Configuration of a stack with a cluster of its own; the schema has checked that nothing is missing. */
interface CloudSettings {
  readonly project: string;
  readonly environment: string;
  readonly region: string;
  readonly cluster: Extract<Configuration["cluster"], { type: "eks" }>;
  readonly network: NonNullable<Configuration["network"]>;
  readonly access: Configuration["access"];
  readonly account: Configuration["account"];
}

/**
 * Connection to AWS with the caller's own credentials, that refuses every account but the allowed
 * ones. Who only previews needs no right to change anything.
 */
export function connectAws(
  configuration: Configuration,
  environment: string,
): aws.Provider | undefined {
  const { account, region, project } = configuration;
  if (account === undefined || region === undefined) return undefined;
  return new aws.Provider(`${project}-${environment}`, {
    region: region as aws.Region,
    allowedAccountIds: account.allowedAccountIds,
    defaultTags: { tags: { project, environment, "managed-by": "slipway" } },
  });
}

function cloudSettings(
  configuration: Configuration,
  environment: string,
): CloudSettings | undefined {
  const { project, region, cluster, network, access, account } = configuration;
  if (cluster.type !== "eks" || region === undefined || network === undefined) return undefined;
  return { project, environment, region, cluster, network, access, account };
}

/** The cluster that everything else is deployed to, with what the account has around it. */
export interface OpenedCluster {
  readonly cluster: EksCluster | ExistingCluster;
  /** Whether metrics-server is to be installed; an existing cluster may have it. */
  readonly metricsServer: boolean;
  /** Whether AWS refuses to delete the cluster and, unless said otherwise, its load balancers. */
  readonly deletionProtection: boolean;
  /** Absent where the cluster exists already. */
  readonly cloud?: Cloud;
}

export type Cloud = ReturnType<typeof provisionCloud>;

/** Makes the cluster in AWS, or connects to the existing one. */
export function openCluster(
  configuration: Configuration,
  environment: string,
  provider: aws.Provider | undefined,
): OpenedCluster {
  const { cluster, project } = configuration;
  if (cluster.type === "existing")
    return {
      cluster: new ExistingCluster(`${project}-${environment}-cluster`, cluster),
      metricsServer: cluster.metricsServer === "install",
      deletionProtection: false,
    };
  const settings = cloudSettings(configuration, environment);
  if (settings === undefined || provider === undefined)
    throw new Error("a cluster in AWS needs account, region and network: the schema demands them");
  const cloud = provisionCloud(settings, provider);
  const { deletionProtection } = cluster;
  return { cluster: cloud.eks, metricsServer: true, deletionProtection, cloud };
}

/** Sets the permissions boundary of every IAM role that this program itself makes. */
function boundRoles(permissionsBoundary: string | undefined): void {
  if (permissionsBoundary === undefined) return;
  pulumi.runtime.registerStackTransformation(({ type, props, opts }) =>
    type === "aws:iam/role:Role"
      ? { props: { ...(props as aws.iam.RoleArgs), permissionsBoundary }, opts }
      : undefined,
  );
}

/** The AWS half of the platform: encryption key, network, roles of people, cluster. */
function provisionCloud(settings: CloudSettings, provider: aws.Provider) {
  const { accountId } = aws.getCallerIdentityOutput({}, { provider });
  const { partition } = aws.getPartitionOutput({}, { provider });
  const opts = { providers: [provider] };
  const { project, environment, region, cluster, network, account } = settings;
  boundRoles(account?.permissionsBoundaryArn);
  const prefix = `${project}-${environment}`;
  const clusterName = `${prefix}-${region}`;
  const protect = cluster.deletionProtection;
  const key = new EncryptionKey(
    `${prefix}-platform`,
    {
      description: `Secrets and logs of ${clusterName}`,
      accountId,
      partition,
      services: [`logs.${region}.amazonaws.com`],
      protect,
    },
    opts,
  );
  const subnets = network.subnets ?? planAddresses(network.cidr, network.zones);
  const vpc = new Network(
    `${prefix}-network`,
    {
      ...network,
      subnets,
      kmsKeyArn: key.arn,
      environment,
      region,
      clusterName,
      protect,
    },
    opts,
  );
  const roles = new AccessRoles(
    `${prefix}-access`,
    { project, environment, accountId, partition, principals: settings.access.principals },
    opts,
  );
  const eks = new EksCluster(
    `${prefix}-cluster`,
    {
      ...cluster,
      clusterName,
      vpcId: vpc.vpcId,
      publicSubnetIds: vpc.publicSubnetIds,
      privateSubnetIds: vpc.privateSubnetIds,
      kmsKeyArn: key.arn,
      creatorRoleArn: account?.assumeRoleArn,
      permissionsBoundaryArn: account?.permissionsBoundaryArn,
      accessEntries: roles.accessEntries,
      environment,
    },
    // Interface endpoints come before the nodes that need them, and go after them.
    { ...opts, dependsOn: [vpc] },
  );
  return {
    vpc,
    roles,
    eks,
    /** Ranges that load balancers of this network speak from. */
    cidrs: [network.cidr],
    databaseCidrs: subnets.database,
    /** What add-ons and applications need to call AWS. */
    aws: {
      clusterName,
      accountId,
      partition,
      vpcId: vpc.vpcId,
      region,
      roleNamePrefix: prefix,
      readerRolePattern: pulumi.interpolate`arn:${partition}:iam::${accountId}:role/${readerRoleNamePattern(prefix)}`,
      autoMode: cluster.compute.type === "autoMode",
    },
  };
}
