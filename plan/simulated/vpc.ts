import { recordOf, textOf } from "./account.ts";
import type { Properties } from "./account.ts";
import type { Registrar } from "./registrar.ts";

interface SubnetSpec {
  readonly type: string;
  readonly name: string;
  readonly cidrBlocks: readonly string[];
  readonly tags: Properties;
}

function readSpecs(inputs: Properties): SubnetSpec[] {
  const specs = Array.isArray(inputs.subnetSpecs) ? (inputs.subnetSpecs as unknown[]) : [];
  return specs.map((spec) => {
    const { type, name, cidrBlocks, tags } = recordOf(spec);
    const kind = textOf(type, "Private");
    return {
      type: kind,
      name: textOf(name, kind.toLowerCase()),
      cidrBlocks: Array.isArray(cidrBlocks) ? (cidrBlocks as string[]) : [],
      tags: recordOf(tags),
    };
  });
}

/**
 * The children of `awsx.ec2.Vpc` with explicit subnet ranges (pulumi-awsx, awsx/ec2/vpc.ts): the
 * VPC, an internet gateway, per subnet a route table with its association and route, NAT gateways
 * with elastic addresses by strategy.
 */
export async function expandVpc({
  account,
  name,
  inputs,
  register,
}: Registrar): Promise<Properties> {
  const type = (kind: string) => `aws:ec2/${kind.charAt(0).toLowerCase()}${kind.slice(1)}:${kind}`;
  const tags = recordOf(inputs.tags);
  const vpc = await register({
    type: type("Vpc"),
    name,
    inputs: {
      cidrBlock: inputs.cidrBlock,
      enableDnsHostnames: inputs.enableDnsHostnames,
      enableDnsSupport: inputs.enableDnsSupport,
      tags: { Name: name, ...tags },
    },
  });
  const inVpc = { type: type("Vpc"), name };
  const gateway = await register({
    type: type("InternetGateway"),
    name,
    inputs: { vpcId: vpc.id, tags: { Name: name, ...tags } },
    parent: inVpc,
  });
  const strategy = textOf(recordOf(inputs.natGateways).strategy, "OnePerAz");
  const subnetIds: Record<string, string[]> = { Public: [], Private: [], Isolated: [] };
  const routeTables: Properties[] = [];
  const natGateways: Properties[] = [];
  const natIds: string[] = [];
  const specs = readSpecs(inputs);
  // Public subnets come first: private ones route through the NAT gateways that live in them.
  const ordered = [...specs].sort(
    (a, b) => Number(b.type === "Public") - Number(a.type === "Public"),
  );
  for (const spec of ordered) {
    for (const [zone, cidrBlock] of spec.cidrBlocks.entries()) {
      const subnetName = `${name}-${spec.name}-${String(zone + 1)}`;
      const inSubnet = { type: type("Subnet"), name: subnetName };
      const subnetTags = { Name: subnetName, ...tags, ...spec.tags };
      const subnet = await register({
        type: type("Subnet"),
        name: subnetName,
        inputs: {
          vpcId: vpc.id,
          cidrBlock,
          availabilityZone: `${account.region}${"abc".charAt(zone)}`,
          mapPublicIpOnLaunch: spec.type === "Public",
          tags: { SubnetType: spec.type, ...subnetTags },
        },
        parent: inVpc,
      });
      subnetIds[spec.type]?.push(subnet.id);
      const table = await register({
        type: type("RouteTable"),
        name: subnetName,
        inputs: { vpcId: vpc.id, tags: subnetTags },
        parent: inSubnet,
      });
      routeTables.push(table.reference);
      const inTable = { type: type("RouteTable"), name: subnetName };
      await register({
        type: type("RouteTableAssociation"),
        name: subnetName,
        inputs: { routeTableId: table.id, subnetId: subnet.id },
        parent: inSubnet,
      });
      const route = (target: Properties) =>
        register({
          type: type("Route"),
          name: subnetName,
          inputs: { routeTableId: table.id, destinationCidrBlock: "0.0.0.0/0", ...target },
          parent: inTable,
        });
      if (spec.type === "Public") {
        await route({ gatewayId: gateway.id });
        if (strategy === "OnePerAz" || (strategy === "Single" && zone === 0)) {
          const natName = `${name}-${String(zone + 1)}`;
          const eip = await register({
            type: type("Eip"),
            name: natName,
            inputs: { domain: "vpc", tags: { Name: natName, ...tags } },
            parent: inSubnet,
          });
          const nat = await register({
            type: type("NatGateway"),
            name: natName,
            inputs: {
              allocationId: eip.id,
              subnetId: subnet.id,
              tags: { Name: natName, ...tags },
            },
            parent: inSubnet,
          });
          natIds.push(nat.id);
          natGateways.push(nat.reference);
        }
      }
      const natId = strategy === "Single" ? natIds[0] : natIds[zone];
      if (spec.type === "Private" && natId !== undefined) await route({ natGatewayId: natId });
    }
  }
  return {
    vpcId: vpc.id,
    vpc: vpc.reference,
    internetGateway: gateway.reference,
    natGateways,
    routeTables,
    publicSubnetIds: subnetIds.Public,
    privateSubnetIds: subnetIds.Private,
    isolatedSubnetIds: subnetIds.Isolated,
  };
}
