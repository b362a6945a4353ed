import { refuses } from "./mistakes.ts";

refuses("network", [
  [
    "a VPC that is too large",
    [["network/cidr", "10.0.0.0/12"]],
    'network.cidr is "10.0.0.0/12": give a range between /16 and /28, as AWS asks (config slipway:network)',
  ],
  [
    "a VPC too small for default subnets",
    [
      ["network/cidr", "10.10.0.0/21"],
      ["network/subnets", undefined],
    ],
    'network.cidr is "10.10.0.0/21": give a range between /16 and /20, or up to /28 together with network.subnets (config slipway:network)',
  ],
  [
    "a public VPC",
    [
      ["network/cidr", "8.8.0.0/16"],
      ["network/subnets", undefined],
    ],
    'network.cidr is "8.8.0.0/16": give a range inside one of 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 100.64.0.0/10 (config slipway:network)',
  ],
  [
    "fewer subnets than zones",
    [
      ["network/zones", 3],
      ["network/subnets/private", ["10.10.32.0/19", "10.10.64.0/19", "10.10.96.0/19"]],
      ["network/subnets/public", ["10.10.1.0/24", "10.10.2.0/24", "10.10.3.0/24"]],
    ],
    'network.subnets.database is ["10.10.10.0/24","10.10.11.0/24"]: give 3 ranges, one a zone (config slipway:network)',
  ],
  [
    "a subnet outside the VPC",
    [["network/subnets/private/0", "10.11.32.0/19"]],
    'network.subnets.private[0] is "10.11.32.0/19": give a range inside the VPC\'s, 10.10.0.0/16 (network.cidr) (config slipway:network)',
  ],
  [
    "subnets that overlap",
    [["network/subnets/public/1", "10.10.32.0/24"]],
    'network.subnets.public[1] is "10.10.32.0/24": give a range that does not overlap network.subnets.private[0], 10.10.32.0/19 (config slipway:network)',
  ],
  [
    "a subnet that is too small",
    [["network/subnets/database/1", "10.10.11.0/29"]],
    'network.subnets.database[1] is "10.10.11.0/29": give a range between /16 and /28, as AWS asks (config slipway:network)',
  ],
  [
    "no NAT and nothing in its place",
    [
      ["network/nat", "none"],
      ["certificates/issuer", { type: "selfSigned" }],
      ["mirror/charts", "oci://registry.acme.dev/charts"],
      ["mirror/images", "registry.acme.dev"],
    ],
    "network.interfaceEndpoints is [] by default: add ecr.api, ecr.dkr, sts, ec2, eks-auth, without which nodes cannot work where network.nat is none (config slipway:network)",
  ],
]);
