import assert from "node:assert/strict";
import { planAddresses } from "../../../components/network/address-plan.ts";
import { Network } from "../../../components/network/network.ts";
import type { NetworkArgs } from "../../../components/network/network.ts";
import {
  document,
  label,
  mumbai,
  oregon,
  record,
  transformed,
  valueOf,
} from "../cluster/support.ts";
import type { Place } from "../cluster/support.ts";

const key = "arn:aws:kms:ap-south-1:111111111111:key/key-1";

function argsIn({ region }: Place): NetworkArgs {
  return {
    cidr: "10.10.0.0/16",
    zones: 2,
    subnets: planAddresses("10.10.0.0/16", 2),
    nat: "single",
    interfaceEndpoints: ["ecr.api", "sts"],
    flowLogRetentionDays: 90,
    kmsKeyArn: key,
    environment: "staging",
    region,
    clusterName: "acme-staging",
    protect: true,
  };
}

const registrationsWith = (changes: Partial<NetworkArgs> = {}, place = mumbai) =>
  record(() => new Network("net", { ...argsIn(place), ...changes }), place);

describe("Network", () => {
  it("asks for the subnets of every kind with their ranges and tags", async () => {
    const { inputs } = (await registrationsWith()).one("awsx:ec2:Vpc");
    const shared = { environment: "staging" };
    assert.deepEqual(inputs, {
      cidrBlock: "10.10.0.0/16",
      numberOfAvailabilityZones: 2,
      enableDnsHostnames: true,
      enableDnsSupport: true,
      subnetStrategy: "Auto",
      natGateways: { strategy: "Single" },
      tags: { Name: "net", environment: "staging" },
      subnetSpecs: [
        {
          type: "Public",
          name: "public",
          cidrBlocks: ["10.10.1.0/24", "10.10.2.0/24"],
          tags: {
            "kubernetes.io/cluster/acme-staging": "shared",
            "kubernetes.io/role/elb": "1",
            visibility: "public",
            ...shared,
          },
        },
        {
          type: "Private",
          name: "private",
          cidrBlocks: ["10.10.32.0/19", "10.10.64.0/19"],
          tags: {
            "kubernetes.io/cluster/acme-staging": "shared",
            "kubernetes.io/role/internal-elb": "1",
            visibility: "private",
            ...shared,
          },
        },
        {
          type: "Isolated",
          name: "database",
          cidrBlocks: ["10.10.10.0/24", "10.10.11.0/24"],
          tags: { visibility: "private", ...shared },
        },
      ],
    });
  });

  it("has no NAT gateway, one, or one a zone", async () => {
    const strategyOf = async (nat: NetworkArgs["nat"]) =>
      (await registrationsWith({ nat })).one("awsx:ec2:Vpc").inputs.natGateways;
    assert.deepEqual(await strategyOf("none"), { strategy: "None" });
    assert.deepEqual(await strategyOf("single"), { strategy: "Single" });
    assert.deepEqual(await strategyOf("onePerZone"), { strategy: "OnePerAz" });
  });

  it("gives no instance a public address, whatever the subnet (A12)", async () => {
    const vpc = (await registrationsWith()).one("awsx:ec2:Vpc");
    const subnet = { cidrBlock: "10.10.1.0/24", mapPublicIpOnLaunch: true };
    const { props } = await transformed(vpc, "aws:ec2/subnet:Subnet", subnet);
    assert.deepEqual(props, { cidrBlock: "10.10.1.0/24", mapPublicIpOnLaunch: false });
    const route = await transformed(vpc, "aws:ec2/route:Route", { natGatewayId: "nat-1" });
    assert.deepEqual(route.props, { natGatewayId: "nat-1" });
  });

  it("protects the VPC and nothing else of the network, where asked to (A08)", async () => {
    const protectedTypes = async (protect: boolean) => {
      const registrations = await registrationsWith({ protect });
      const vpc = registrations.one("awsx:ec2:Vpc");
      const types = ["vpc:Vpc", "subnet:Subnet", "natGateway:NatGateway"];
      const children = await Promise.all(
        types.map(async (type) => ({
          type,
          protect: (await transformed(vpc, `aws:ec2/${type}`, {})).protect,
        })),
      );
      return [...registrations.all, ...children]
        .filter((each) => each.protect === true)
        .map(({ type }) => type);
    };
    assert.deepEqual(await protectedTypes(true), ["vpc:Vpc"]);
    assert.deepEqual(await protectedTypes(false), []);
  });

  it("closes the default security group (A11)", async () => {
    const { inputs } = (await registrationsWith()).one(
      "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
    );
    assert.deepEqual(inputs, { vpcId: "vpc-1", tags: { Name: "net-default-closed" } });
  });

  it("logs every flow, encrypted and for the days asked for (A10)", async () => {
    const registrations = await registrationsWith();
    const flows = registrations.one("aws:ec2/flowLog:FlowLog");
    const groupArn = "arn:aws:logs:ap-south-1:111111111111:log-group:/aws/vpc/net/flows";
    assert.equal(flows.inputs.vpcId, "vpc-1");
    assert.equal(flows.inputs.trafficType, "ALL");
    assert.equal(flows.inputs.logDestination, groupArn);
    assert.deepEqual(registrations.one("aws:cloudwatch/logGroup:LogGroup").inputs, {
      name: "/aws/vpc/net/flows",
      retentionInDays: 90,
      kmsKeyId: key,
    });
    const policy = registrations.one("aws:iam/rolePolicy:RolePolicy");
    assert.deepEqual(document(policy.inputs.policy), {
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "WriteFlows",
          Effect: "Allow",
          Action: ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"],
          Resource: [groupArn, `${groupArn}:*`],
        },
        {
          Sid: "AnyLogGroupFound",
          Effect: "Allow",
          Action: ["logs:DescribeLogGroups"],
          Resource: ["*"],
        },
      ],
    });
    assert.ok(registrations.waitsFor(flows, policy));
    assert.deepEqual(document(registrations.one("aws:iam/role:Role").inputs.assumeRolePolicy), {
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { Service: "vpc-flow-logs.amazonaws.com" },
          Action: "sts:AssumeRole",
        },
      ],
    });
  });

  it("reaches S3 from every subnet without NAT", async () => {
    const { inputs } = (await registrationsWith()).one("aws:ec2/vpcEndpoint:VpcEndpoint", "net-s3");
    assert.equal(inputs.serviceName, "com.amazonaws.ap-south-1.s3");
    assert.equal(inputs.vpcEndpointType, "Gateway");
    assert.deepEqual(inputs.routeTableIds, ["rtb-1", "rtb-2"]);
  });

  it("puts interface endpoints into private subnets, open to the VPC's HTTPS only (A14)", async () => {
    const registrations = await registrationsWith();
    const { inputs } = registrations.one("aws:ec2/vpcEndpoint:VpcEndpoint", "net-ecr-api");
    assert.equal(inputs.serviceName, "com.amazonaws.ap-south-1.ecr.api");
    assert.equal(inputs.privateDnsEnabled, true);
    assert.deepEqual(inputs.subnetIds, ["subnet-private"]);
    assert.deepEqual(inputs.securityGroupIds, ["net-endpoints-id"]);
    const group = registrations.one("aws:ec2/securityGroup:SecurityGroup");
    assert.deepEqual(group.inputs.ingress, [
      {
        description: "HTTPS from the VPC",
        protocol: "tcp",
        fromPort: 443,
        toPort: 443,
        cidrBlocks: ["10.10.0.0/16"],
      },
    ]);
    assert.equal(group.inputs.egress, undefined);
  });

  it("makes no security group where there is no interface endpoint", async () => {
    const registrations = await registrationsWith({ interfaceEndpoints: [] });
    assert.equal(registrations.ofType("aws:ec2/securityGroup:SecurityGroup").length, 0);
    assert.equal(registrations.ofType("aws:ec2/vpcEndpoint:VpcEndpoint").length, 1);
  });

  it("offers databases a group of the subnets without a route to the internet", async () => {
    let name: Promise<string> | undefined;
    const registrations = await record(() => {
      name = valueOf(new Network("net", argsIn(mumbai)).databaseSubnetGroupName);
    });
    const { inputs } = registrations.one("aws:rds/subnetGroup:SubnetGroup");
    assert.deepEqual(inputs.subnetIds, ["subnet-database"]);
    assert.equal(await name, "net-database-id");
  });

  it("names no region but its own", async () => {
    for (const place of [mumbai, oregon]) {
      const text = JSON.stringify((await registrationsWith({ kmsKeyArn: "key" }, place)).all);
      const regions = new Set(text.match(/\b[a-z]{2}(?:-[a-z]+)+-\d\b/g));
      assert.deepEqual([...regions], [place.region]);
    }
  });

  it("fails before anything is made when the ranges do not fit, naming each", async () => {
    const subnets = { ...argsIn(mumbai).subnets, public: ["10.10.33.0/24", "10.20.2.0/24"] };
    const registrations = await record(() => {
      assert.throws(
        () => new Network("net", { ...argsIn(mumbai), subnets }),
        /public subnet 2 \(10\.20\.2\.0\/24\) is outside the VPC[^]*overlaps public subnet 1/,
      );
    });
    assert.deepEqual(registrations.all.map(label), ["slipway:network:Network net"]);
  });
});
