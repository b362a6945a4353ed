import { refuses } from "./mistakes.ts";

refuses("account, cluster and access", [
  [
    "EKS without an account",
    [["account", undefined]],
    "account is missing: give allowedAccountIds, the accounts in which this stack may run; cluster.type is eks (config slipway:account)",
  ],
  [
    "EKS without a region",
    [["region", undefined]],
    "region is missing: give the AWS region of the cluster, such as eu-west-1; cluster.type is eks (config slipway:region)",
  ],
  [
    "EKS without a network",
    [["network", undefined]],
    "network is missing: give the network of the cluster, {} for the defaults; cluster.type is eks (config slipway:network)",
  ],
  [
    "a role of another account",
    [["account/assumeRoleArn", "arn:aws:iam::999999999999:role/x"]],
    'account.assumeRoleArn is "arn:aws:iam::999999999999:role/x": give a role of one of the allowed accounts, 123456789012 (config slipway:account)',
  ],
  [
    "a boundary of another account",
    [["account/permissionsBoundaryArn", "arn:aws:iam::999999999999:policy/x"]],
    'account.permissionsBoundaryArn is "arn:aws:iam::999999999999:policy/x": give a policy of one of the allowed accounts, 123456789012 (config slipway:account)',
  ],
  [
    "Kubernetes at the end of its support",
    [["cluster/version", "1.34"]],
    'cluster.version is "1.34": give 1.36 (supported until 2027-08-02) or 1.35 (supported until 2027-03-27); standard support of 1.34 ends on 2026-12-02 (config slipway:cluster)',
  ],
  [
    "Kubernetes after its support",
    [["cluster/version", "1.33"]],
    'cluster.version is "1.33": give 1.36 (supported until 2027-08-02) or 1.35 (supported until 2027-03-27); standard support of 1.33 ended on 2026-07-29 (config slipway:cluster)',
  ],
  [
    "Kubernetes long after its support",
    [["cluster/version", "1.21"]],
    'cluster.version is "1.21": give 1.36 (supported until 2027-08-02) or 1.35 (supported until 2027-03-27); standard support of 1.21 ended long ago (config slipway:cluster)',
  ],
  [
    "Kubernetes of the future",
    [["cluster/version", "1.37"]],
    'cluster.version is "1.37": give 1.36 (supported until 2027-08-02) or 1.35 (supported until 2027-03-27); the versions of add-ons for 1.37 are not known here yet (config slipway:cluster)',
  ],
  [
    "a Kubernetes version that YAML takes for a number",
    [["cluster/version", 1.36]],
    "cluster.version is 1.36: give a Kubernetes version such as 1.36, in quotes (config slipway:cluster)",
  ],
  [
    "an endpoint open to everybody",
    [["cluster/endpointAccess/cidrs/0", "0.0.0.0/0"]],
    'cluster.endpointAccess.cidrs[0] is "0.0.0.0/0": give the ranges of your offices and runners, or endpointAccess {type: private} (config slipway:cluster)',
  ],
  [
    "an endpoint open to half of everybody",
    [["cluster/endpointAccess/cidrs/0", "128.0.0.0/1"]],
    'cluster.endpointAccess.cidrs[0] is "128.0.0.0/1": give the ranges of your offices and runners, or endpointAccess {type: private} (config slipway:cluster)',
  ],
  [
    "no node group",
    [["cluster/compute/nodeGroups", {}]],
    "cluster.compute.nodeGroups is {}: give at least one node group, such as main (config slipway:cluster)",
  ],
  [
    "a smallest size above the greatest",
    [["cluster/compute/nodeGroups/main/minSize", 5]],
    "cluster.compute.nodeGroups.main.minSize is 5: give at most maxSize, 4 (config slipway:cluster)",
  ],
  [
    "no node that is always there",
    [["cluster/compute/nodeGroups/main/minSize", 0]],
    "cluster.compute.nodeGroups.main.minSize is 0: give at least one node group a minSize of 1 and no taints: add-ons need a node (config slipway:cluster)",
  ],
  [
    "no node without taints",
    [["cluster/compute/nodeGroups/main/taints", [{ key: "a", effect: "NoSchedule" }]]],
    'cluster.compute.nodeGroups.main.taints is [{"key":"[not shown]","effect":"NoSchedule"}]: give at least one node group a minSize of 1 and no taints: add-ons need a node (config slipway:cluster)',
  ],
  [
    "instances of another architecture",
    [["cluster/compute/nodeGroups/main/instanceTypes", ["t3.medium", "m7g.large"]]],
    'cluster.compute.nodeGroups.main.instanceTypes[1] is "m7g.large": give x86_64 instances, or architecture: arm64 with only such instances (config slipway:cluster)',
  ],
  [
    "add-on versions under Auto Mode",
    [
      ["cluster/compute", { type: "autoMode" }],
      ["cluster/addonVersions", { coredns: "v1.14.3-eksbuild.16" }],
    ],
    'cluster.addonVersions.coredns is "v1.14.3-eksbuild.16": leave it out: EKS Auto Mode brings its own (config slipway:cluster)',
  ],
]);
