import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { addonLabels, allowFlow } from "./addon-namespace.ts";
import { certManagerNamespace } from "./cert-manager.ts";

/** Who signs certificates. */
type Issuer =
  | {
      readonly type: "letsEncrypt";
      readonly directory: "staging" | "production";
      readonly email: string;
    }
  | {
      readonly type: "acme";
      /** https URL of the directory. */
      readonly server: string;
      readonly email: string;
      /** CA certificates of the directory, PEM in base64. @default public authorities */
      readonly caBundle?: string | undefined;
    }
  | { readonly type: "selfSigned" };

/** Who signs, and how names are proven. */
export interface ClusterIssuersArgs {
  readonly issuer: Issuer;
  /** Zones by domain; those with an id can prove names, and wildcards, by DNS. */
  readonly zones: Readonly<Record<string, { readonly hostedZoneId?: string | undefined }>>;
  /** Region of the calls to Route 53. @default cert-manager's own */
  readonly region?: string | undefined;
  /** Class of the Ingress through which HTTP challenges arrive. */
  readonly ingressClassName: string;
}

/** Name of a ClusterIssuer, for those who ask it for certificates. */
export interface IssuerRef {
  readonly name: string;
}

/** ClusterIssuers that are Ready, one for HTTP challenges and one for DNS; they share one account. */
export class ClusterIssuers extends pulumi.ComponentResource {
  readonly http01: IssuerRef;
  /** Absent where no zone can be written to. */
  readonly dns01: IssuerRef | undefined;

  constructor(name: string, args: ClusterIssuersArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:addons:ClusterIssuers", name, {}, opts);
    const { issuer } = args;
    if (issuer.type === "selfSigned") {
      this.http01 = selfSigned(name, { parent: this });
      this.dns01 = this.http01;
    } else {
      const account = acmeAccount(issuer);
      const port = Number(new URL(account.server).port || "443");
      const after =
        port === 443
          ? []
          : [
              allowFlow(
                `${name}-acme-server`,
                certManagerNamespace,
                { name: "acme-server", direction: "egress", ports: [port] },
                { parent: this },
              ),
            ];
      const http01 = clusterIssuer(
        name,
        account.name,
        acmeSpec(account, [{ http01: { ingress: { ingressClassName: args.ingressClassName } } }]),
        { parent: this, dependsOn: after },
      );
      this.http01 = { name: account.name };
      const dnsName = `${account.name}-dns`;
      const solvers = dns01Solvers(args);
      if (solvers.length > 0)
        // One after the other: both would make the key of the account that they share.
        clusterIssuer(`${name}-dns`, dnsName, acmeSpec(account, solvers), {
          parent: this,
          dependsOn: [http01],
        });
      this.dns01 = solvers.length > 0 ? { name: dnsName } : undefined;
    }
    this.registerOutputs({ http01: this.http01, dns01: this.dns01 });
  }
}

interface AcmeAccount {
  readonly name: string;
  readonly server: string;
  readonly email: string;
  readonly caBundle?: string | undefined;
}

const letsEncrypt = {
  staging: "https://acme-staging-v02.api.letsencrypt.org/directory",
  production: "https://acme-v02.api.letsencrypt.org/directory",
};

function acmeAccount(issuer: Exclude<Issuer, { type: "selfSigned" }>): AcmeAccount {
  if (issuer.type === "acme") return { ...issuer, name: "clusterissuer-acme" };
  const { directory, email } = issuer;
  return {
    name: `clusterissuer-letsencrypt-${directory}`,
    server: letsEncrypt[directory],
    email,
  };
}

function acmeSpec({ name, server, email, caBundle }: AcmeAccount, solvers: object[]): object {
  return {
    acme: {
      server,
      email,
      ...(caBundle === undefined ? {} : { caBundle }),
      privateKeySecretRef: { name: `${name}-secret` },
      solvers,
    },
  };
}

/** Credentials are those of cert-manager's pods, so there is no `auth`. */
function dns01Solvers({ zones, region }: ClusterIssuersArgs): object[] {
  return Object.entries(zones).flatMap(([domain, { hostedZoneId }]) =>
    hostedZoneId === undefined
      ? []
      : [
          {
            selector: { dnsZones: [domain] },
            dns01: {
              route53: { hostedZoneID: hostedZoneId, ...(region === undefined ? {} : { region }) },
            },
          },
        ],
  );
}

/** An authority of its own: self-signed once, then the issuer of everything else. */
function selfSigned(name: string, opts: pulumi.CustomResourceOptions): IssuerRef {
  const issuerName = "clusterissuer-self-signed";
  const secretName = `${issuerName}-ca`;
  const bootstrap = clusterIssuer(
    `${name}-bootstrap`,
    `${issuerName}-bootstrap`,
    { selfSigned: {} },
    opts,
  );
  const authority = certManagerObject(
    `${name}-ca`,
    {
      kind: "Certificate",
      metadata: { name: secretName, namespace: certManagerNamespace },
      spec: {
        isCA: true,
        commonName: "Slipway",
        secretName,
        duration: "87600h",
        privateKey: { algorithm: "ECDSA", size: 256 },
        issuerRef: {
          group: "cert-manager.io",
          kind: "ClusterIssuer",
          name: `${issuerName}-bootstrap`,
        },
      },
    },
    { ...opts, dependsOn: [bootstrap] },
  );
  clusterIssuer(name, issuerName, { ca: { secretName } }, { ...opts, dependsOn: [authority] });
  return { name: issuerName };
}

function clusterIssuer(
  name: string,
  issuerName: string,
  spec: object,
  opts: pulumi.CustomResourceOptions,
): k8s.apiextensions.CustomResource {
  return certManagerObject(
    name,
    { kind: "ClusterIssuer", metadata: { name: issuerName }, spec },
    opts,
  );
}

/** Waits until cert-manager says Ready, which for ACME means that the account exists. */
function certManagerObject(
  name: string,
  object: { kind: string; metadata: { name: string; namespace?: string }; spec: object },
  opts: pulumi.CustomResourceOptions,
): k8s.apiextensions.CustomResource {
  return new k8s.apiextensions.CustomResource(
    name,
    {
      apiVersion: "cert-manager.io/v1",
      ...object,
      metadata: {
        ...object.metadata,
        labels: addonLabels("cert-manager"),
        annotations: { "pulumi.com/waitFor": "condition=Ready" },
      },
    },
    { customTimeouts: { create: "2m", update: "2m" }, ...opts },
  );
}
