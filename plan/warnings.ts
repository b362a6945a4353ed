import { chartName, secretReadsOf } from "./cost.ts";
import { usd } from "./prices.ts";
import { recordOf, textOf } from "./simulated/account.ts";
import type { PlannedResource, Warning } from "./plan.ts";

/** A control that the stack does not meet on purpose, with the written reason. */
interface PolicyException {
  readonly policy: string;
  readonly control: string;
  readonly reason: string;
  /** Resources that it is for; it is not mentioned where the plan has none of them. */
  readonly matches?: { readonly types: readonly string[]; readonly name: RegExp };
}

/** The part of a stack's configuration that no resource shows. */
interface WarnedConfiguration {
  readonly mirror?: { readonly chartVersions?: Readonly<Record<string, string>> };
}

export interface WarningsArgs {
  readonly resources: readonly PlannedResource[];
  /** Left out where a plan does not come from a stack file. */
  readonly configuration?: WarnedConfiguration;
  /** Date as `2026-11-21`; given by the caller, so that two runs of one day agree. */
  readonly today: string;
  readonly exceptions: readonly PolicyException[];
}

/** How long before an end of life the plan speaks of it. */
const noticeDays = 120;

/** Ends of EKS's standard support: https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html */
const endOfStandardSupport: Readonly<Record<string, string>> = {
  "1.33": "2026-07-29",
  "1.34": "2026-12-02",
  "1.35": "2027-03-27",
  "1.36": "2027-08-02",
};
const newestKubernetes = "1.36";

/** Newest Kubernetes that the last release of ingress-nginx was tested on end to end. */
const ingressNginxTestedUpTo = 35;

/** Lifetimes of Let's Encrypt's default profile to come: https://letsencrypt.org/2025/12/02/from-90-to-45 */
const certificateLifetimes = [
  { from: "2027-02-10", days: 64, before: 90 },
  { from: "2028-02-16", days: 45, before: 64 },
];

/** What is worth knowing of a plan and stops nothing; each message ends with what to do. */
export function warningsOf(args: WarningsArgs): Warning[] {
  const { resources, configuration, today, exceptions } = args;
  return [
    ...kubernetesSupport(resources, today),
    ...ingressNginx(resources),
    ...letsEncrypt(resources, today),
    ...secretRefresh(resources),
    ...singleNat(resources),
    ...shortShas(resources),
    ...mirrorVersions(configuration?.mirror?.chartVersions ?? {}, resources),
    ...exceptions
      .filter(({ matches }) => matches === undefined || resources.some(isMatched(matches)))
      .map(({ policy, control, reason }) => ({
        code: "exception",
        message: `${control} is not met (policy ${policy}): ${reason}; take the exception away when its reason is gone`,
      })),
  ];
}

function kubernetesSupport(resources: readonly PlannedResource[], today: string): Warning[] {
  const version = kubernetesVersion(resources);
  const end = Object.hasOwn(endOfStandardSupport, version)
    ? endOfStandardSupport[version]
    : undefined;
  if (end === undefined) return [];
  const days = daysBetween(today, end);
  if (days > noticeDays) return [];
  const when =
    days < 0
      ? `ended on ${end}`
      : `ends on ${end}, ${days === 0 ? "today" : `in ${String(days)} days`}`;
  const remedy =
    version === newestKubernetes
      ? "look for a newer version and set cluster.version"
      : `set cluster.version to the next version, one at a time, up to ${newestKubernetes}`;
  return [
    {
      code: "kubernetes-end-of-support",
      message: `EKS's standard support of Kubernetes ${version} ${when}: ${remedy}`,
    },
  ];
}

function ingressNginx(resources: readonly PlannedResource[]): Warning[] {
  const release = releases(resources).find(({ inputs }) => chartName(inputs) === "ingress-nginx");
  if (release === undefined) return [];
  const warnings = [
    {
      code: "ingress-nginx-end-of-life",
      message:
        "ingress-nginx gets no more fixes since March 2026, CVE-2026-42945 stays open: set edge.controller to both, move DNS to Traefik, then set it to traefik",
    },
  ];
  const version = kubernetesVersion(resources);
  if (Number(version.split(".")[1] ?? 0) > ingressNginxTestedUpTo)
    warnings.push({
      code: "ingress-nginx-untested",
      message: `ingress-nginx was never tested end to end on Kubernetes ${version}, only up to 1.${String(ingressNginxTestedUpTo)}: try routes in staging first, or set edge.controller to traefik`,
    });
  return warnings;
}

function letsEncrypt(resources: readonly PlannedResource[], today: string): Warning[] {
  const servers = resources
    .filter(({ type }) => /^kubernetes:cert-manager\.io\/.*:(?:Cluster)?Issuer$/.test(type))
    .map(({ inputs }) => textOf(recordOf(recordOf(inputs.spec).acme).server, ""))
    .filter((server) => /^https:\/\/[^/]+\.api\.letsencrypt\.org\//.test(server));
  if (servers.length === 0) return [];
  const warnings: Warning[] = [];
  if (servers.some((server) => server.startsWith("https://acme-v02.")))
    warnings.push({
      code: "lets-encrypt-limits",
      message:
        "Let's Encrypt issues at most 5 certificates a week for the same names, 50 for a domain: keep their Secrets (certificates.retain), and rebuild clusters with certificates.issuer.directory staging",
    });
  const change = certificateLifetimes.find(({ from }) => daysBetween(today, from) > 0);
  if (change !== undefined && daysBetween(today, change.from) <= noticeDays)
    warnings.push({
      code: "certificate-lifetime",
      message: `Let's Encrypt's certificates last ${String(change.days)} days instead of ${String(change.before)} from ${change.from}: state renewal as a share (certificates.renewBeforePercentage), and set alarms on expiry below ${String(Math.floor(change.days / 3))} days`,
    });
  return warnings;
}

function secretRefresh(resources: readonly PlannedResource[]): Warning[] {
  const often = secretReadsOf(resources).filter(({ refreshSeconds }) => refreshSeconds < 300);
  const shortest = Math.min(...often.map(({ refreshSeconds }) => refreshSeconds));
  if (often.length === 0) return [];
  const monthly = often.reduce((sum, reads) => sum + reads.monthly, 0);
  const hourly = often.reduce(
    (sum, reads) => sum + (reads.monthly * reads.refreshSeconds) / 3600,
    0,
  );
  const secrets =
    often.length === 1 ? "1 secret is" : `${often.length.toLocaleString("en-US")} secrets are`;
  return [
    {
      code: "secret-refresh-cost",
      message: `${secrets} read from Secrets Manager every ${String(shortest)} s, ${usd(monthly)} USD a month: where changes may take an hour, set secrets.refreshInterval to 1h (${hourly < 0.01 ? "under 0.01" : usd(hourly)} USD)`,
    },
  ];
}

function singleNat(resources: readonly PlannedResource[]): Warning[] {
  const gateways = resources.filter(({ type }) => type === "aws:ec2/natGateway:NatGateway");
  const zones = new Set(
    resources
      .filter(({ type }) => type === "aws:ec2/subnet:Subnet")
      .map(({ inputs }) => textOf(inputs.availabilityZone, "")),
  );
  if (gateways.length !== 1 || zones.size < 2) return [];
  return [
    {
      code: "single-nat",
      message: `one NAT gateway serves ${String(zones.size)} zones, all lose the internet with its zone: where that matters, set network.nat to onePerZone`,
    },
  ];
}

/** Applications carry the commit that runs in a label, whatever their images are pinned by. */
function shortShas(resources: readonly PlannedResource[]): Warning[] {
  const names = resources
    .filter(({ type }) => type === "kubernetes:apps/v1:Deployment")
    .map(({ inputs }) => recordOf(recordOf(inputs.metadata).labels))
    .filter((labels) => labels["app.kubernetes.io/managed-by"] === "slipway")
    .filter((labels) => /^[0-9a-f]{7,39}$/.test(textOf(labels["app.kubernetes.io/version"], "")))
    .map((labels) => textOf(labels["app.kubernetes.io/name"], "an application"));
  const short = [...new Set(names)].sort();
  if (short.length === 0) return [];
  return [
    {
      code: "short-sha",
      message: `images pinned by a part of a commit's SHA, which another commit may come to share: ${listed(short)}; give all 40 digits in apps.<name>.image.sha`,
    },
  ];
}

function mirrorVersions(
  chartVersions: Readonly<Record<string, string>>,
  resources: readonly PlannedResource[],
): Warning[] {
  const used = new Set(releases(resources).map(({ inputs }) => chartName(inputs)));
  const differing = Object.entries(chartVersions)
    .filter(([chart]) => used.has(chart))
    .map(([chart, version]) => `${chart} ${version}`)
    .sort();
  if (differing.length === 0) return [];
  return [
    {
      code: "mirror-versions",
      message: `charts in versions of the mirror, not the tested ones, their images not pinned by digest: ${listed(differing)}; bring the mirror up to date and clear mirror.chartVersions`,
    },
  ];
}

function isMatched({ types, name }: NonNullable<PolicyException["matches"]>) {
  return (resource: PlannedResource) =>
    // A pattern with the flag `g` remembers where it stopped; search does not.
    types.includes(resource.type) && resource.name.search(name) >= 0;
}

function releases(resources: readonly PlannedResource[]): PlannedResource[] {
  return resources.filter(({ type }) => type === "kubernetes:helm.sh/v3:Release");
}

/** Version of the EKS cluster of the plan, or an empty text. */
function kubernetesVersion(resources: readonly PlannedResource[]): string {
  const cluster = resources.find(({ type }) => type === "aws:eks/cluster:Cluster");
  return textOf(cluster?.inputs.version, "");
}

function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000);
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(", ");
  return names.length > 5 ? `${shown} and ${String(names.length - 5)} more` : shown;
}
