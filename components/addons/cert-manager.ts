import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { PodRole } from "../identity/pod-role.ts";
import type { Statement } from "../identity/policy.ts";
import { AddonNamespace } from "./addon-namespace.ts";
import type { Flow } from "./addon-namespace.ts";
import { chartRelease } from "./chart-release.ts";
import { resolveImage } from "./mirror.ts";
import type { Mirror } from "./mirror.ts";

/** Zones of Route 53 in which cert-manager proves names by DNS records. */
interface Route53Args {
  readonly clusterName: pulumi.Input<string>;
  /** The IAM role is called `<prefix>-cert-manager`. */
  readonly roleNamePrefix: string;
  readonly hostedZoneIds: readonly string[];
  readonly partition: pulumi.Input<string>;
}

/** How cert-manager runs. */
export interface CertManagerArgs {
  readonly mirror: Mirror;
  /** Pods of the controller, of the webhook and of the CA injector. */
  readonly replicas: number;
  /** @default names are proven by HTTP only, and no AWS role is made */
  readonly route53?: Route53Args | undefined;
}

/** Namespace of cert-manager, and of the certificates of its own authorities. */
export const certManagerNamespace = "cert-manager";

/** cert-manager with its custom resource definitions, ready to accept issuers once it is up. */
export class CertManager extends pulumi.ComponentResource {
  readonly release: k8s.helm.v3.Release;

  constructor(name: string, args: CertManagerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:addons:CertManager", name, {}, opts);
    const { mirror, replicas, route53 } = args;
    const namespace = certManagerNamespace;

    const home = new AddonNamespace(
      `${name}-namespace`,
      { namespace, flows: route53 === undefined ? flows : [...flows, podIdentityFlow] },
      { parent: this },
    );
    const before: pulumi.Resource[] = [home];
    if (route53 !== undefined)
      // Pods that start before the role's association never get the role.
      before.push(
        new PodRole(
          `${name}-role`,
          {
            roleName: `${route53.roleNamePrefix}-cert-manager`,
            clusterName: route53.clusterName,
            namespace,
            serviceAccount: "cert-manager",
            statements: dns01Statements(route53),
          },
          { parent: this },
        ),
      );
    this.release = chartRelease(
      name,
      "cert-manager",
      { namespace, mirror, values: values(mirror, replicas, route53 !== undefined) },
      { parent: this, dependsOn: before },
    );
    this.registerOutputs({});
  }
}

/** Where the agent of EKS Pod Identity hands out credentials on every node. */
export const podIdentityFlow: Flow = {
  name: "pod-identity",
  direction: "egress",
  ports: [80],
  cidrs: ["169.254.170.23/32"],
};

const flows: Flow[] = [
  // The API server, at addresses that are not known, asks the webhook.
  { name: "webhook", direction: "ingress", ports: [10250] },
  { name: "metrics", direction: "ingress", ports: [9402], namespaceLabels: {} },
  // ACME servers and AWS by 443, and by 80 the challenge as its server will see it.
  { name: "internet", direction: "egress", ports: [80, 443] },
  // The same challenge where the load balancer's address leads straight to the controller's pods.
  { name: "edge", direction: "egress", ports: [80, 443, 8000, 8443], namespaceLabels: {} },
];

/** https://cert-manager.io/docs/configuration/acme/dns01/route53/ */
function dns01Statements({ partition, hostedZoneIds }: Route53Args): Statement[] {
  const zones = hostedZoneIds.map(
    (id) => pulumi.interpolate`arn:${partition}:route53:::hostedzone/${id}`,
  );
  return [
    {
      sid: "AnyZoneByName",
      actions: ["route53:ListHostedZonesByName"],
      resources: ["*"],
      reason: "reads names of zones only; the action knows no resource",
    },
    {
      sid: "ChallengeRecords",
      actions: ["route53:ChangeResourceRecordSets"],
      resources: zones,
      conditions: {
        "ForAllValues:StringEquals": { "route53:ChangeResourceRecordSetsRecordTypes": ["TXT"] },
      },
    },
    { sid: "ListRecords", actions: ["route53:ListResourceRecordSets"], resources: zones },
    {
      sid: "ChangeProgress",
      actions: ["route53:GetChange"],
      resources: [pulumi.interpolate`arn:${partition}:route53:::change/*`],
    },
  ];
}

function values(mirror: Mirror, replicas: number, dns01: boolean): Record<string, unknown> {
  const image = (component: string): { repository: string } => ({
    repository: resolveImage(`quay.io/jetstack/cert-manager-${component}`, mirror),
  });
  const budget = { podDisruptionBudget: { enabled: replicas > 1, minAvailable: 1 } };
  const small = { requests: { cpu: "10m", memory: "64Mi" }, limits: { memory: "256Mi" } };
  return {
    // Kept definitions would outlive the stack; Pulumi removes issuers and certificates, which
    // depend on this release, before it removes the release.
    crds: { enabled: true, keep: false },
    // Its default is kube-system, where its Role would let it touch other leases.
    global: {
      leaderElection: { namespace: certManagerNamespace },
      priorityClassName: "system-cluster-critical",
    },
    image: image("controller"),
    replicaCount: replicas,
    ...budget,
    securityContext: {
      runAsNonRoot: true,
      fsGroup: 1001,
      seccompProfile: { type: "RuntimeDefault" },
    },
    // Asking the zones' own servers, its default, would need DNS to everywhere.
    ...(dns01 ? { dns01RecursiveNameserversOnly: true } : {}),
    resources: { requests: { cpu: "10m", memory: "64Mi" }, limits: { memory: "512Mi" } },
    webhook: { image: image("webhook"), replicaCount: replicas, ...budget, resources: small },
    cainjector: {
      image: image("cainjector"),
      replicaCount: replicas,
      ...budget,
      resources: { requests: { cpu: "10m", memory: "64Mi" }, limits: { memory: "512Mi" } },
    },
    acmesolver: { image: image("acmesolver") },
    // A hook that asks the API until the webhook answers: the release is not done before.
    startupapicheck: {
      enabled: true,
      image: image("startupapicheck"),
      timeout: "2m",
      resources: { requests: { cpu: "10m", memory: "32Mi" }, limits: { memory: "128Mi" } },
    },
    prometheus: { enabled: true, servicemonitor: { enabled: false } },
  };
}
