import { cents, instancePerHour, prices, regionFactor, usd } from "./prices.ts";
import { recordOf, textOf } from "./simulated/account.ts";
import type { Cost, CostItem, PlannedResource } from "./plan.ts";

/** An ExternalSecret that reads AWS Secrets Manager again and again. */
export interface SecretReads {
  readonly urn: string;
  readonly refreshSeconds: number;
  readonly callsPerMonth: number;
  readonly monthly: number;
}

interface Surroundings {
  readonly byUrn: ReadonlyMap<string, PlannedResource>;
  /** Whether Services of type LoadBalancer become load balancers of AWS. */
  readonly hasEksCluster: boolean;
  /** Zones in which a public load balancer gets an address. */
  readonly publicZones: number;
  readonly region: string;
}

type Pricing = (resource: PlannedResource, around: Surroundings) => readonly CostItem[];

const hours = prices.hoursPerMonth;
/** Calls are counted over 30 days, as AWS's own examples do. */
const secondsPerMonth = 30 * 24 * 60 * 60;

/** Monthly list price of a stack, item by item, dearest first; traffic and volume are not in it. */
export function costOf(resources: readonly PlannedResource[]): Cost {
  const around = surroundingsOf(resources);
  const items = [
    ...resources.flatMap((resource) => pricingOf(resource.type)?.(resource, around) ?? []),
    ...secretReadsOf(resources).map(secretReadsItem),
  ].sort((a, b) => b.monthly - a.monthly || compare(a.urn, b.urn) || compare(a.basis, b.basis));
  return {
    currency: "USD",
    monthly: cents(items.reduce((sum, item) => sum + item.monthly, 0)),
    items,
  };
}

/** What ExternalSecrets cost in API calls; those of other sources than Secrets Manager are left out. */
export function secretReadsOf(resources: readonly PlannedResource[]): SecretReads[] {
  const readsEmulator = resources.some(
    ({ type, inputs }) =>
      type === "kubernetes:helm.sh/v3:Release" &&
      chartName(inputs) === "external-secrets" &&
      JSON.stringify(inputs).includes("AWS_SECRETSMANAGER_ENDPOINT"),
  );
  if (readsEmulator) return [];
  const foreignStores = new Set(
    resources
      .filter(({ type, inputs }) => isForeignStore(type, inputs))
      .map(({ inputs }) => storeKey(inputs.kind, recordOf(inputs.metadata))),
  );
  return resources.flatMap(({ urn, type, inputs }) => {
    if (!/^kubernetes:external-secrets\.io\/.*:ExternalSecret$/.test(type)) return [];
    const spec = recordOf(inputs.spec);
    const store = recordOf(spec.secretStoreRef);
    const namespace = recordOf(inputs.metadata).namespace;
    if (foreignStores.has(storeKey(store.kind, { name: store.name, namespace }))) return [];
    const refreshSeconds = secondsOf(textOf(spec.refreshInterval, "1h"));
    const names = remoteNames(spec);
    const isPeriodic = textOf(spec.refreshPolicy, "Periodic") === "Periodic";
    if (!isPeriodic || refreshSeconds === 0 || names === 0) return [];
    const callsPerMonth = Math.round((secondsPerMonth / refreshSeconds) * names);
    const monthly = cents((callsPerMonth / 10_000) * prices.secretsManagerPer10000Calls);
    return [{ urn, refreshSeconds, callsPerMonth, monthly }];
  });
}

/** Price of AWS resources whose figure follows from the resource alone. */
const pricings: Readonly<Record<string, Pricing>> = {
  "aws:eks/cluster:Cluster": (resource, around) => [
    item(resource, prices.eksClusterPerHour * hours, "control plane, 730 h"),
    ...autoModeItem(resource, around),
  ],
  "aws:eks/nodeGroup:NodeGroup": nodeGroupItems,
  "aws:ec2/natGateway:NatGateway": (resource, around) => [
    regional(resource, around, prices.natGatewayPerHour * hours, "NAT gateway, 730 h, no traffic"),
  ],
  "aws:ec2/eip:Eip": (resource) => [
    item(resource, prices.publicIpv4PerHour * hours, "public IPv4 address, 730 h"),
  ],
  "aws:ec2/vpcEndpoint:VpcEndpoint": endpointItems,
  "aws:kms/key:Key": (resource) => [
    item(resource, prices.kmsKeyPerMonth, "key; its first two rotations add 1 USD each"),
  ],
  "aws:secretsmanager/secret:Secret": (resource) => [
    item(resource, prices.secretPerMonth, "stored secret"),
  ],
  "aws:route53/zone:Zone": (resource) => [item(resource, prices.hostedZonePerMonth, "hosted zone")],
  "aws:cloudwatch/metricAlarm:MetricAlarm": (resource) => [
    item(resource, prices.alarmPerMonth, "alarm"),
  ],
  "aws:cloudwatch/logGroup:LogGroup": (resource) => [
    item(resource, 0, `by volume: ${usd(prices.logsPerGibIngested)} USD per GB taken in`),
  ],
  "kubernetes:core/v1:Service": loadBalancerItems,
};

function pricingOf(type: string): Pricing | undefined {
  return Object.hasOwn(pricings, type) ? pricings[type] : undefined;
}

function surroundingsOf(resources: readonly PlannedResource[]): Surroundings {
  const publicZones = resources
    .filter(({ type }) => type === "aws:ec2/subnet:Subnet")
    .filter(({ inputs }) => recordOf(inputs.tags)["kubernetes.io/role/elb"] === "1")
    .map(({ inputs, urn }) => textOf(inputs.availabilityZone, urn));
  const provider = resources.find(({ type }) => type === "pulumi:providers:aws");
  return {
    byUrn: new Map(resources.map((resource) => [resource.urn, resource])),
    hasEksCluster: resources.some(({ type }) => type === "aws:eks/cluster:Cluster"),
    publicZones: new Set(publicZones).size,
    region: textOf(provider?.inputs.region, "us-east-1"),
  };
}

function nodeGroupItems(resource: PlannedResource, around: Surroundings): CostItem[] {
  const { inputs } = resource;
  const nodes = numberOf(recordOf(inputs.scalingConfig).minSize) ?? 0;
  const types = Array.isArray(inputs.instanceTypes) ? (inputs.instanceTypes as unknown[]) : [];
  const instanceType = textOf(types[0], "t3.medium");
  const perHour = instancePerHour(instanceType);
  const isSpot = inputs.capacityType === "SPOT";
  const machines = `${String(nodes)} x ${instanceType}`;
  const instances =
    perHour === undefined
      ? item(resource, 0, `${machines}: no price known for ${instanceType}`)
      : regional(
          resource,
          around,
          nodes * perHour * hours * (isSpot ? prices.spotShare : 1),
          isSpot
            ? `${machines} spot at ${String(prices.spotShare)} of on demand, 730 h`
            : `${machines} on demand, 730 h`,
        );
  const template = resource.dependencies
    .map((urn) => around.byUrn.get(urn))
    .find((dependency) => dependency?.type === "aws:ec2/launchTemplate:LaunchTemplate");
  const gib = template === undefined ? numberOf(inputs.diskSize) : volumeGib(template);
  const disk = gib ?? 20;
  const volumes = regional(
    resource,
    around,
    nodes * disk * prices.gp3PerGibMonth,
    `${String(nodes)} x ${String(disk)} GiB gp3 root volume`,
  );
  return [instances, volumes];
}

/** Bottlerocket has a second disk, so that all of them count. */
function volumeGib({ inputs }: PlannedResource): number | undefined {
  const mappings = Array.isArray(inputs.blockDeviceMappings)
    ? (inputs.blockDeviceMappings as unknown[])
    : [];
  const sizes = mappings.map((mapping) => numberOf(recordOf(recordOf(mapping).ebs).volumeSize));
  const known = sizes.filter((size) => size !== undefined);
  return known.length === 0 ? undefined : known.reduce((sum, size) => sum + size, 0);
}

function endpointItems(resource: PlannedResource, around: Surroundings): CostItem[] {
  if (resource.inputs.vpcEndpointType !== "Interface") return [];
  const { subnetIds } = resource.inputs;
  const zones = Array.isArray(subnetIds) ? subnetIds.length : 1;
  const monthly = zones * prices.interfaceEndpointPerHourAndZone * hours;
  return [
    regional(resource, around, monthly, `interface endpoint in ${String(zones)} zones, 730 h`),
  ];
}

/** A controller in the cluster makes a load balancer of each Service of that type. */
function loadBalancerItems(resource: PlannedResource, around: Surroundings): CostItem[] {
  const { spec, metadata } = resource.inputs;
  if (!around.hasEksCluster || recordOf(spec).type !== "LoadBalancer") return [];
  const monthly = prices.networkLoadBalancerPerHour * hours;
  const items = [
    regional(resource, around, monthly, "network load balancer, 730 h, no capacity units"),
  ];
  const scheme = recordOf(recordOf(metadata).annotations)[
    "service.beta.kubernetes.io/aws-load-balancer-scheme"
  ];
  const addresses = scheme === "internal" ? 0 : around.publicZones;
  if (addresses > 0)
    items.push(
      item(
        resource,
        addresses * prices.publicIpv4PerHour * hours,
        `${String(addresses)} public IPv4 addresses of the load balancer, 730 h`,
      ),
    );
  return items;
}

function autoModeItem(resource: PlannedResource, around: Surroundings): CostItem[] {
  if (recordOf(resource.inputs.computeConfig).enabled !== true) return [];
  const surcharge = String(Math.round(prices.autoModeShare * 100));
  return [
    regional(
      resource,
      around,
      0,
      `Auto Mode starts nodes by demand: price of each instance and ${surcharge} % on top`,
    ),
  ];
}

function secretReadsItem({ urn, refreshSeconds, callsPerMonth, monthly }: SecretReads): CostItem {
  const calls = callsPerMonth.toLocaleString("en-US");
  const rate = usd(prices.secretsManagerPer10000Calls);
  return {
    urn,
    monthly,
    basis: `${calls} calls to Secrets Manager (every ${String(refreshSeconds)} s), ${rate} USD per 10,000`,
  };
}

function item({ urn }: PlannedResource, monthly: number, basis: string): CostItem {
  return { urn, monthly: cents(monthly), basis };
}

/** An item whose price differs by region, with the factor in its basis. */
function regional(
  resource: PlannedResource,
  around: Surroundings,
  monthly: number,
  basis: string,
): CostItem {
  const provider =
    resource.provider === undefined
      ? undefined
      : around.byUrn.get(resource.provider)?.inputs.region;
  const region = textOf(resource.inputs.region, textOf(provider, around.region));
  const factor = regionFactor(region);
  if (factor === undefined) return item(resource, monthly, `${basis}, us-east-1's price`);
  return item(
    resource,
    monthly * factor,
    factor === 1 ? basis : `${basis}, ${region} x ${String(factor)}`,
  );
}

/** A store whose provider is stated and is not AWS. */
function isForeignStore(type: string, inputs: PlannedResource["inputs"]): boolean {
  if (!/^kubernetes:external-secrets\.io\/.*:(?:Cluster)?SecretStore$/.test(type)) return false;
  const provider = recordOf(recordOf(inputs.spec).provider);
  return Object.keys(provider).length > 0 && provider.aws === undefined;
}

function storeKey(kind: unknown, metadata: Readonly<Record<string, unknown>>): string {
  const isCluster = kind === "ClusterSecretStore";
  return isCluster
    ? `cluster ${textOf(metadata.name, "")}`
    : `${textOf(metadata.namespace, "")} ${textOf(metadata.name, "")}`;
}

/** How many names one refresh reads: the operator asks once for each, however many keys are taken from it. */
function remoteNames(spec: Readonly<Record<string, unknown>>): number {
  const listOf = (value: unknown) => (Array.isArray(value) ? (value as unknown[]) : []);
  const names = [
    ...listOf(spec.data).map((entry) => recordOf(recordOf(entry).remoteRef).key),
    ...listOf(spec.dataFrom).flatMap((entry) => {
      const { extract, find } = recordOf(entry);
      return [recordOf(extract).key, find === undefined ? undefined : JSON.stringify(find)];
    }),
  ];
  return new Set(names.filter((name) => typeof name === "string")).size;
}

/** Seconds of a duration as Go writes it, such as `15s` or `1h30m`. */
function secondsOf(duration: string): number {
  const units: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1, ms: 0.001 };
  return [...duration.matchAll(/(\d+(?:\.\d+)?)(h|ms|m|s)/g)].reduce(
    (sum, [, amount, unit]) => sum + Number(amount) * (units[unit ?? ""] ?? 0),
    0,
  );
}

/** Name of a release's chart without repository: `oci://mirror/charts/traefik` is `traefik`. */
export function chartName(inputs: PlannedResource["inputs"]): string {
  return textOf(inputs.chart, "").split("/").at(-1) ?? "";
}

function numberOf(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
