import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Database, DatabaseEndpoint } from "./database.ts";
import { flywayPod, flywayVariables } from "./flyway-pod.ts";
import type { FlywaySettings } from "./flyway-pod.ts";
import { migrationFiles, migrationHash } from "./migration-files.ts";
import { labels, migrationName } from "./names.ts";
import { podTemplate } from "./pod.ts";
import type { PodContext, Resources } from "./pod.ts";

/** What brings the database to the release's schema. */
export type MigrationSettings = FlywaySettings | CommandSettings;

/** A command in the application's image, such as `alembic upgrade head`. */
export interface CommandSettings {
  readonly type: "command";
  readonly command: readonly string[];
  /** Deadline of the job. */
  readonly timeoutSeconds: number;
}

export interface MigrationArgs {
  /** What the job's pods share with the application's. */
  readonly pods: PodContext;
  readonly settings: MigrationSettings;
  /** Digest of the application's image. @default the commit stands for the image */
  readonly digest?: string;
  /** SQL by file name, where it lies in a directory beside the stack file. @default none */
  readonly sqlFiles?: Readonly<Record<string, string>>;
  /** Image of Flyway with its tag or digest. */
  readonly flywayImage: string;
  /** Database that is migrated. Flyway needs it. @default none */
  readonly database?: { readonly settings: Database; readonly endpoint: DatabaseEndpoint };
  /** What a command asks for and may use. */
  readonly resources: Resources;
}

/**
 * Brings the database to the release's schema, once for each release and set of scripts, before
 * anything of the release runs. Whatever depends on it starts only after it succeeded. Scripts only
 * go forward: an older release runs on the newer schema, whose history rows it accepts.
 */
export class Migration extends pulumi.ComponentResource {
  /** Name of the job; absent where there are no scripts. */
  public readonly jobName: string | undefined;

  constructor(name: string, args: MigrationArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:workloads:Migration", name, {}, opts);
    const { pods, settings } = args;
    const files = migrationFiles(args.sqlFiles ?? {});
    if (
      settings.type === "flyway" &&
      settings.sql.type === "directory" &&
      Object.keys(files).length === 0
    ) {
      this.jobName = undefined;
      this.registerOutputs({ jobName: this.jobName });
      return;
    }

    const jobName = migrationName(pods.app, pods.sha, jobHash(args, files));
    const jobLabels = labels({
      project: pods.project,
      name: pods.app,
      component: "migration",
      version: pods.sha,
    });
    const account = new k8s.core.v1.ServiceAccount(
      name,
      {
        metadata: {
          name: `${pods.app}-migration`,
          namespace: pods.namespace,
          labels: labels({ project: pods.project, name: pods.app, component: "migration" }),
        },
        automountServiceAccountToken: false,
      },
      { parent: this },
    );
    const scripts =
      settings.type === "flyway" && settings.sql.type === "directory"
        ? [sqlConfigMap(pods, files, this)]
        : [];
    // The logical name is the job's, so that each one is a resource of its own: the last one goes
    // when the release is done, and after a failure a return to it finds it where it was.
    new k8s.batch.v1.Job(
      jobName,
      {
        metadata: {
          name: jobName,
          namespace: pods.namespace,
          labels: jobLabels,
          // Otherwise the next run would wait for the failed job instead of running it again.
          annotations: { "pulumi.com/replaceUnready": "true" },
        },
        // No time to live: a job that vanished by itself would run again after a refresh.
        spec: {
          backoffLimit: 0,
          activeDeadlineSeconds: settings.timeoutSeconds,
          template: jobTemplate(args, files),
        },
      },
      {
        parent: this,
        dependsOn: [account, ...scripts],
        // Room for the pod's grace period after the deadline, so that the job itself says failed.
        customTimeouts: { create: `${String(settings.timeoutSeconds + 45)}s` },
      },
    );

    this.jobName = jobName;
    this.registerOutputs({ jobName: this.jobName });
  }
}

/** Name of the immutable ConfigMap with these scripts. */
function sqlConfigMapName(app: string, files: Readonly<Record<string, string>>): string {
  const hash = migrationHash({ content: files, migrator: "", target: "", settings: {} });
  return `${app}-sql-${hash.slice(0, 12)}`;
}

function sqlConfigMap(
  { project, app, namespace }: PodContext,
  files: Readonly<Record<string, string>>,
  parent: pulumi.Resource,
): k8s.core.v1.ConfigMap {
  const name = sqlConfigMapName(app, files);
  return new k8s.core.v1.ConfigMap(
    name,
    {
      metadata: {
        name,
        namespace,
        labels: labels({ project, name: app, component: "migration" }),
      },
      immutable: true,
      data: { ...files },
    },
    { parent },
  );
}

function jobHash(args: MigrationArgs, files: Readonly<Record<string, string>>): string {
  const { settings, database, pods } = args;
  const image = args.digest ?? pods.sha;
  const target = database?.endpoint.jdbcUrl ?? "";
  if (settings.type === "command")
    return migrationHash({
      content: { image, command: JSON.stringify(settings.command) },
      migrator: image,
      target,
      settings: { ...pods.env, config: pods.config.hash },
    });
  return migrationHash({
    content: settings.sql.type === "directory" ? files : { image, path: settings.sql.path },
    migrator: args.flywayImage,
    target,
    settings: {
      ...(database === undefined ? {} : flywayVariables(settings, database)),
      userKey: settings.userKey,
      passwordKey: settings.passwordKey,
    },
  });
}

function jobTemplate(
  args: MigrationArgs,
  files: Readonly<Record<string, string>>,
): k8s.types.input.core.v1.PodTemplateSpec {
  const { pods, settings, database } = args;
  const serviceAccountName = `${pods.app}-migration`;
  if (settings.type === "command")
    return podTemplate(pods, {
      component: "migration",
      containerName: "migration",
      serviceAccountName,
      command: settings.command,
      resources: args.resources,
      pod: { restartPolicy: "Never", terminationGracePeriodSeconds: 10 },
    });
  if (database === undefined || pods.secrets === undefined)
    throw new pulumi.RunError(
      `apps.${pods.app}.migration needs apps.${pods.app}.database and apps.${pods.app}.secrets: give both (config slipway:apps)`,
    );
  return flywayPod({
    pods,
    settings,
    database,
    secretName: pods.secrets.name,
    image: args.flywayImage,
    serviceAccountName,
    sqlConfigMap: sqlConfigMapName(pods.app, files),
  });
}
