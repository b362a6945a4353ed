/**
 * List prices in USD, on demand, Linux, us-east-1, from AWS's public price pages. They are good for
 * "what does this setting cost", not for a budget: discounts, traffic and taxes are not in them.
 */
export const prices = {
  /** Day of the table's last review. */
  asOf: "2026-11-01",
  hoursPerMonth: 730,
  eksClusterPerHour: 0.1,
  natGatewayPerHour: 0.045,
  networkLoadBalancerPerHour: 0.0225,
  interfaceEndpointPerHourAndZone: 0.01,
  publicIpv4PerHour: 0.005,
  gp3PerGibMonth: 0.08,
  kmsKeyPerMonth: 1,
  secretPerMonth: 0.4,
  secretsManagerPer10000Calls: 0.05,
  hostedZonePerMonth: 0.5,
  alarmPerMonth: 0.1,
  logsPerGibIngested: 0.5,
  /** Spot prices move by the hour; this share of the on-demand price is a usual one, not a promise. */
  spotShare: 0.35,
  /** What EKS Auto Mode adds to the price of every instance that it starts. */
  autoModeShare: 0.12,
} as const;

/** Hourly price of the size `large`; the other sizes of these families are exact multiples of it. */
const largePerHour: Readonly<Record<string, number>> = {
  t3: 0.0832,
  t3a: 0.0752,
  t4g: 0.0672,
  m5: 0.096,
  m5a: 0.086,
  m6i: 0.096,
  m6a: 0.0864,
  m6g: 0.077,
  m7i: 0.1008,
  m7a: 0.11592,
  m7g: 0.0816,
  c5: 0.085,
  c6i: 0.085,
  c6a: 0.0765,
  c6g: 0.068,
  c7i: 0.08925,
  c7g: 0.0725,
  r5: 0.126,
  r6i: 0.126,
  r6g: 0.1008,
  r7i: 0.1323,
  r7g: 0.1071,
};

const largesPerSize: Readonly<Record<string, number>> = {
  nano: 1 / 16,
  micro: 1 / 8,
  small: 1 / 4,
  medium: 1 / 2,
  large: 1,
  xlarge: 2,
  "2xlarge": 4,
  "4xlarge": 8,
  "8xlarge": 16,
  "12xlarge": 24,
  "16xlarge": 32,
};

/** Hourly on-demand price of an EC2 instance type in us-east-1, or undefined where none is known. */
export function instancePerHour(instanceType: string): number | undefined {
  const [family = "", size = ""] = instanceType.split(".");
  const large = Object.hasOwn(largePerHour, family) ? largePerHour[family] : undefined;
  const larges = Object.hasOwn(largesPerSize, size) ? largesPerSize[size] : undefined;
  return large === undefined || larges === undefined ? undefined : large * larges;
}

/**
 * How much dearer a region is, taken from its price of t3.medium. The factor is applied to
 * instances, disks, NAT gateways, load balancers and endpoints, whose own factors differ by up to a
 * tenth; control plane, keys, addresses and API calls cost the same everywhere.
 */
const regionFactors: Readonly<Record<string, number>> = {
  "us-east-1": 1,
  "us-east-2": 1,
  "us-west-1": 1.19,
  "us-west-2": 1,
  "ca-central-1": 1.12,
  "eu-central-1": 1.15,
  "eu-north-1": 1.04,
  "eu-west-1": 1.1,
  "eu-west-2": 1.13,
  "eu-west-3": 1.13,
  "ap-northeast-1": 1.31,
  "ap-northeast-2": 1.25,
  "ap-south-1": 1.08,
  "ap-southeast-1": 1.27,
  "ap-southeast-2": 1.27,
  "sa-east-1": 1.62,
};

/** Factor of a region, or undefined where none is known. */
export function regionFactor(region: string): number | undefined {
  return Object.hasOwn(regionFactors, region) ? regionFactors[region] : undefined;
}

/** An amount in whole cents. */
export function cents(amount: number): number {
  return Math.round(amount * 100) / 100;
}

/** An amount as people read it: `1,234.50`. */
export function usd(amount: number): string {
  return amount.toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
}
