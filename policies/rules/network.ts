import { at, hasKey, judgeEach, listAt, numberAt, shownAll, textAt, textsAt } from "./read.ts";
import { isProtected, ofType, waitsFor, type Rule, type StackResource } from "./rule.ts";

const vpc = "aws:ec2/vpc:Vpc";
const subnet = "aws:ec2/subnet:Subnet";
const natGateway = "aws:ec2/natGateway:NatGateway";
const defaultSecurityGroup = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup";

interface Opening {
  readonly from: number;
  readonly to: number;
  readonly cidrs: readonly string[];
}

/** Rules of a security group, or the rule that a resource is, for incoming connections. */
function ingressRules(type: string, props: unknown): readonly unknown[] {
  switch (type) {
    case "aws:ec2/securityGroup:SecurityGroup":
      return listAt(props, "ingress");
    case "aws:ec2/securityGroupRule:SecurityGroupRule":
      return textAt(props, "type") === "ingress" ? [props] : [];
    case "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule":
      return [props];
    default:
      return [];
  }
}

function opening(rule: unknown): Opening {
  const cidrs = ["cidrBlocks", "ipv6CidrBlocks", "cidrIpv4", "cidrIpv6"].flatMap((key) =>
    textsAt(rule, key),
  );
  const protocol = textAt(rule, "protocol") ?? textAt(rule, "ipProtocol");
  if (protocol === "-1" || protocol === "all") return { from: 0, to: 65535, cidrs };
  return { from: numberAt(rule, "fromPort") ?? 0, to: numberAt(rule, "toPort") ?? 65535, cidrs };
}

function ports({ from, to }: Opening): string {
  return from === to ? `port ${String(from)}` : `ports ${String(from)} to ${String(to)}`;
}

/** Route tables that lead to the internet directly, by their id. */
function publicRouteTables(resources: readonly StackResource[]): Set<string> {
  const open = ofType(resources, "aws:ec2/route:Route")
    .filter(({ props }) => hasKey(props, "gatewayId"))
    .map(({ props }) => textAt(props, "routeTableId"));
  const inline = ofType(resources, "aws:ec2/routeTable:RouteTable")
    .filter(({ props }) => listAt(props, "routes").some((route) => textAt(route, "gatewayId")))
    .map(({ props }) => textAt(props, "id"));
  return new Set([...open, ...inline].filter((id) => id !== undefined));
}

/** Availability zones that the subnets lie in. */
function zonesOf(resources: readonly StackResource[]): Set<string> {
  const zones = ofType(resources, subnet).map(
    ({ props }) => textAt(props, "availabilityZone") ?? textAt(props, "availabilityZoneId"),
  );
  return new Set(zones.filter((zone) => zone !== undefined));
}

export const networkRules: readonly Rule[] = [
  {
    name: "vpc-flow-logs",
    description: "Every VPC has a flow log (A10; NAG VPC7, CKV2_AWS_11).",
    tags: ["A10"],
    enforcementLevel: "mandatory",
    validateStack: ({ resources }, report) => {
      const logs = ofType(resources, "aws:ec2/flowLog:FlowLog");
      for (const network of ofType(resources, vpc)) {
        if (logs.some((log) => waitsFor(log, network))) continue;
        report("the VPC has no flow log: add an aws.ec2.FlowLog with its vpcId", network.urn);
      }
    },
  },
  {
    name: "default-security-group-closed",
    description: "The default security group lets nothing through (A11; CKV2_AWS_12).",
    tags: ["A11"],
    enforcementLevel: "mandatory",
    validateResource: ({ type, props }, report) => {
      if (type !== defaultSecurityGroup) return;
      for (const direction of ["ingress", "egress"]) {
        const count = listAt(props, direction).length;
        if (count === 0) continue;
        report(
          `the default security group has ${String(count)} ${direction} rules: none is allowed`,
        );
      }
    },
  },
  {
    name: "default-security-group-managed",
    description: "Every VPC's default security group is managed, so that it is closed (A11).",
    tags: ["A11"],
    enforcementLevel: "mandatory",
    validateStack: ({ resources }, report) => {
      const groups = ofType(resources, defaultSecurityGroup);
      for (const network of ofType(resources, vpc)) {
        if (groups.some((group) => waitsFor(group, network))) continue;
        report(
          "the default security group of the VPC is as AWS makes it, open within: add an aws.ec2.DefaultSecurityGroup without rules",
          network.urn,
        );
      }
    },
  },
  {
    name: "subnet-no-public-addresses",
    description: "Subnets give machines no public addresses (A12; CKV_AWS_130).",
    tags: ["A12"],
    enforcementLevel: "mandatory",
    validateResource: ({ type, props }, report) => {
      if (type !== subnet || at(props, "mapPublicIpOnLaunch") !== true) return;
      report("mapPublicIpOnLaunch is true: only false is allowed");
    },
  },
  {
    name: "nodes-in-private-subnets",
    description:
      "Node groups lie in subnets without a route to an internet gateway (A12, NET-5; CIS 5.4.3).",
    tags: ["A12", "NET-5"],
    enforcementLevel: "mandatory",
    validateStack: ({ resources }, report) => {
      const groups = ofType(resources, "aws:eks/nodeGroup:NodeGroup");
      if (groups.length === 0) return;
      const tables = publicRouteTables(resources);
      const open = new Set(
        ofType(resources, "aws:ec2/routeTableAssociation:RouteTableAssociation")
          .filter(({ props }) => tables.has(textAt(props, "routeTableId") ?? ""))
          .map(({ props }) => textAt(props, "subnetId")),
      );
      judgeEach(groups, ({ props, urn }) => {
        const found = textsAt(props, "subnetIds").filter((id) => open.has(id));
        if (found.length === 0) return;
        report(
          `nodes lie in ${shownAll(found)}, which route to an internet gateway: only private subnets are allowed`,
          urn,
        );
      });
    },
  },
  {
    name: "zones-at-least-two",
    description: "The subnets span two availability zones or more (A13).",
    tags: ["A13", "NET-1"],
    enforcementLevel: "mandatory",
    validateStack: ({ resources }, report) => {
      const zones = zonesOf(resources);
      if (ofType(resources, vpc).length === 0 || zones.size >= 2) return;
      report(
        `subnets lie in ${String(zones.size)} availability zones: 2 or more are allowed (config slipway:network.zones)`,
      );
    },
  },
  {
    name: "zones-three-when-protected",
    description: "A stack with deletion protection should span three availability zones (A13).",
    tags: ["A13"],
    enforcementLevel: "advisory",
    validateStack: ({ resources }, report) => {
      const zones = zonesOf(resources);
      if (!isProtected(resources) || zones.size === 0 || zones.size >= 3) return;
      report(
        `subnets of a protected stack lie in ${String(zones.size)} availability zones: 3 survive the loss of one better (config slipway:network.zones)`,
      );
    },
  },
  {
    name: "nat-per-zone-when-protected",
    description:
      "A stack with deletion protection has a NAT gateway a zone, or none at all (A13, NET-3).",
    tags: ["A13", "NET-3"],
    enforcementLevel: "mandatory",
    validateStack: ({ resources }, report) => {
      const gateways = ofType(resources, natGateway).length;
      const zones = zonesOf(resources).size;
      if (!isProtected(resources) || gateways === 0 || gateways >= zones) return;
      report(
        `${String(gateways)} NAT gateways serve ${String(zones)} zones of a protected stack: one a zone is needed (config slipway:network.nat: onePerZone)`,
      );
    },
  },
  {
    name: "security-group-not-open",
    description:
      "No security group is open to everybody but on ports 80 and 443 (A14, NET-5; NAG EC23, CKV_AWS_260).",
    tags: ["A14", "NET-5"],
    enforcementLevel: "mandatory",
    validateResource: ({ type, props }, report) => {
      judgeEach(ingressRules(type, props), (rule) => {
        const found = opening(rule);
        const open = found.cidrs.filter((cidr) => cidr.endsWith("/0"));
        const web = found.from === found.to && [80, 443].includes(found.from);
        if (open.length === 0 || web) return;
        report(
          `${ports(found)} open to ${shownAll(open)}: only 80 and 443 of a load balancer may be`,
        );
      });
    },
  },
  {
    name: "database-ports-by-group",
    description:
      "Databases are reached from security groups, never from address ranges (NET-5; NAG RDS8).",
    tags: ["A14", "NET-5"],
    enforcementLevel: "mandatory",
    validateResource: ({ type, props }, report) => {
      judgeEach(ingressRules(type, props), (rule) => {
        const found = opening(rule);
        const port = [5432, 3306].find((each) => each === found.from && each === found.to);
        if (port === undefined || found.cidrs.length === 0) return;
        report(
          `database port ${String(port)} open to ${shownAll(found.cidrs)}: name the security group of the nodes instead of ranges`,
        );
      });
    },
  },
];
