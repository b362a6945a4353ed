import { createHash } from "node:crypto";
import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { checkedName, labels } from "./names.ts";
import type { SecretStore } from "./secret-store.ts";

/** A value that is made up in the cluster once. */
export interface GeneratedKey {
  /** Characters. */
  readonly length: number;
  /** Whether `_-+.` occur in it. */
  readonly symbols: boolean;
}

export interface GeneratedSecretsArgs {
  readonly project: string;
  readonly app: string;
  readonly namespace: string;
  /** What is generated, by key of the application's secret. */
  readonly generated: Readonly<Record<string, GeneratedKey>>;
  /** Name of each key's secret at the source. */
  readonly remoteKeys: Readonly<Record<string, string>>;
  /** Customer keys of the source; the first one encrypts. @default the account's own */
  readonly kmsKeyArns?: readonly string[];
  readonly store: SecretStore;
}

/**
 * Fills keys that are missing at the source with random values, in the cluster; what is there stays.
 *
 * Each key is a secret of its own, since External Secrets Operator (0.20 as well as 2.x) asks only
 * whether the whole secret exists: of a JSON document, `IfNotExists` would write the first key and
 * never another. It also refuses to write to a secret that it did not make itself.
 */
export function createGeneratedSecrets(
  name: string,
  args: GeneratedSecretsArgs,
  parent: pulumi.Resource,
): k8s.apiextensions.CustomResource[] {
  return Object.entries(args.generated).flatMap(([key, settings]) => {
    const remoteKey = args.remoteKeys[key];
    return remoteKey === undefined
      ? []
      : [generatedSecret(`${name}-${key}`, args, { key, remoteKey, settings }, parent)];
  });
}

function generatedSecret(
  logicalName: string,
  { project, app, namespace, kmsKeyArns = [], store }: GeneratedSecretsArgs,
  entry: { readonly key: string; readonly remoteKey: string; readonly settings: GeneratedKey },
  parent: pulumi.Resource,
): k8s.apiextensions.CustomResource {
  const { key, remoteKey, settings } = entry;
  const metadata = {
    name: objectName(app, key),
    namespace,
    labels: labels({ project, name: app }),
  };
  const kind = "Password";
  const generator = new k8s.apiextensions.CustomResource(
    `${logicalName}-generator`,
    {
      apiVersion: "generators.external-secrets.io/v1alpha1",
      kind,
      metadata,
      spec: passwordSpec(settings),
    },
    { parent },
  );
  const [kmsKeyID] = kmsKeyArns;
  return new k8s.apiextensions.CustomResource(
    `${logicalName}-push`,
    {
      apiVersion: "external-secrets.io/v1alpha1",
      kind: "PushSecret",
      metadata: { ...metadata, annotations: { "pulumi.com/waitFor": "condition=Ready" } },
      spec: {
        updatePolicy: "IfNotExists",
        deletionPolicy: "None",
        // Each one asks the source once; a secret that was lost there is made anew.
        refreshInterval: "1h",
        secretStoreRefs: [store.reference],
        selector: {
          generatorRef: {
            apiVersion: "generators.external-secrets.io/v1alpha1",
            kind,
            name: metadata.name,
          },
        },
        // The generator promises digits and symbols, but no capital.
        template: {
          engineVersion: "v2",
          data: { value: `{{ .password }}{{ randAlpha ${String(capitals)} | upper }}` },
        },
        data: [
          {
            match: { secretKey: "value", remoteRef: { remoteKey } },
            metadata: {
              apiVersion: "kubernetes.external-secrets.io/v1alpha1",
              kind: "PushSecretMetadata",
              spec: {
                // Consoles and other readers show no binary value.
                secretPushFormat: "string",
                description: `${key} of ${app}, generated once`,
                ...(kmsKeyID === undefined ? {} : { kmsKeyID }),
              },
            },
          },
        ],
      },
    },
    {
      parent,
      dependsOn: [generator, store.resource],
      customTimeouts: { create: "90s", update: "90s" },
    },
  );
}

const capitals = 2;

/** A quarter digits, a quarter symbols, the rest letters; capitals of the template come on top. */
function passwordSpec({ length, symbols }: GeneratedKey): Record<string, unknown> {
  const quarter = Math.floor(length / 4);
  return {
    length: length - capitals,
    digits: quarter,
    symbols: symbols ? quarter : 0,
    symbolCharacters: "_-+.",
    noUpper: false,
    allowRepeat: true,
  };
}

/** Variables may differ by case and underscores alone, names of objects may not. */
function objectName(app: string, key: string): string {
  const hash = createHash("sha256").update(key).digest("hex").slice(0, 6);
  return checkedName(`${app}-${key.toLowerCase().replaceAll("_", "-")}-${hash}`, 253);
}
