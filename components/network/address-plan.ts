import * as pulumi from "@pulumi/pulumi";

/** Ranges of the subnets of a VPC, one per availability zone in each list. */
export interface AddressPlan {
  /** Nodes and pods. */
  readonly private: string[];
  /** Load balancers and NAT gateways. */
  readonly public: string[];
  /** Databases and caches. */
  readonly database: string[];
}

interface Range {
  readonly first: number;
  readonly prefix: number;
}

/** AWS accepts VPCs and subnets from /16 to /28. */
const largestPrefix = 16;
const smallestPrefix = 28;

/** A private subnet is an eighth of the VPC, the others are each a 256th. */
const privateBits = 3;
const smallBits = 8;

/** Where the public and the database subnets begin, counted in 256ths; both lie in the first eighth. */
const firstPublic = 1;
const firstDatabase = 10;

/**
 * Lays subnets out in a VPC: private ones from its second eighth on, public and database ones in
 * its first. In 10.10.0.0/16 these are 10.10.32.0/19, 10.10.1.0/24, 10.10.10.0/24 and following.
 *
 * @throws pulumi.RunError where the VPC or the number of zones leaves no room.
 */
export function planAddresses(vpcCidr: string, zones: number): AddressPlan {
  const vpc = parseCidr(vpcCidr);
  const narrowest = smallestPrefix - smallBits;
  if (vpc.prefix < largestPrefix || vpc.prefix > narrowest)
    throw new pulumi.RunError(
      `the VPC range ${vpcCidr} cannot be divided: give a range between ` +
        `/${String(largestPrefix)} and /${String(narrowest)}, or the ranges of all subnets`,
    );
  if (!Number.isInteger(zones) || zones < 1 || zones > 6)
    throw new pulumi.RunError(
      `${String(zones)} availability zones cannot be laid out: give 1 to 6`,
    );
  const nth = (bits: number, index: number) => {
    const prefix = vpc.prefix + bits;
    return formatCidr({ first: vpc.first + index * sizeOf(prefix), prefix });
  };
  const zoneIndexes = Array.from({ length: zones }, (_, zone) => zone);
  return {
    private: zoneIndexes.map((zone) => nth(privateBits, zone + 1)),
    public: zoneIndexes.map((zone) => nth(smallBits, firstPublic + zone)),
    database: zoneIndexes.map((zone) => nth(smallBits, firstDatabase + zone)),
  };
}

/** What is wrong with the ranges of subnets; empty where they fit the VPC and each other. */
export function addressProblems(vpcCidr: string, zones: number, plan: AddressPlan): string[] {
  const subnets = Object.entries<string[]>({ ...plan }).flatMap(([kind, cidrs]) =>
    cidrs.map((cidr, zone) => ({ cidr, label: `${kind} subnet ${String(zone + 1)} (${cidr})` })),
  );
  return [
    ...Object.entries<string[]>({ ...plan })
      .filter(([, cidrs]) => cidrs.length !== zones)
      .map(
        ([kind, cidrs]) =>
          `${String(cidrs.length)} ${kind} subnets for ${String(zones)} zones: give one a zone`,
      ),
    ...subnets
      .filter(({ cidr }) => !cidrContains(vpcCidr, cidr))
      .map(({ label }) => `${label} is outside the VPC ${vpcCidr}`),
    ...subnets.flatMap((subnet, index) =>
      subnets
        .slice(index + 1)
        .filter((other) => cidrsOverlap(subnet.cidr, other.cidr))
        .map((other) => `${subnet.label} overlaps ${other.label}`),
    ),
  ];
}

/** Whether two ranges share an address. */
export function cidrsOverlap(a: string, b: string): boolean {
  return cidrContains(a, b) || cidrContains(b, a);
}

/** Whether every address of `inner` is in `outer`. */
export function cidrContains(outer: string, inner: string): boolean {
  const [whole, part] = [parseCidr(outer), parseCidr(inner)];
  return (
    part.prefix >= whole.prefix &&
    part.first >= whole.first &&
    part.first < whole.first + sizeOf(whole.prefix)
  );
}

function sizeOf(prefix: number): number {
  return 2 ** (32 - prefix);
}

function parseCidr(cidr: string): Range {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(cidr);
  const [, ...numbers] = (match ?? []).map(Number);
  const [a = 256, b = 256, c = 256, d = 256, prefix = 33] = numbers;
  if ([a, b, c, d].some((octet) => octet > 255) || prefix > 32)
    throw new pulumi.RunError(`${cidr} is no IPv4 range: give one such as 10.10.0.0/16`);
  // Not by shifts: addresses from 128.0.0.0 on would turn negative.
  const first = ((a * 256 + b) * 256 + c) * 256 + d;
  if (first % sizeOf(prefix) !== 0)
    throw new pulumi.RunError(
      `${cidr} does not begin its range: give ${formatCidr({ first: first - (first % sizeOf(prefix)), prefix })}`,
    );
  return { first, prefix };
}

function formatCidr({ first, prefix }: Range): string {
  const octets = [24, 16, 8, 0].map((bits) => Math.floor(first / 2 ** bits) % 256);
  return `${octets.join(".")}/${String(prefix)}`;
}
