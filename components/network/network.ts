import * as aws from "@pulumi/aws";
import * as awsx from "@pulumi/awsx";
import * as pulumi from "@pulumi/pulumi";
import { addressProblems } from "./address-plan.ts";
import type { AddressPlan } from "./address-plan.ts";
import { recordFlows } from "./flow-log.ts";

/** The VPC of a cluster. */
export interface NetworkArgs {
  /** Range of the VPC. */
  readonly cidr: string;
  /** Number of availability zones; which ones is looked up in the region. */
  readonly zones: number;
  /** Ranges of the subnets, one a zone in each list. */
  readonly subnets: AddressPlan;
  /** NAT gateways: none, a single one, or one a zone so that no zone depends on another. */
  readonly nat: "none" | "single" | "onePerZone";
  /** AWS services reached without NAT, by the name in their endpoint (`ecr.api`). */
  readonly interfaceEndpoints: string[];
  /** Days that flow logs are kept. */
  readonly flowLogRetentionDays: number;
  /** Key that encrypts the flow logs. */
  readonly kmsKeyArn: pulumi.Input<string>;
  /** Name of the environment, a tag of all subnets. */
  readonly environment: string;
  /** Region of the VPC. */
  readonly region: string;
  /** Cluster whose load balancers find the subnets by tag. */
  readonly clusterName: string;
  /** Whether Pulumi refuses to delete the VPC. */
  readonly protect: boolean;
}

const natStrategies = {
  none: awsx.ec2.NatGatewayStrategy.None,
  single: awsx.ec2.NatGatewayStrategy.Single,
  onePerZone: awsx.ec2.NatGatewayStrategy.OnePerAz,
} as const;

/**
 * A VPC with public subnets (load balancers, NAT), private ones (nodes, pods) and database ones
 * without a route to the internet, flow logs, a closed default security group and VPC endpoints.
 */
export class Network extends pulumi.ComponentResource {
  /** Id of the VPC. */
  readonly vpcId: pulumi.Output<string>;
  /** Subnets of load balancers and NAT gateways. */
  readonly publicSubnetIds: pulumi.Output<string[]>;
  /** Subnets of nodes and pods. */
  readonly privateSubnetIds: pulumi.Output<string[]>;
  /** Subnets of databases and caches. */
  readonly databaseSubnetIds: pulumi.Output<string[]>;
  /** RDS subnet group of the database subnets. */
  readonly databaseSubnetGroupName: pulumi.Output<string>;
  /** Log group of the flow logs. */
  readonly flowLogGroupName: pulumi.Output<string>;

  constructor(name: string, args: NetworkArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:network:Network", name, {}, opts);
    const problems = addressProblems(args.cidr, args.zones, args.subnets);
    if (problems.length > 0) throw new pulumi.RunError(problems.join("\n"));

    const vpc = new awsx.ec2.Vpc(
      name,
      {
        cidrBlock: args.cidr,
        numberOfAvailabilityZones: args.zones,
        enableDnsHostnames: true,
        enableDnsSupport: true,
        subnetStrategy: awsx.ec2.SubnetAllocationStrategy.Auto,
        subnetSpecs: subnetSpecs(args),
        natGateways: { strategy: natStrategies[args.nat] },
        tags: { Name: name, environment: args.environment },
      },
      { parent: this, transforms: [settingsOfChildren(args.protect)] },
    );

    // A VPC is born with a group that lets its members talk; adopted without rules it is closed.
    new aws.ec2.DefaultSecurityGroup(
      `${name}-default`,
      { vpcId: vpc.vpcId, tags: { Name: `${name}-default-closed` } },
      { parent: this },
    );
    const flows = recordFlows(
      name,
      { vpcId: vpc.vpcId, kmsKeyArn: args.kmsKeyArn, retentionDays: args.flowLogRetentionDays },
      this,
    );
    createEndpoints(name, vpc, args, this);
    const databases = new aws.rds.SubnetGroup(
      `${name}-database`,
      {
        description: `Database subnets of ${name}`,
        subnetIds: vpc.isolatedSubnetIds,
        tags: { Name: `${name}-database` },
      },
      { parent: this },
    );

    this.vpcId = vpc.vpcId;
    this.publicSubnetIds = vpc.publicSubnetIds;
    this.privateSubnetIds = vpc.privateSubnetIds;
    this.databaseSubnetIds = vpc.isolatedSubnetIds;
    this.databaseSubnetGroupName = databases.name;
    this.flowLogGroupName = flows.name;
    this.registerOutputs({
      vpcId: this.vpcId,
      publicSubnetIds: this.publicSubnetIds,
      privateSubnetIds: this.privateSubnetIds,
      databaseSubnetIds: this.databaseSubnetIds,
      databaseSubnetGroupName: this.databaseSubnetGroupName,
      flowLogGroupName: this.flowLogGroupName,
    });
  }
}

function subnetSpecs(args: NetworkArgs): awsx.types.input.ec2.SubnetSpecArgs[] {
  const { environment, subnets, clusterName } = args;
  const ofCluster = { [`kubernetes.io/cluster/${clusterName}`]: "shared" };
  return [
    {
      type: awsx.ec2.SubnetType.Public,
      name: "public",
      cidrBlocks: subnets.public,
      tags: { ...ofCluster, "kubernetes.io/role/elb": "1", visibility: "public", environment },
    },
    {
      type: awsx.ec2.SubnetType.Private,
      name: "private",
      cidrBlocks: subnets.private,
      tags: {
        ...ofCluster,
        "kubernetes.io/role/internal-elb": "1",
        visibility: "private",
        environment,
      },
    },
    {
      type: awsx.ec2.SubnetType.Isolated,
      name: "database",
      cidrBlocks: subnets.database,
      tags: { visibility: "private", environment },
    },
  ];
}

/**
 * Settings of awsx's children for which it has no argument. It gives every instance in a public
 * subnet a public address, but load balancers and NAT gateways, all there is in these subnets,
 * bring their own. The VPC is protected alone, which is enough to stop a destroy before its first
 * deletion: were its children too, as they would be by default, no NAT gateway could be given up.
 */
function settingsOfChildren(protect: boolean): pulumi.ResourceTransform {
  return ({ custom, type, props, opts }) =>
    custom
      ? {
          props:
            type === "aws:ec2/subnet:Subnet" ? { ...props, mapPublicIpOnLaunch: false } : props,
          opts: { ...opts, protect: protect && type === "aws:ec2/vpc:Vpc" },
        }
      : undefined;
}

function createEndpoints(
  name: string,
  vpc: awsx.ec2.Vpc,
  args: NetworkArgs,
  parent: pulumi.Resource,
): void {
  const serviceName = (service: string) => `com.amazonaws.${args.region}.${service}`;
  new aws.ec2.VpcEndpoint(
    `${name}-s3`,
    {
      vpcId: vpc.vpcId,
      serviceName: serviceName("s3"),
      vpcEndpointType: "Gateway",
      routeTableIds: vpc.routeTables.apply((tables) => pulumi.all(tables.map(({ id }) => id))),
      tags: { Name: `${name}-s3` },
    },
    { parent },
  );
  if (args.interfaceEndpoints.length === 0) return;
  const group = new aws.ec2.SecurityGroup(
    `${name}-endpoints`,
    {
      description: "HTTPS from the VPC to interface endpoints",
      vpcId: vpc.vpcId,
      ingress: [
        {
          description: "HTTPS from the VPC",
          protocol: "tcp",
          fromPort: 443,
          toPort: 443,
          cidrBlocks: [args.cidr],
        },
      ],
      tags: { Name: `${name}-endpoints` },
    },
    { parent },
  );
  for (const service of args.interfaceEndpoints)
    new aws.ec2.VpcEndpoint(
      `${name}-${service.replaceAll(".", "-")}`,
      {
        vpcId: vpc.vpcId,
        serviceName: serviceName(service),
        vpcEndpointType: "Interface",
        privateDnsEnabled: true,
        subnetIds: vpc.privateSubnetIds,
        securityGroupIds: [group.id],
        tags: { Name: `${name}-${service}` },
      },
      { parent },
    );
}
