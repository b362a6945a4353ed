import { createHash } from "node:crypto";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { createGeneratedSecrets } from "./generated-secrets.ts";
import type { GeneratedKey } from "./generated-secrets.ts";
import { checkedName, kubernetesSecretPath, labels, secretPath } from "./names.ts";
import type { PodSecrets } from "./pod-environment.ts";
import type { SecretsAws } from "./secret-rights.ts";
import { createSecretStore } from "./secret-store.ts";
import type { SecretSource, SecretStore } from "./secret-store.ts";

/** A secret that is one whole document. */
export interface SecretFile {
  /** Last part of its name at the source. @default `<application>-<key>` */
  readonly remoteName?: string;
  /** How the value is stored at the source. */
  readonly encoding: "none" | "base64";
  /** File in the container. */
  readonly mountPath: string;
  /** Variable that holds the same content. @default none */
  readonly env?: string;
}

/** Which secret an application needs, and how it gets it. */
export interface ApplicationSecrets {
  /** Last part of `<project>/application/<environment>/<name>`. @default the application's name */
  readonly remoteName?: string;
  /** Keys that must exist at the source, or the deploy stops. */
  readonly required: readonly string[];
  /** Whether keys besides `required` are synced too. */
  readonly all: boolean;
  /** Keys that are stored in base64 and arrive decoded. */
  readonly base64Keys: readonly string[];
  /** Environment variables, or files in `/var/run/secrets/<application>`. */
  readonly as: "env" | "files";
  /** Secrets that are one whole document each. */
  readonly files: Readonly<Record<string, SecretFile>>;
  /** Required keys that are made up once, each in a secret of its own: `<secret's name>/<key>`. */
  readonly generated: Readonly<Record<string, GeneratedKey>>;
}

export interface SyncedSecretArgs {
  readonly project: string;
  readonly environment: string;
  /** Name of the application, and of the Kubernetes Secret. */
  readonly app: string;
  readonly namespace: string;
  /** Commit of the release: each one proves anew that the required keys exist. */
  readonly sha: string;
  readonly secrets: ApplicationSecrets;
  /** Source of truth of the values. */
  readonly source: SecretSource;
  /** How often the source is read, such as `15s`. */
  readonly refreshInterval: string;
  /** Customer keys that encrypt the secrets at the source. @default none */
  readonly kmsKeyArns?: readonly string[];
  /** Region of the source, where it names none. @default none */
  readonly region?: string;
  /** Account whose secrets are read with an AWS role. @default none */
  readonly aws?: SecretsAws;
}

/**
 * The application's secrets, kept equal to their source by External Secrets Operator. Values never
 * pass through Pulumi. It is ready when every required key was read.
 *
 * In Secrets Manager a document is the whole value of its secret; where the source is a Kubernetes
 * namespace it is the key `content` of its Secret.
 */
export class SyncedSecret extends pulumi.ComponentResource {
  /** Name of the Kubernetes Secret with one key a variable. */
  public readonly secretName: string;
  /** What pods need to know of it. */
  public readonly podSecrets: PodSecrets;
  /** IAM role that can read these secrets and no others; only with AWS roles. */
  public readonly readerRoleArn: pulumi.Output<string> | undefined;

  constructor(name: string, args: SyncedSecretArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:workloads:SyncedSecret", name, {}, opts);
    const { app, secrets } = args;
    const filesName = `${app}-files`;
    const remote = remoteKeys(args);

    const store = createSecretStore(
      name,
      {
        ...args,
        remoteKeys: [
          remote.secret,
          ...Object.values(remote.files),
          ...Object.values(remote.generated),
        ],
        generatedKeys: Object.values(remote.generated),
      },
      this,
    );
    const generated = createGeneratedSecrets(
      name,
      { ...args, generated: secrets.generated, remoteKeys: remote.generated, store },
      this,
    );
    const keys = keyEntries(args, remote);
    const documents = fileEntries(args, remote.files);

    const settings = { ...args, parent: this, secretStoreRef: store.reference };
    const refreshed = (target: string, data: SecretEntry[]) => ({
      refreshInterval: args.refreshInterval,
      target: { name: target, creationPolicy: "Owner", deletionPolicy: "Retain" },
      data,
    });
    const synced = [
      externalSecret(name, app, settings, [store.resource, ...generated], {
        ...refreshed(app, keys),
        ...(secrets.all ? { dataFrom: [{ extract: { key: remote.secret } }] } : {}),
      }),
    ];
    if (documents.length > 0)
      synced.push(
        externalSecret(
          `${name}-files`,
          filesName,
          settings,
          [store.resource],
          refreshed(filesName, documents),
        ),
      );
    for (const entry of keys)
      checkKey(`${name}-check-${entry.secretKey}`, { ...settings, sha: args.sha, entry }, synced);
    for (const entry of documents)
      checkKey(
        `${name}-check-file-${entry.secretKey}`,
        { ...settings, sha: args.sha, entry },
        synced,
      );

    this.secretName = app;
    this.readerRoleArn = store.readerRoleArn;
    this.podSecrets = {
      name: app,
      required: secrets.required,
      as: secrets.as,
      files: secrets.files,
      filesName,
    };
    this.registerOutputs({ secretName: this.secretName, readerRoleArn: this.readerRoleArn });
  }
}

interface SecretEntry {
  readonly secretKey: string;
  readonly remoteRef: {
    readonly key: string;
    readonly property?: string;
    readonly decodingStrategy: "None" | "Base64";
  };
}

interface RemoteKeys {
  readonly secret: string;
  readonly files: Readonly<Record<string, string>>;
  readonly generated: Readonly<Record<string, string>>;
}

/** Names of the application's secrets at their source. */
function remoteKeys({ project, environment, app, secrets, source }: SyncedSecretArgs): RemoteKeys {
  const path = source.type === "kubernetes" ? kubernetesSecretPath : secretPath;
  const secret = path(project, environment, secrets.remoteName ?? app);
  return {
    secret,
    generated: Object.fromEntries(
      Object.keys(secrets.generated).map((key) => [key, `${secret}/${key}`]),
    ),
    files: Object.fromEntries(
      Object.entries(secrets.files).map(([key, file]) => [
        key,
        path(project, environment, file.remoteName ?? `${app}-${key}`),
      ]),
    ),
  };
}

/** `data` is read after `dataFrom` and wins: decoded keys replace their stored form. */
function keyEntries({ secrets }: SyncedSecretArgs, remote: RemoteKeys): SecretEntry[] {
  return [...new Set([...secrets.required, ...secrets.base64Keys])].map((key) => ({
    secretKey: key,
    remoteRef: {
      ...(remote.generated[key] === undefined
        ? { key: remote.secret, property: key }
        : { key: remote.generated[key] }),
      // Automatic detection would decode plain values that happen to look like base64.
      decodingStrategy: secrets.base64Keys.includes(key) ? "Base64" : "None",
    },
  }));
}

function fileEntries(
  { secrets, source }: SyncedSecretArgs,
  keys: Readonly<Record<string, string>>,
): SecretEntry[] {
  return Object.entries(secrets.files).flatMap(([key, { encoding }]) => {
    const remoteKey = keys[key];
    if (remoteKey === undefined) return [];
    return [
      {
        secretKey: key,
        remoteRef: {
          key: remoteKey,
          ...(source.type === "kubernetes" ? { property: "content" } : {}),
          decodingStrategy: encoding === "base64" ? "Base64" : "None",
        },
      },
    ];
  });
}

/**
 * Proves that the source has one key now. The synced secrets may still say Ready of the time before
 * a key was asked for, or was lost at the source, and the operator's condition names no key. This
 * object is new with each release, reads its key once and makes no Secret: the one that fails has
 * the key in its name.
 */
function checkKey(
  logicalName: string,
  { sha, entry, ...settings }: ExternalSecretSettings & { sha: string; entry: SecretEntry },
  // The operator works in order: asked later, it is ready after them.
  synced: pulumi.Resource[],
): void {
  const hash = createHash("sha256").update(JSON.stringify(entry)).digest("hex").slice(0, 8);
  externalSecret(
    logicalName,
    checkedName(`${settings.app}-${sha.slice(0, 12)}-${hash}`, 63),
    settings,
    synced,
    {
      refreshPolicy: "CreatedOnce",
      refreshInterval: "0s",
      target: { creationPolicy: "None", deletionPolicy: "Retain" },
      data: [entry],
    },
    // After a failure the next run makes it anew: the operator's own next attempt may be minutes
    // away. A missing key is known at once, so there is little to wait for.
    {
      replaceOnChanges: ["*"],
      deleteBeforeReplace: true,
      customTimeouts: { create: "30s", update: "30s" },
    },
  );
}

interface ExternalSecretSettings {
  readonly project: string;
  readonly app: string;
  readonly namespace: string;
  readonly parent: pulumi.Resource;
  readonly secretStoreRef: SecretStore["reference"];
}

function externalSecret(
  logicalName: string,
  name: string,
  { project, app, namespace, parent, secretStoreRef }: ExternalSecretSettings,
  dependsOn: pulumi.Resource[],
  spec: Record<string, unknown>,
  opts?: pulumi.CustomResourceOptions,
): k8s.apiextensions.CustomResource {
  return new k8s.apiextensions.CustomResource(
    logicalName,
    {
      apiVersion: "external-secrets.io/v1",
      kind: "ExternalSecret",
      metadata: {
        name,
        namespace,
        labels: labels({ project, name: app }),
        annotations: { "pulumi.com/waitFor": "condition=Ready" },
      },
      spec: { secretStoreRef, ...spec },
    },
    { parent, dependsOn, customTimeouts: { create: "90s", update: "90s" }, ...opts },
  );
}
