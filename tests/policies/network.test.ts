import { networkRules } from "../../policies/rules/network.ts";
import {
  cluster,
  defaultSecurityGroup,
  flowLog,
  natGateway,
  nodeGroup,
  publicAssociation,
  publicRoute,
  securityGroup,
  subnet,
  subnets,
  vpc,
} from "./aws-fixtures.ts";
import { change, testRules, type CasesByRule, type Given } from "./support.ts";

const unprotected = change(cluster, "deletionProtection", false);
const holder: Given = { type: "awsx:ec2:Vpc", name: "acme-staging-holder", props: {} };
const twoSubnets = [subnet("a"), subnet("b")];

function opening(rule: object): Given {
  return change(securityGroup, "ingress", [rule]);
}

const rule: Given = {
  ...securityGroup,
  type: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
  props: { ipProtocol: "tcp", fromPort: 5432, toPort: 5432, cidrIpv4: "10.10.0.0/16" },
};

export const cases: CasesByRule = {
  "vpc-flow-logs": {
    passes: {
      "a VPC with a flow log": [vpc, flowLog],
      "a flow log of the component that holds the VPC": [
        holder,
        { ...vpc, parent: holder.name },
        { ...flowLog, after: [holder.name] },
      ],
    },
    fails: {
      "a VPC with the flow log of another": [
        [vpc, { ...flowLog, after: [] }],
        "the VPC has no flow log: add an aws.ec2.FlowLog with its vpcId",
      ],
    },
  },
  "default-security-group-closed": {
    passes: { "a group without rules": [defaultSecurityGroup] },
    fails: {
      "a group with rules": [
        [change(defaultSecurityGroup, "ingress", [{ self: true }])],
        "the default security group has 1 ingress rules: none is allowed",
      ],
    },
  },
  "default-security-group-managed": {
    passes: { "a managed group": [vpc, defaultSecurityGroup] },
    fails: {
      "the group as AWS makes it": [
        [vpc],
        "the default security group of the VPC is as AWS makes it, open within: add an aws.ec2.DefaultSecurityGroup without rules",
      ],
    },
  },
  "subnet-no-public-addresses": {
    passes: { "a subnet without public addresses": subnets },
    fails: {
      "a subnet with public addresses": [
        [change(subnet("a"), "mapPublicIpOnLaunch", true)],
        "mapPublicIpOnLaunch is true: only false is allowed",
      ],
    },
  },
  "nodes-in-private-subnets": {
    passes: { "nodes in private subnets": [publicRoute, publicAssociation, nodeGroup] },
    fails: {
      "nodes in a public subnet": [
        [
          publicRoute,
          publicAssociation,
          change(nodeGroup, "subnetIds", ["subnet-private-a", "subnet-public-a"]),
        ],
        "nodes lie in subnet-public-a, which route to an internet gateway: only private subnets are allowed",
      ],
    },
  },
  "zones-at-least-two": {
    passes: { "two zones": [vpc, ...twoSubnets], "no network": [] },
    fails: {
      "one zone": [
        [vpc, subnet("a")],
        "subnets lie in 1 availability zones: 2 or more are allowed (config slipway:network.zones)",
      ],
    },
  },
  "zones-three-when-protected": {
    passes: {
      "three zones": [cluster, ...subnets],
      "two zones where nothing must be kept": [unprotected, ...twoSubnets],
    },
    fails: {
      "two zones of a protected stack": [
        [cluster, ...twoSubnets],
        "subnets of a protected stack lie in 2 availability zones: 3 survive the loss of one better (config slipway:network.zones)",
      ],
    },
  },
  "nat-per-zone-when-protected": {
    passes: {
      "a gateway a zone": [cluster, ...twoSubnets, natGateway("a"), natGateway("b")],
      "no gateway": [cluster, ...twoSubnets],
      "a single gateway where nothing must be kept": [unprotected, ...twoSubnets, natGateway("a")],
    },
    fails: {
      "a single gateway of a protected stack": [
        [cluster, ...twoSubnets, natGateway("a")],
        "1 NAT gateways serve 2 zones of a protected stack: one a zone is needed (config slipway:network.nat: onePerZone)",
      ],
    },
  },
  "security-group-not-open": {
    passes: {
      "a group open to the network": [securityGroup],
      "HTTPS for all": [
        opening({ protocol: "tcp", fromPort: 443, toPort: 443, cidrBlocks: ["0.0.0.0/0"] }),
      ],
    },
    fails: {
      "SSH for all": [
        [opening({ protocol: "tcp", fromPort: 22, toPort: 22, cidrBlocks: ["0.0.0.0/0"] })],
        "port 22 open to 0.0.0.0/0: only 80 and 443 of a load balancer may be",
      ],
      "everything for all of IPv6": [
        [opening({ protocol: "-1", fromPort: 0, toPort: 0, ipv6CidrBlocks: ["::/0"] })],
        "ports 0 to 65535 open to ::/0: only 80 and 443 of a load balancer may be",
      ],
      "a range that begins at 80": [
        [opening({ protocol: "tcp", fromPort: 80, toPort: 8080, cidrBlocks: ["0.0.0.0/0"] })],
        "ports 80 to 8080 open to 0.0.0.0/0: only 80 and 443 of a load balancer may be",
      ],
      "a single rule for all": [
        [change(rule, "cidrIpv4", "0.0.0.0/0")],
        "port 5432 open to 0.0.0.0/0: only 80 and 443 of a load balancer may be",
      ],
      "an old-style rule for all": [
        [
          {
            ...rule,
            type: "aws:ec2/securityGroupRule:SecurityGroupRule",
            props: {
              type: "ingress",
              protocol: "tcp",
              fromPort: 3306,
              toPort: 3306,
              cidrBlocks: ["0.0.0.0/0"],
            },
          },
        ],
        "port 3306 open to 0.0.0.0/0: only 80 and 443 of a load balancer may be",
      ],
    },
  },
  "database-ports-by-group": {
    passes: {
      "a database for a security group": [
        change(change(rule, "cidrIpv4", undefined), "referencedSecurityGroupId", "sg-nodes"),
      ],
    },
    fails: {
      "a database for the whole network": [
        [rule],
        "database port 5432 open to 10.10.0.0/16: name the security group of the nodes instead of ranges",
      ],
    },
  },
};

testRules(networkRules, cases);
