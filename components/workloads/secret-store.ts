import * as aws from "@pulumi/aws";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { policyDocument } from "../identity/policy.ts";
import { labels, readerRoleName } from "./names.ts";
import { readerStatements, writerStatements } from "./secret-rights.ts";
import type { OwnSecrets, SecretsAws } from "./secret-rights.ts";

/** Source of truth of secret values. */
export type SecretSource =
  | {
      readonly type: "secretsManager";
      /** Region of AWS Secrets Manager. @default the stack's */
      readonly region?: string;
      /** Kubernetes Secret with `access-key-id` and `secret-access-key`. @default an AWS role */
      readonly credentialsSecret?: { readonly name: string; readonly namespace: string };
    }
  | {
      readonly type: "kubernetes";
      /** Namespace, made beforehand, whose Secrets are the source. */
      readonly namespace: string;
    };

export interface SecretStoreArgs extends OwnSecrets {
  readonly project: string;
  readonly app: string;
  readonly namespace: string;
  readonly source: SecretSource;
  /** Region of the source, where it names none. @default none */
  readonly region?: string;
  readonly aws?: SecretsAws;
}

/** A store that can read one application's secrets. */
export interface SecretStore {
  readonly resource: pulumi.Resource;
  readonly reference: {
    readonly kind: "SecretStore" | "ClusterSecretStore";
    readonly name: string;
  };
  readonly readerRoleArn?: pulumi.Output<string>;
}

/** Makes the store and the rights that it needs, and waits until the operator accepts it. */
export function createSecretStore(
  name: string,
  args: SecretStoreArgs,
  parent: pulumi.Resource,
): SecretStore {
  const { app, source } = args;
  if (source.type === "kubernetes")
    return createNamespaceStore(
      name,
      {
        ...args,
        storeName: app,
        accountName: `${app}-secrets-reader`,
        roleName: `${args.namespace}-secrets-reader`,
        remoteNamespace: source.namespace,
      },
      parent,
    );
  const region = source.region ?? args.region;
  if (region === undefined)
    throw new pulumi.RunError(
      `the secrets of ${app} have no region: give secrets.source.region (config slipway:secrets) or slipway:region`,
    );
  if (source.credentialsSecret !== undefined)
    return staticStore(name, args, source.credentialsSecret, region, parent);
  if (args.aws === undefined)
    throw new pulumi.RunError(
      `the secrets of ${app} can't be read without credentials: outside EKS give secrets.source.credentialsSecret (config slipway:secrets)`,
    );
  return roleStore(name, args, args.aws, region, parent);
}

/** A role for exactly these secrets; without an auth block the operator assumes it. */
function roleStore(
  name: string,
  args: SecretStoreArgs,
  account: SecretsAws,
  region: string,
  parent: pulumi.Resource,
): SecretStore {
  const role = new aws.iam.Role(
    `${name}-reader`,
    {
      name: readerRoleName(account.roleNamePrefix, args.app),
      description: `Reads the secrets of ${args.app}`,
      assumeRolePolicy: pulumi.jsonStringify({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Principal: { AWS: account.controllerRoleArn },
            // Session tags of Pod Identity go along when roles are chained.
            Action: ["sts:AssumeRole", "sts:TagSession"],
          },
        ],
      }),
    },
    { parent },
  );
  const policy = new aws.iam.RolePolicy(
    `${name}-reader-policy`,
    {
      role: role.name,
      policy: policyDocument([
        ...readerStatements(args, account, region),
        ...writerStatements(args, account, region),
      ]),
    },
    { parent },
  );
  const spec = { provider: { aws: { service: "SecretsManager", region, role: role.arn } } };
  return {
    resource: store(name, args, "SecretStore", spec, parent, [policy]),
    reference: { kind: "SecretStore", name: args.app },
    readerRoleArn: role.arn,
  };
}

/**
 * A cluster-wide store, since only such a one may use credentials of another namespace; its
 * conditions keep every namespace but the application's out.
 */
function staticStore(
  name: string,
  args: SecretStoreArgs,
  credentials: { readonly name: string; readonly namespace: string },
  region: string,
  parent: pulumi.Resource,
): SecretStore {
  const key = (entry: string) => ({ ...credentials, key: entry });
  const spec = {
    conditions: [{ namespaces: [args.namespace] }],
    provider: {
      aws: {
        service: "SecretsManager",
        region,
        auth: {
          secretRef: {
            accessKeyIDSecretRef: key("access-key-id"),
            secretAccessKeySecretRef: key("secret-access-key"),
          },
        },
      },
    },
  };
  return {
    resource: store(name, args, "ClusterSecretStore", spec, parent, []),
    reference: { kind: "ClusterSecretStore", name: args.app },
  };
}

/** A store of Secrets of another namespace. */
export interface NamespaceStoreArgs extends Pick<
  SecretStoreArgs,
  "project" | "app" | "namespace" | "remoteKeys"
> {
  readonly storeName: string;
  /** Service account, in the application's namespace, that reads. */
  readonly accountName: string;
  /** Its role in the other namespace. */
  readonly roleName: string;
  readonly remoteNamespace: string;
}

/** Reads Secrets of another namespace with a service account that may get these and no others. */
export function createNamespaceStore(
  name: string,
  args: NamespaceStoreArgs,
  parent: pulumi.Resource,
): SecretStore {
  const { namespace, remoteNamespace, accountName } = args;
  const appLabels = labels({ project: args.project, name: args.app });
  const account = new k8s.core.v1.ServiceAccount(
    `${name}-reader`,
    {
      metadata: { name: accountName, namespace, labels: appLabels },
      automountServiceAccountToken: false,
    },
    { parent },
  );
  const roleMetadata = {
    name: args.roleName,
    namespace: remoteNamespace,
    labels: appLabels,
  };
  const role = new k8s.rbac.v1.Role(
    `${name}-reader`,
    {
      metadata: roleMetadata,
      rules: [
        {
          apiGroups: [""],
          resources: ["secrets"],
          resourceNames: [...args.remoteKeys],
          verbs: ["get"],
        },
      ],
    },
    { parent },
  );
  const binding = new k8s.rbac.v1.RoleBinding(
    `${name}-reader`,
    {
      metadata: roleMetadata,
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: roleMetadata.name },
      subjects: [{ kind: "ServiceAccount", name: accountName, namespace }],
    },
    { parent, dependsOn: [role] },
  );
  const spec = {
    provider: {
      kubernetes: {
        remoteNamespace,
        server: { caProvider: { type: "ConfigMap", name: "kube-root-ca.crt", key: "ca.crt" } },
        auth: { serviceAccount: { name: accountName } },
      },
    },
  };
  return {
    resource: store(name, args, "SecretStore", spec, parent, [account, binding]),
    reference: { kind: "SecretStore", name: args.storeName },
  };
}

function store(
  name: string,
  {
    project,
    app,
    namespace,
    storeName = app,
  }: Pick<SecretStoreArgs, "project" | "app" | "namespace"> & { readonly storeName?: string },
  kind: "SecretStore" | "ClusterSecretStore",
  spec: Record<string, unknown>,
  parent: pulumi.Resource,
  dependsOn: pulumi.Resource[],
): k8s.apiextensions.CustomResource {
  return new k8s.apiextensions.CustomResource(
    `${name}-store`,
    {
      apiVersion: "external-secrets.io/v1",
      kind,
      metadata: {
        name: storeName,
        ...(kind === "SecretStore" ? { namespace } : {}),
        labels: labels({ project, name: app }),
        annotations: { "pulumi.com/waitFor": "condition=Ready" },
      },
      spec,
    },
    { parent, dependsOn, customTimeouts: { create: "90s", update: "90s" } },
  );
}
