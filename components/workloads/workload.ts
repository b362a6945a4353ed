import * as pulumi from "@pulumi/pulumi";
import { AppConfig } from "./app-config.ts";
import { AppNamespace } from "./app-namespace.ts";
import type { Quota } from "./app-namespace.ts";
import { Application } from "./application.ts";
import type { Health, Permission, Process } from "./application.ts";
import type { Replicas } from "./availability.ts";
import { databaseEndpoint } from "./database.ts";
import type { Database } from "./database.ts";
import type { Rollout } from "./deployment.ts";
import { Migration } from "./migration.ts";
import type { MigrationSettings } from "./migration.ts";
import type { Caller, Flow } from "./network-policies.ts";
import type { PodContext, Resources } from "./pod.ts";
import { RegistryCredentials, registryOf } from "./registry-credentials.ts";
import type { ClusterConnection } from "./rollout-failure.ts";
import { Route } from "./route.ts";
import type { CertificateSettings, Issuers, RouteSettings } from "./route.ts";
import { ScheduledJob } from "./scheduled-job.ts";
import type { ScheduledJobSettings } from "./scheduled-job.ts";
import type { SecretSource } from "./secret-store.ts";
import { SyncedSecret } from "./synced-secret.ts";
import type { ApplicationSecrets } from "./synced-secret.ts";

/** One application as the configuration describes it. */
export interface ApplicationDescription {
  /** Name of the application. */
  readonly name: string;
  readonly image: { readonly repository: string; readonly sha: string };
  /** Namespace made for it. @default the application's name */
  readonly namespace?: string;
  readonly port: number;
  /** Command of the server. @default the image's */
  readonly command?: readonly string[];
  readonly user: number;
  readonly env: Readonly<Record<string, string>>;
  readonly resources: Resources;
  readonly replicas: Replicas;
  readonly health: Health;
  readonly rollout: Rollout;
  readonly processes: Readonly<Record<string, Process>>;
  /** @default none */
  readonly database?: Database;
  /** @default none */
  readonly secrets?: ApplicationSecrets;
  /** @default none */
  readonly migration?: MigrationSettings;
  /** @default none: it is reached from within the cluster only */
  readonly route?: RouteSettings;
  readonly scheduledJobs: Readonly<Record<string, ScheduledJobSettings>>;
  readonly permissions: readonly Permission[];
  readonly egress: readonly Flow[];
  readonly quota: Quota;
}

/** What must be ready before parts of an application, besides one another. */
export interface WorkloadPrerequisites {
  /** Serves stores and external secrets. */
  readonly secrets?: readonly pulumi.Resource[];
  /** Serves certificates and routes. */
  readonly route?: readonly pulumi.Resource[];
}

export interface WorkloadArgs {
  readonly project: string;
  readonly environment: string;
  readonly app: ApplicationDescription;
  /** What pods run, by digest where the registry tells it. */
  readonly image: { readonly reference: pulumi.Input<string>; readonly digest?: string };
  /** SQL by file name, where it lies in a directory beside the stack file. @default none */
  readonly sqlFiles?: Readonly<Record<string, string>>;
  /** Image of Flyway with its tag or digest. */
  readonly flywayImage: string;
  /** Where secrets come from. */
  readonly secrets: {
    readonly source: SecretSource;
    readonly refreshInterval: string;
    readonly kmsKeyArns: readonly string[];
  };
  /** Edge that serves routes. */
  readonly edge: {
    readonly ingressClassName: string;
    readonly controllerNamespaces: readonly string[];
  };
  readonly issuers: Issuers;
  readonly certificates: CertificateSettings;
  /** Region of the stack. @default none: it uses no AWS */
  readonly region?: string;
  /** How a failed rollout asks what its pods are like. @default as kubectl: the current context */
  readonly connection?: ClusterConnection;
  /** EKS cluster whose pods get AWS roles. @default none */
  readonly aws?: {
    readonly clusterName: pulumi.Input<string>;
    readonly accountId: pulumi.Input<string>;
    readonly partition: pulumi.Input<string>;
    /** Prefix of the names of IAM roles. */
    readonly roleNamePrefix: string;
    /** Role of External Secrets Operator. */
    readonly externalSecretsRoleArn: pulumi.Input<string>;
  };
  /** Ranges of databases outside the cluster. @default any address, on the database's port */
  readonly databaseCidrs?: readonly string[];
  /** Applications that may connect to this one: `callersOf` of their flows. @default none */
  readonly callers?: readonly Caller[];
  /** Version of the restricted Pod Security standard. @default v1.35 */
  readonly podSecurityVersion?: string;
  /** @default the caller's `dependsOn` alone */
  readonly after?: WorkloadPrerequisites;
}

/**
 * One application from its image to HTTPS, each step after the one before is ready:
 * namespace, secrets, migration, rollout, route and certificate.
 */
export class Workload extends pulumi.ComponentResource {
  public readonly namespace: string;
  /** Service account of its pods. */
  public readonly serviceAccount: string;
  public readonly hosts: readonly string[];
  public readonly urls: readonly string[];
  /** Image that runs. */
  public readonly image: pulumi.Output<string>;
  /** Kubernetes Secret synced for it; absent where it has none. */
  public readonly secretName: string | undefined;
  /** IAM role of its pods; absent where it has no permissions. */
  public readonly roleArn: pulumi.Output<string> | undefined;

  constructor(name: string, args: WorkloadArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:workloads:Workload", name, {}, opts);
    const { project, environment, app, after } = args;
    const { route } = app;
    this.namespace = app.namespace ?? app.name;
    const database = app.database && {
      settings: app.database,
      endpoint: databaseEndpoint(app.database, this.namespace),
    };
    const identity = { project, environment, app: app.name, namespace: this.namespace };

    const namespace = new AppNamespace(
      `${name}-namespace`,
      {
        project,
        namespace: this.namespace,
        quota: app.quota,
        network: {
          app: app.name,
          edge: route && {
            controllerNamespaces: args.edge.controllerNamespaces,
            port: app.port,
          },
          callers: args.callers,
          database: database && {
            endpoint: database.endpoint,
            cidrs: args.databaseCidrs ?? ["0.0.0.0/0"],
          },
          egress: app.egress,
          awsPermissions: app.permissions.length > 0,
        },
        images: {
          repository: app.image.repository,
          others: app.migration === undefined ? [] : [args.flywayImage],
        },
        podSecurityVersion: args.podSecurityVersion,
        retain: route !== undefined && args.certificates.retain,
      },
      { parent: this },
    );
    const config = new AppConfig(
      `${name}-config`,
      {
        ...identity,
        port: app.port,
        hosts: route?.hosts,
        allowOrigins: route?.cors?.allowOrigins,
        database,
      },
      { parent: this, dependsOn: [namespace] },
    );
    const secret =
      app.secrets &&
      new SyncedSecret(
        `${name}-secret`,
        {
          ...identity,
          ...args.secrets,
          sha: app.image.sha,
          secrets: app.secrets,
          region: args.region,
          aws: args.aws && {
            ...args.aws,
            controllerRoleArn: args.aws.externalSecretsRoleArn,
          },
        },
        { parent: this, dependsOn: [namespace, ...(after?.secrets ?? [])] },
      );
    const pull = args.aws ? undefined : registryOf(app.image.repository, args.secrets.source);
    const registry =
      pull &&
      new RegistryCredentials(
        `${name}-registry`,
        { ...identity, ...pull },
        { parent: this, dependsOn: [namespace, ...(after?.secrets ?? [])] },
      );
    const pods: PodContext = {
      ...identity,
      image: args.image.reference,
      sha: app.image.sha,
      user: app.user,
      env: app.env,
      config: { name: config.configMapName, hash: config.hash },
      secrets: secret?.podSecrets,
      pullSecret: registry?.secretName,
    };
    const configured = [config, ...(secret ? [secret] : []), ...(registry ? [registry] : [])];
    const migration =
      app.migration &&
      new Migration(
        `${name}-migration`,
        {
          pods,
          settings: app.migration,
          digest: args.image.digest,
          sqlFiles: args.sqlFiles,
          flywayImage: args.flywayImage,
          database,
          resources: app.resources,
        },
        { parent: this, dependsOn: configured },
      );
    const application = new Application(
      `${name}-application`,
      {
        pods,
        port: app.port,
        command: app.command,
        resources: app.resources,
        replicas: app.replicas,
        health: app.health,
        rollout: app.rollout,
        processes: app.processes,
        permissions: app.permissions,
        connection: args.connection ?? {},
        aws: args.aws,
      },
      { parent: this, dependsOn: [...configured, ...(migration ? [migration] : [])] },
    );
    // A run by the clock uses the schema of the release, and never a release that failed.
    for (const [job, settings] of Object.entries(app.scheduledJobs))
      new ScheduledJob(
        `${name}-${job}`,
        { ...settings, job, pods, serviceAccount: application.serviceAccount },
        { parent: this, dependsOn: [application] },
      );
    const published =
      route &&
      new Route(
        `${name}-route`,
        {
          ...identity,
          serviceName: application.serviceName,
          route,
          ingressClassName: args.edge.ingressClassName,
          issuers: args.issuers,
          certificates: args.certificates,
        },
        { parent: this, dependsOn: [application, ...(after?.route ?? [])] },
      );

    this.serviceAccount = application.serviceAccount;
    this.hosts = route?.hosts ?? [];
    this.urls = published?.urls ?? [];
    this.image = pulumi.output(args.image.reference);
    this.secretName = secret?.secretName;
    this.roleArn = application.roleArn;
    this.registerOutputs({
      namespace: this.namespace,
      serviceAccount: this.serviceAccount,
      hosts: this.hosts,
      urls: this.urls,
      image: this.image,
      secretName: this.secretName,
      roleArn: this.roleArn,
    });
  }
}
