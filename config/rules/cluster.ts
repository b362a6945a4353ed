import { openRanges } from "./ranges.ts";
import { platformRule } from "./rule.ts";
import type { Finding, Platform, Rule } from "./rule.ts";

type NodeGroups = Extract<
  Extract<Platform["cluster"], { type: "eks" }>["compute"],
  { type: "managedNodeGroups" }
>["nodeGroups"];

/** Last day of EKS standard support. https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html */
const supported: Readonly<Record<string, string>> = { "1.36": "2027-08-02", "1.35": "2027-03-27" };
const unsupported: Readonly<Record<string, string>> = {
  "1.34": "ends on 2026-12-02",
  "1.33": "ended on 2026-07-29",
};

export const clusterRules: readonly Rule[] = [
  platformRule(
    "An EKS cluster needs account, region and network; an existing cluster has a network already.",
    ["cluster", "account", "region", "network"],
    ({ cluster, account, region, network }) => {
      if (cluster.type === "existing")
        return network === undefined
          ? []
          : [{ path: ["network"], remedy: "leave it out: an existing cluster has its network" }];
      const needed = { account, region, network };
      const what = {
        account: "give allowedAccountIds, the accounts in which this stack may run",
        region: "give the AWS region of the cluster, such as eu-west-1",
        network: "give the network of the cluster, {} for the defaults",
      };
      return (["account", "region", "network"] as const)
        .filter((key) => needed[key] === undefined)
        .map((key) => ({ path: [key], remedy: `${what[key]}; cluster.type is eks` }));
    },
  ),
  platformRule(
    "Account and region belong together: both, or neither where the stack uses no AWS.",
    ["account", "region", "cluster"],
    ({ account, region, cluster }) => {
      if (cluster.type === "eks" || (account === undefined) === (region === undefined)) return [];
      return account === undefined
        ? [{ path: ["account"], remedy: "give allowedAccountIds too, or leave region out" }]
        : [{ path: ["region"], remedy: "give an AWS region too, or leave account out" }];
    },
  ),
  platformRule(
    "The assumed role and the permissions boundary lie in one of the allowed accounts.",
    ["account"],
    ({ account }) => {
      if (account === undefined) return [];
      return (["assumeRoleArn", "permissionsBoundaryArn"] as const).flatMap((key) => {
        const owner = account[key]?.split(":")[4];
        if (owner === undefined || account.allowedAccountIds.includes(owner)) return [];
        const kind = key === "assumeRoleArn" ? "role" : "policy";
        return [
          {
            path: ["account", key],
            remedy: `give a ${kind} of one of the allowed accounts, ${account.allowedAccountIds.join(", ")}`,
          },
        ];
      });
    },
  ),
  platformRule(
    "Only an EKS cluster has IAM roles for people.",
    ["access", "cluster"],
    ({ access, cluster }) =>
      cluster.type === "eks" || Object.keys(access.principals).length === 0
        ? []
        : [
            {
              path: ["access", "principals"],
              remedy: "leave it out: an existing cluster knows no IAM principals",
            },
          ],
  ),
  platformRule(
    `Kubernetes is ${Object.keys(supported).join(" or ")}: EKS supports it without extra charge, and the versions of its add-ons are known.`,
    ["cluster"],
    ({ cluster }) => {
      if (cluster.type !== "eks" || cluster.version in supported) return [];

      const choices = Object.entries(supported).map(
        ([version, until]) => `${version} (supported until ${until})`,
      );
      return [
        {
          path: ["cluster", "version"],
          remedy: `give ${choices.join(" or ")}; ${reasonOf(cluster.version)}`,
        },
      ];
    },
  ),
  platformRule(
    "A public endpoint of the Kubernetes API is open to ranges of at most /8, never to everybody.",
    ["cluster"],
    ({ cluster }) => {
      if (cluster.type !== "eks" || cluster.endpointAccess.type !== "public") return [];
      return openRanges(
        cluster.endpointAccess.cidrs,
        ["cluster", "endpointAccess", "cidrs"],
        "give the ranges of your offices and runners, or endpointAccess {type: private}",
      );
    },
  ),
  platformRule(
    "Node groups: at least one; minSize is not above maxSize; at least one node without taints is always there.",
    ["cluster"],
    ({ cluster }) =>
      cluster.type === "eks" && cluster.compute.type === "managedNodeGroups"
        ? sizeFindings(cluster.compute.nodeGroups)
        : [],
  ),
  platformRule(
    "The instance types of a node group have its architecture.",
    ["cluster"],
    ({ cluster }) =>
      cluster.type === "eks" && cluster.compute.type === "managedNodeGroups"
        ? architectureFindings(cluster.compute.nodeGroups)
        : [],
  ),
  platformRule(
    "EKS Auto Mode brings its own add-ons, so none of their versions can be given.",
    ["cluster"],
    ({ cluster }) => {
      if (cluster.type !== "eks" || cluster.compute.type !== "autoMode") return [];
      return Object.keys(cluster.addonVersions).map((addon) => ({
        path: ["cluster", "addonVersions", addon],
        remedy: "leave it out: EKS Auto Mode brings its own",
      }));
    },
  ),
];

function reasonOf(version: string): string {
  const past = version.localeCompare("1.33", "en", { numeric: true }) < 0;
  const end = unsupported[version] ?? (past ? "ended long ago" : undefined);
  return end === undefined
    ? `the versions of add-ons for ${version} are not known here yet`
    : `standard support of ${version} ${end}`;
}

const groupsPath = ["cluster", "compute", "nodeGroups"];

function sizeFindings(groups: NodeGroups): Finding[] {
  const entries = Object.entries(groups);
  if (entries.length === 0)
    return [{ path: groupsPath, remedy: "give at least one node group, such as main" }];
  const findings: Finding[] = entries
    .filter(([, { minSize, maxSize }]) => minSize > maxSize)
    .map(([name, { maxSize }]) => ({
      path: [...groupsPath, name, "minSize"],
      remedy: `give at most maxSize, ${maxSize.toString()}`,
    }));
  const repels = ({ taints }: NodeGroups[string]) =>
    taints.some(({ effect }) => effect !== "PreferNoSchedule");
  const steady = entries.filter(([, group]) => group.minSize > 0 && !repels(group));
  const [first] = entries;
  if (steady.length === 0 && first !== undefined) {
    const [name, group] = first;
    findings.push({
      path: [...groupsPath, name, repels(group) ? "taints" : "minSize"],
      remedy: "give at least one node group a minSize of 1 and no taints: add-ons need a node",
    });
  }
  return findings;
}

function architectureFindings(groups: NodeGroups): Finding[] {
  return Object.entries(groups).flatMap(([name, { instanceTypes, architecture }]) =>
    instanceTypes.flatMap((type, index) => {
      const actual = architectureOf(type);
      if (actual === architecture) return [];
      return [
        {
          path: [...groupsPath, name, "instanceTypes", index],
          remedy: `give ${architecture} instances, or architecture: ${actual} with only such instances`,
        },
      ];
    }),
  );
}

/** Graviton has a `g` behind the generation's number: t4g, m7gd, c7gn, im4gn. */
function architectureOf(instanceType: string): "arm64" | "x86_64" {
  return /^(?:a1\.|[a-z]+\d+[a-z]*g[a-z]*[.-])/.test(instanceType) ? "arm64" : "x86_64";
}
