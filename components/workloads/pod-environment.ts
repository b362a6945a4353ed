import type * as k8s from "@pulumi/kubernetes";

/** What containers of an application are told: variables, and secrets as variables or files. */

/** Synced secrets as pods get them. */
export interface PodSecrets {
  /** Secret with one key a variable. */
  readonly name: string;
  /** Keys without which no container starts. */
  readonly required: readonly string[];
  /** Environment variables, or files in `/var/run/secrets/<application>`. */
  readonly as: "env" | "files";
  /** Whole documents by key of the Secret `filesName`. */
  readonly files: Readonly<Record<string, { readonly mountPath: string; readonly env?: string }>>;
  /** Secret that holds the documents. */
  readonly filesName: string;
}

/** What every container of one application is told. */
export interface PodEnvironment {
  /** Name of the application. */
  readonly app: string;
  /** Variables that are not secret. */
  readonly env: Readonly<Record<string, string>>;
  /** ConfigMap of the application; the hash of its content rolls the pods when it changes. */
  readonly config: { readonly name: string; readonly hash: string };
  /** Synced secrets. @default none */
  readonly secrets?: PodSecrets;
}

/**
 * Variables by name, each once, since server-side apply refuses doubles. Required keys of the
 * secret are named one by one besides `envFrom`: a pod that starts before a new key has arrived
 * waits for it instead of running without it. They come first, so that other variables can refer to
 * them, such as `postgres://$(DATABASE_USERNAME):$(DATABASE_PASSWORD)@$(DATABASE_HOST)`.
 */
export function variables(
  { env, secrets }: PodEnvironment,
  further: Readonly<Record<string, string>> = {},
): k8s.types.input.core.v1.EnvVar[] {
  const secret = secretVariables(secrets);
  const own = Object.entries({ ...env, ...further }).map(([name, value]) => ({ name, value }));
  const field = (name: string, fieldPath: string) => ({
    name,
    valueFrom: { fieldRef: { fieldPath } },
  });
  const pod = [field("POD_NAME", "metadata.name"), field("POD_NAMESPACE", "metadata.namespace")];
  const taken = (names: readonly { readonly name: string }[]) =>
    new Set(names.map(({ name }) => name));
  return [
    ...pod.filter(({ name }) => !taken([...own, ...secret]).has(name)),
    ...secret,
    ...own.filter(({ name }) => !taken(secret).has(name)),
  ];
}

function secretVariables(secrets: PodSecrets | undefined): { name: string; valueFrom: object }[] {
  if (secrets === undefined) return [];
  const reference = (name: string, secretName: string, key: string) => ({
    name,
    valueFrom: { secretKeyRef: { name: secretName, key } },
  });
  const keys = secrets.as === "env" ? secrets.required : [];
  const documents = Object.entries(secrets.files).flatMap(([key, { env }]) =>
    env === undefined ? [] : [reference(env, secrets.filesName, key)],
  );
  const named = new Set(documents.map(({ name }) => name));
  return [
    ...keys.filter((key) => !named.has(key)).map((key) => reference(key, secrets.name, key)),
    ...documents,
  ];
}

/** ConfigMap and Secret whose keys are variables; the Secret wins. */
export function variableSources({
  config,
  secrets,
}: PodEnvironment): k8s.types.input.core.v1.EnvFromSource[] {
  return [
    { configMapRef: { name: config.name } },
    ...(secrets?.as === "env" ? [{ secretRef: { name: secrets.name } }] : []),
  ];
}

/** Where keys of the secret lie as files. */
function secretDirectory(app: string): string {
  return `/var/run/secrets/${app}`;
}

/** Where a container finds its secrets as files. */
export function secretMounts({
  app,
  secrets,
}: PodEnvironment): k8s.types.input.core.v1.VolumeMount[] {
  if (secrets === undefined) return [];
  const directory = secretDirectory(app);
  return [
    ...(secrets.as === "files" ? [{ name: "secrets", mountPath: directory, readOnly: true }] : []),
    ...Object.entries(secrets.files)
      .filter(([, { mountPath }]) => !liesInSecrets(secrets, app, mountPath))
      .map(([key, { mountPath }]) => ({
        name: "secret-files",
        mountPath,
        subPath: key,
        readOnly: true,
      })),
  ];
}

/** Volumes of {@link secretMounts}. */
export function secretVolumes({ app, secrets }: PodEnvironment): k8s.types.input.core.v1.Volume[] {
  if (secrets === undefined) return [];
  const directory = secretDirectory(app);
  const files = Object.entries(secrets.files);
  const inside = files.filter(([, file]) => liesInSecrets(secrets, app, file.mountPath));
  return [
    ...(secrets.as === "files"
      ? [
          {
            name: "secrets",
            projected: {
              defaultMode: 0o440,
              sources: [
                { secret: { name: secrets.name } },
                ...(inside.length === 0
                  ? []
                  : [
                      {
                        secret: {
                          name: secrets.filesName,
                          items: inside.map(([key, file]) => ({
                            key,
                            path: file.mountPath.slice(directory.length + 1),
                          })),
                        },
                      },
                    ]),
              ],
            },
          },
        ]
      : []),
    ...(files.length > inside.length
      ? [
          {
            name: "secret-files",
            secret: { secretName: secrets.filesName, defaultMode: 0o440 },
          },
        ]
      : []),
  ];
}

/** A file can't be mounted into the read-only directory of the secret: it becomes a part of it. */
function liesInSecrets(secrets: PodSecrets, app: string, mountPath: string): boolean {
  return secrets.as === "files" && mountPath.startsWith(`${secretDirectory(app)}/`);
}
