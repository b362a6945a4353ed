import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { parseEcrRepository } from "./image.ts";
import { checkedName, labels } from "./names.ts";
import { createNamespaceStore } from "./secret-store.ts";
import type { SecretSource } from "./secret-store.ts";

/** A Kubernetes Secret with `access-key-id` and `secret-access-key`. */
interface CredentialsSecret {
  readonly name: string;
  readonly namespace: string;
}

export interface RegistryCredentialsArgs {
  readonly project: string;
  readonly app: string;
  readonly namespace: string;
  /** Registry of the image, in ECR. */
  readonly registry: Registry;
  /** Credentials of an AWS user that may pull from it. */
  readonly credentialsSecret: CredentialsSecret;
}

/** A private registry of Amazon ECR. */
export interface Registry {
  readonly host: string;
  readonly region: string;
}

/**
 * What pods of this repository pull with outside EKS; on EKS the nodes' role does.
 *
 * @returns undefined where the image is not in ECR, or no AWS credentials are at hand.
 */
export function registryOf(
  repository: string,
  source: SecretSource,
): Pick<RegistryCredentialsArgs, "registry" | "credentialsSecret"> | undefined {
  const ecr = parseEcrRepository(repository);
  if (ecr === undefined || source.type !== "secretsManager") return undefined;
  const { credentialsSecret } = source;
  const [host = ""] = repository.split("/");
  return credentialsSecret && { registry: { host, region: ecr.region }, credentialsSecret };
}

/** A pull secret for ECR that is always valid: its token lives twelve hours and is renewed every six. */
export class RegistryCredentials extends pulumi.ComponentResource {
  /** Name of the pull secret. */
  public readonly secretName: string;

  constructor(name: string, args: RegistryCredentialsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:workloads:RegistryCredentials", name, {}, opts);
    const { project, app, namespace, registry, credentialsSecret } = args;
    this.secretName = checkedName(`${app}-registry`, 253);
    const credentialsName = `${this.secretName}-aws`;
    const metadata = (objectName: string) => ({
      name: objectName,
      namespace,
      labels: labels({ project, name: app }),
    });

    const store = createNamespaceStore(
      name,
      {
        project,
        app,
        namespace,
        storeName: this.secretName,
        accountName: `${this.secretName}-reader`,
        roleName: `${namespace}-registry-reader`,
        remoteNamespace: credentialsSecret.namespace,
        remoteKeys: [credentialsSecret.name],
      },
      this,
    );
    // A generator reads credentials of its own namespace only.
    const credentials = externalSecret(
      `${name}-aws`,
      metadata(credentialsName),
      this,
      store.resource,
      {
        secretStoreRef: store.reference,
        refreshInterval: "5m",
        target: { name: credentialsName, creationPolicy: "Owner", deletionPolicy: "Retain" },
        data: [accessKeyId, secretAccessKey].map((key) => ({
          secretKey: key,
          remoteRef: { key: credentialsSecret.name, property: key },
        })),
      },
    );
    const generator = new k8s.apiextensions.CustomResource(
      `${name}-token`,
      {
        apiVersion: generators,
        kind: "ECRAuthorizationToken",
        metadata: metadata(this.secretName),
        spec: {
          region: registry.region,
          auth: {
            secretRef: {
              accessKeyIDSecretRef: { name: credentialsName, key: accessKeyId },
              secretAccessKeySecretRef: { name: credentialsName, key: secretAccessKey },
            },
          },
        },
      },
      { parent: this, dependsOn: [credentials] },
    );
    externalSecret(name, metadata(this.secretName), this, generator, {
      refreshInterval: "6h",
      target: {
        name: this.secretName,
        creationPolicy: "Owner",
        deletionPolicy: "Retain",
        template: {
          engineVersion: "v2",
          type: "kubernetes.io/dockerconfigjson",
          data: { ".dockerconfigjson": dockerConfig(registry.host) },
        },
      },
      dataFrom: [
        {
          sourceRef: {
            generatorRef: {
              apiVersion: generators,
              kind: "ECRAuthorizationToken",
              name: this.secretName,
            },
          },
        },
      ],
    });

    this.registerOutputs({ secretName: this.secretName });
  }
}

const generators = "generators.external-secrets.io/v1alpha1";
const accessKeyId = "access-key-id";
const secretAccessKey = "secret-access-key";

/**
 * Template of Docker's configuration. The host is the image's and not the token's `proxy_endpoint`,
 * which names the user's own account: a token is good for every registry that the user may pull from.
 */
function dockerConfig(host: string): string {
  return `{"auths":{"${host}":{"username":"{{ .username }}","password":"{{ .password }}","auth":"{{ printf "%s:%s" .username .password | b64enc }}"}}}`;
}

function externalSecret(
  logicalName: string,
  metadata: { readonly name: string; readonly namespace: string },
  parent: pulumi.Resource,
  after: pulumi.Resource,
  spec: Record<string, unknown>,
): k8s.apiextensions.CustomResource {
  return new k8s.apiextensions.CustomResource(
    logicalName,
    {
      apiVersion: "external-secrets.io/v1",
      kind: "ExternalSecret",
      metadata: { ...metadata, annotations: { "pulumi.com/waitFor": "condition=Ready" } },
      spec,
    },
    { parent, dependsOn: [after], customTimeouts: { create: "90s", update: "90s" } },
  );
}
