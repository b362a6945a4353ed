import * as pulumi from "@pulumi/pulumi";
import { CertManager } from "./cert-manager.ts";
import { ClusterAutoscaler } from "./cluster-autoscaler.ts";
import { ClusterIssuers } from "./cluster-issuers.ts";
import type { ClusterIssuersArgs } from "./cluster-issuers.ts";
import { Edge } from "./edge.ts";
import type { EdgeArgs } from "./edge.ts";
import { ExternalDns } from "./external-dns.ts";
import { ExternalSecrets } from "./external-secrets.ts";
import { LoadBalancerController } from "./load-balancer-controller.ts";
import { MetricsServer } from "./metrics-server.ts";
import type { Mirror } from "./mirror.ts";
import { Reloader } from "./reloader.ts";

/** What add-ons that call AWS need to know of it. */
export interface AddonsAws {
  readonly clusterName: string;
  readonly vpcId: pulumi.Input<string>;
  readonly region: string;
  readonly partition: pulumi.Input<string>;
  /** Prefix of the names of IAM roles and load balancers. */
  readonly roleNamePrefix: string;
  /** ARN pattern of the roles that read applications' secrets. */
  readonly readerRolePattern: pulumi.Input<string>;
  /** EKS Auto Mode brings its own load-balancer controller and node autoscaler. */
  readonly autoMode: boolean;
}

export interface AddonsArgs {
  readonly mirror: Mirror;
  /** Pods of each operator. */
  readonly replicas: number;
  readonly edge: Omit<EdgeArgs, "mirror" | "aws">;
  readonly issuer: ClusterIssuersArgs["issuer"];
  /** DNS zones by domain; those with an id get records and DNS-01. */
  readonly zones: Readonly<Record<string, { readonly hostedZoneId?: string | undefined }>>;
  /** Endpoint of an emulator of Secrets Manager. @default AWS's own */
  readonly secretsEndpoint?: string | undefined;
  /** Whether metrics-server is installed; else the cluster has it. */
  readonly metricsServer: boolean;
  /** @default no add-on calls AWS */
  readonly aws?: AddonsAws | undefined;
}

/** Where every pod finds the authority of its cluster, which signs kubelets' certificates outside EKS. */
const clusterCaPath = "/var/run/secrets/kubernetes.io/serviceaccount/ca.crt";

/** All that a cluster needs before it can serve applications, in an order that one `up` gets right. */
export class Addons extends pulumi.ComponentResource {
  readonly edge: Edge;
  readonly issuers: ClusterIssuers;
  /** Serves stores and external secrets. */
  readonly externalSecrets: ExternalSecrets;
  /** Role of the secrets operator, the only one that readers of secrets trust. */
  readonly externalSecretsRoleArn: pulumi.Output<string> | undefined;

  constructor(name: string, args: AddonsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:addons:Addons", name, {}, opts);
    const { mirror, replicas, aws, issuer } = args;
    const calls = aws && { ...aws, mirror };
    const hostedZones = Object.fromEntries(
      Object.entries(args.zones).flatMap(([domain, { hostedZoneId }]) =>
        hostedZoneId === undefined ? [] : [[domain, { hostedZoneId }]],
      ),
    );
    const dnsCalls = Object.keys(hostedZones).length > 0 ? calls : undefined;

    const balancers: pulumi.Resource[] = [];
    if (calls !== undefined && !calls.autoMode) {
      balancers.push(new LoadBalancerController(`${name}-load-balancer`, calls, { parent: this }));
      new ClusterAutoscaler(`${name}-cluster-autoscaler`, calls, { parent: this });
    }
    if (args.metricsServer)
      new MetricsServer(
        `${name}-metrics-server`,
        { mirror, replicas, kubeletCaPath: calls === undefined ? clusterCaPath : undefined },
        { parent: this },
      );
    new Reloader(`${name}-reloader`, { mirror }, { parent: this });
    this.externalSecrets = new ExternalSecrets(
      `${name}-external-secrets`,
      { mirror, replicas, endpoint: args.secretsEndpoint, aws: calls },
      { parent: this },
    );
    const certManager = new CertManager(
      `${name}-cert-manager`,
      {
        mirror,
        replicas,
        route53: dnsCalls && {
          ...dnsCalls,
          hostedZoneIds: Object.values(hostedZones).map(({ hostedZoneId }) => hostedZoneId),
        },
      },
      { parent: this },
    );
    this.edge = new Edge(
      `${name}-edge`,
      {
        ...args.edge,
        mirror,
        aws: aws && { name: aws.roleNamePrefix, autoMode: aws.autoMode },
      },
      // Load balancers are made and removed by their controller: it comes first and goes last.
      { parent: this, dependsOn: balancers },
    );
    this.issuers = new ClusterIssuers(
      `${name}-cluster-issuers`,
      {
        issuer,
        zones: calls === undefined ? {} : hostedZones,
        region: aws?.region,
        ingressClassName: this.edge.ingressClassName,
      },
      { parent: this, dependsOn: [certManager] },
    );
    if (dnsCalls !== undefined)
      new ExternalDns(
        `${name}-external-dns`,
        { ...dnsCalls, zones: hostedZones, txtOwnerId: dnsCalls.clusterName },
        { parent: this },
      );
    this.externalSecretsRoleArn = this.externalSecrets.roleArn;
    this.registerOutputs({ externalSecretsRoleArn: this.externalSecretsRoleArn });
  }
}
