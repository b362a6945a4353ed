import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { PodRole } from "../identity/pod-role.ts";
import { AddonNamespace } from "./addon-namespace.ts";
import type { Flow } from "./addon-namespace.ts";
import { podIdentityFlow } from "./cert-manager.ts";
import { chartRelease } from "./chart-release.ts";
import { resolveImage } from "./mirror.ts";
import type { Mirror } from "./mirror.ts";

/** The operator's own AWS role, which can do nothing but take on those of readers. */
interface ExternalSecretsAws {
  readonly clusterName: pulumi.Input<string>;
  /** The IAM role is called `<prefix>-external-secrets`. */
  readonly roleNamePrefix: string;
  /** ARN pattern of the roles that read one application's secrets each. */
  readonly readerRolePattern: pulumi.Input<string>;
}

/** How the External Secrets Operator runs. */
export interface ExternalSecretsArgs {
  readonly mirror: Mirror;
  /** Pods of the operator and of its webhook. */
  readonly replicas: number;
  /** @default no AWS role is made */
  readonly aws?: ExternalSecretsAws | undefined;
  /** Emulator that stands in for AWS Secrets Manager, STS and ECR. @default AWS's own endpoints */
  readonly endpoint?: string | undefined;
  /** Where secret stores are. @default any address, by 443 */
  readonly egressCidrs?: readonly string[] | undefined;
}

const namespace = "external-secrets";

/** External Secrets Operator, with the parts of it that Slipway uses. */
export class ExternalSecrets extends pulumi.ComponentResource {
  readonly release: k8s.helm.v3.Release;
  /** Role that roles of readers must trust; absent outside AWS. */
  readonly roleArn: pulumi.Output<string> | undefined;

  constructor(name: string, args: ExternalSecretsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:addons:ExternalSecrets", name, {}, opts);
    const { mirror, aws } = args;

    const home = new AddonNamespace(
      `${name}-namespace`,
      { namespace, flows: flowsOf(args) },
      { parent: this },
    );
    const role =
      aws &&
      new PodRole(
        `${name}-role`,
        {
          roleName: `${aws.roleNamePrefix}-external-secrets`,
          clusterName: aws.clusterName,
          namespace,
          serviceAccount: "external-secrets",
          statements: [
            {
              sid: "AssumeReaders",
              // Pod Identity tags its sessions, and tags travel along.
              actions: ["sts:AssumeRole", "sts:TagSession"],
              resources: [aws.readerRolePattern],
            },
          ],
        },
        { parent: this },
      );
    this.release = chartRelease(
      name,
      "external-secrets",
      { namespace, mirror, values: values(args) },
      // Pods that start before the role's association never get the role.
      { parent: this, dependsOn: role === undefined ? [home] : [home, role] },
    );
    this.roleArn = role?.roleArn;
    this.registerOutputs({ roleArn: this.roleArn });
  }
}

function flowsOf({ aws, endpoint, egressCidrs }: ExternalSecretsArgs): Flow[] {
  const port = endpoint === undefined ? 443 : portOf(endpoint);
  return [
    // The API server, at addresses that are not known, asks the webhook.
    { name: "webhook", direction: "ingress", ports: [10250] },
    { name: "metrics", direction: "ingress", ports: [8080], namespaceLabels: {} },
    {
      name: "secret-stores",
      direction: "egress",
      ports: [port],
      ...(egressCidrs === undefined ? {} : { cidrs: egressCidrs }),
    },
    ...(aws === undefined ? [] : [podIdentityFlow]),
  ];
}

function portOf(endpoint: string): number {
  const { port, protocol } = new URL(endpoint);
  return Number(port || (protocol === "https:" ? "443" : "80"));
}

function values({ mirror, replicas, endpoint, aws }: ExternalSecretsArgs): Record<string, unknown> {
  const image = {
    repository: resolveImage("ghcr.io/external-secrets/external-secrets", mirror),
  };
  const budget = { podDisruptionBudget: { enabled: replicas > 1, minAvailable: 1 } };
  const clusterStores = aws === undefined;
  return {
    image,
    replicaCount: replicas,
    // More than one of them would each read every secret.
    leaderElect: true,
    ...budget,
    // Secrets read at the same time: one slow store must not hold up the others.
    concurrent: 5,
    // Slipway makes a SecretStore and an ExternalSecret in each application's namespace, and a
    // PushSecret for each key that is generated. What works across namespaces stays off, and with
    // it the rights for it. The exception: outside AWS stores use credentials of another namespace,
    // which only a ClusterSecretStore may.
    processClusterStore: clusterStores,
    processClusterExternalSecret: false,
    processClusterPushSecret: false,
    processClusterGenerator: false,
    processPushSecret: true,
    crds: {
      createClusterSecretStore: clusterStores,
      createClusterExternalSecret: false,
      createClusterPushSecret: false,
      createClusterGenerator: false,
      createPushSecret: true,
    },
    rbac: { servicebindings: { create: false } },
    extraEnv:
      endpoint === undefined
        ? []
        : ["SECRETSMANAGER", "STS", "ECR"].map((service) => ({
            name: `AWS_${service}_ENDPOINT`,
            value: endpoint,
          })),
    resources: { requests: { cpu: "50m", memory: "128Mi" }, limits: { memory: "512Mi" } },
    serviceMonitor: { enabled: false },
    webhook: {
      image,
      replicaCount: replicas,
      failurePolicy: "Fail",
      ...budget,
      resources: { requests: { cpu: "10m", memory: "64Mi" }, limits: { memory: "256Mi" } },
    },
    // Keeps the webhook's certificate, which nothing else does here.
    certController: {
      image,
      replicaCount: 1,
      resources: { requests: { cpu: "10m", memory: "128Mi" }, limits: { memory: "256Mi" } },
    },
  };
}
