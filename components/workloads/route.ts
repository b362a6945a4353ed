import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { labels } from "./names.ts";
import { routeAnnotations } from "./route-annotations.ts";
import type { RouteOptions } from "./route-annotations.ts";

/** How the application proves its names to the certificate authority. */
export type Challenge = "http01" | "dns01";

/** Public HTTPS of an application. */
export interface RouteSettings extends RouteOptions {
  /** Public host names. */
  readonly hosts: readonly string[];
  /** Path prefixes that the application serves. */
  readonly paths: readonly string[];
  /** @default the certificates' */
  readonly challenge?: Challenge;
}

/** ClusterIssuers by the challenge that they solve. */
export interface Issuers {
  readonly http01: { readonly name: string };
  /** @default none: no zone is managed here */
  readonly dns01?: { readonly name: string };
}

/** What holds for all certificates of the stack. */
export interface CertificateSettings {
  readonly challenge: Challenge;
  /** Lifetime asked for. @default the issuer's */
  readonly durationHours?: number;
  /** Share of the lifetime left at renewal. */
  readonly renewBeforePercentage: number;
  /** How long `pulumi up` waits for a certificate. */
  readonly readyTimeoutSeconds: number;
  /** Whether certificates stay in the cluster when their application is removed. */
  readonly retain: boolean;
}

export interface RouteArgs {
  readonly project: string;
  readonly app: string;
  readonly namespace: string;
  /** Service that serves the hosts, on its port `http`. */
  readonly serviceName: string;
  readonly route: RouteSettings;
  readonly ingressClassName: string;
  readonly issuers: Issuers;
  readonly certificates: CertificateSettings;
}

/** Public HTTPS: an Ingress that redirects HTTP, and its certificate, which is waited for. */
export class Route extends pulumi.ComponentResource {
  /** Public URLs. */
  public readonly urls: readonly string[];

  constructor(name: string, args: RouteArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:workloads:Route", name, {}, opts);
    const { app, namespace, route, certificates } = args;
    const routeLabels = labels({ project: args.project, name: app, component: "route" });
    const secretName = `${app}-tls-secret`;
    const issuer = issuerOf(args);
    this.urls = route.hosts.map((host) => `https://${host}`);

    const paths = route.paths.map((path) => ({
      path,
      pathType: "Prefix",
      backend: { service: { name: args.serviceName, port: { name: "http" } } },
    }));
    const ingress = new k8s.networking.v1.Ingress(
      name,
      {
        metadata: {
          name: app,
          namespace,
          labels: routeLabels,
          annotations: {
            ...routeAnnotations(route),
            // An Ingress waits for an address, which never comes where nothing publishes one; the
            // certificate below is waited for, and by HTTP-01 it comes through this Ingress.
            "pulumi.com/skipAwait": "true",
          },
        },
        spec: {
          ingressClassName: args.ingressClassName,
          tls: [{ hosts: [...route.hosts], secretName }],
          rules: route.hosts.map((host) => ({ host, http: { paths } })),
        },
      },
      { parent: this },
    );
    // Not by an annotation of the Ingress: a certificate that is a resource of its own can be waited
    // for, protected, and told its key and renewal.
    new k8s.apiextensions.CustomResource(
      `${name}-certificate`,
      {
        apiVersion: "cert-manager.io/v1",
        kind: "Certificate",
        metadata: {
          name: secretName,
          namespace,
          labels: routeLabels,
          annotations: { "pulumi.com/waitFor": "condition=Ready" },
        },
        spec: {
          secretName,
          dnsNames: [...route.hosts],
          issuerRef: { group: "cert-manager.io", kind: "ClusterIssuer", name: issuer },
          privateKey: { algorithm: "ECDSA", size: 256, rotationPolicy: "Always" },
          ...(certificates.durationHours === undefined
            ? {}
            : { duration: `${String(certificates.durationHours)}h0m0s` }),
          // A share, since the lifetimes of public certificates keep shrinking.
          renewBeforePercentage: certificates.renewBeforePercentage,
        },
      },
      {
        parent: this,
        // DNS records and the way of the HTTP-01 challenge come from the Ingress.
        dependsOn: [ingress],
        retainOnDelete: certificates.retain,
        customTimeouts: {
          create: `${String(certificates.readyTimeoutSeconds)}s`,
          update: `${String(certificates.readyTimeoutSeconds)}s`,
        },
      },
    );

    this.registerOutputs({ urls: this.urls });
  }
}

function issuerOf({ app, route, certificates, issuers }: RouteArgs): string {
  const wildcard = route.hosts.some((host) => host.startsWith("*."));
  const challenge = wildcard ? "dns01" : (route.challenge ?? certificates.challenge);
  const issuer = issuers[challenge];
  if (issuer === undefined)
    throw new pulumi.RunError(
      `apps.${app}.route needs dns01, and no zone has a hostedZoneId: give one in slipway:dns, or use http01`,
    );
  return issuer.name;
}
