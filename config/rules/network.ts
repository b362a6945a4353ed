import { cidrContains, cidrsOverlap } from "../../components/network/address-plan.ts";
import { prefixOf } from "./ranges.ts";
import { platformRule } from "./rule.ts";
import type { Finding, Platform, Rule } from "./rule.ts";

type Network = NonNullable<Platform["network"]>;

const kinds = ["private", "public", "database"] as const;
const privateRanges = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"];

export const networkRules: readonly Rule[] = [
  platformRule(
    "A VPC has a private range between /16 and /20, or up to /28 where all subnets are given.",
    ["network"],
    ({ network }) => (network === undefined ? [] : vpcFindings(network)),
  ),
  platformRule("There is one subnet of each kind for each zone.", ["network"], ({ network }) =>
    kinds.flatMap((kind) => {
      const count = network?.subnets?.[kind].length;
      if (network === undefined || count === undefined || count === network.zones) return [];
      const zones = network.zones.toString();
      return [{ path: ["network", "subnets", kind], remedy: `give ${zones} ranges, one a zone` }];
    }),
  ),
  platformRule("Subnets lie in the VPC.", ["network"], ({ network }) =>
    subnetsOf(network)
      .filter(({ cidr }) => network !== undefined && !cidrContains(network.cidr, cidr))
      .map(({ path }) => ({
        path,
        remedy: `give a range inside the VPC's, ${network?.cidr ?? ""} (network.cidr)`,
      })),
  ),
  platformRule("Subnets do not overlap.", ["network"], ({ network }) => {
    const subnets = subnetsOf(network);
    return subnets.flatMap(({ path, cidr }, index) => {
      const other = subnets.slice(0, index).find((earlier) => cidrsOverlap(earlier.cidr, cidr));
      if (other === undefined) return [];
      return [{ path, remedy: `give a range that does not overlap ${other.label}, ${other.cidr}` }];
    });
  }),
  platformRule("Subnets are /16 to /28.", ["network"], ({ network }) =>
    subnetsOf(network)
      .filter(({ cidr }) => prefixOf(cidr) < 16 || prefixOf(cidr) > 28)
      .map(({ path }) => ({ path, remedy: "give a range between /16 and /28, as AWS asks" })),
  ),
  platformRule(
    "Without NAT, nodes reach AWS through interface endpoints and images come from a mirror.",
    ["network", "mirror", "certificates"],
    ({ network, mirror, certificates }) => {
      if (network?.nat !== "none") return [];
      const needed = ["ecr.api", "ecr.dkr", "sts", "ec2", "eks-auth"] as const;
      const missing = needed.filter((service) => !network.interfaceEndpoints.includes(service));
      const findings: Finding[] = [];
      if (missing.length > 0)
        findings.push({
          path: ["network", "interfaceEndpoints"],
          remedy: `add ${missing.join(", ")}, without which nodes cannot work where network.nat is none`,
        });
      if (mirror.images === undefined || mirror.charts === undefined)
        findings.push({
          path: ["network", "nat"],
          remedy:
            "give single or onePerZone, or mirror.charts and mirror.images that are reached without NAT",
        });
      if (certificates.issuer.type === "letsEncrypt")
        findings.push({
          path: ["certificates", "issuer", "type"],
          remedy: "give acme or selfSigned: Let's Encrypt is not reached where network.nat is none",
        });
      return findings;
    },
  ),
];

function vpcFindings({ cidr, subnets }: Network): Finding[] {
  const path = ["network", "cidr"];
  const narrowest = subnets === undefined ? 20 : 28;
  const findings: Finding[] = [];
  if (prefixOf(cidr) < 16 || prefixOf(cidr) > narrowest)
    findings.push({
      path,
      remedy:
        subnets === undefined
          ? "give a range between /16 and /20, or up to /28 together with network.subnets"
          : "give a range between /16 and /28, as AWS asks",
    });
  if (!privateRanges.some((range) => cidrContains(range, cidr)))
    findings.push({ path, remedy: `give a range inside one of ${privateRanges.join(", ")}` });
  return findings;
}

function subnetsOf(network: Network | undefined) {
  return kinds.flatMap((kind) =>
    (network?.subnets?.[kind] ?? []).map((cidr, index) => ({
      cidr,
      label: `network.subnets.${kind}[${index.toString()}]`,
      path: ["network", "subnets", kind, index],
    })),
  );
}
