import { createHash } from "node:crypto";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { databaseVariables } from "./database.ts";
import type { Database, DatabaseEndpoint } from "./database.ts";
import { labels } from "./names.ts";

export interface AppConfigArgs {
  readonly project: string;
  /** Name of the environment, told as `ENVIRONMENT`. */
  readonly environment: string;
  /** Name of the application. */
  readonly app: string;
  readonly namespace: string;
  /** Port that the application must listen on. */
  readonly port: number;
  /** Public host names; the first becomes `BACKEND_HOST`. @default none */
  readonly hosts?: readonly string[];
  /** Origins of browsers that may call; the first becomes `FRONTEND_URL`. @default none */
  readonly allowOrigins?: readonly string[];
  /** Database and how it is reached. @default none */
  readonly database?: { readonly settings: Database; readonly endpoint: DatabaseEndpoint };
}

/**
 * What an application is told of its surroundings: the ConfigMap `<application>-config`, and the
 * name `database` in its namespace for the database wherever it lies.
 */
export class AppConfig extends pulumi.ComponentResource {
  /** Name of the ConfigMap. */
  public readonly configMapName: string;
  /** Changes with the content. */
  public readonly hash: string;

  constructor(name: string, args: AppConfigArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:workloads:AppConfig", name, {}, opts);
    const appLabels = labels({ project: args.project, name: args.app });
    const variables = configVariables(args);
    this.configMapName = `${args.app}-config`;
    this.hash = createHash("sha256").update(JSON.stringify(variables)).digest("hex").slice(0, 16);

    new k8s.core.v1.ConfigMap(
      name,
      {
        metadata: { name: this.configMapName, namespace: args.namespace, labels: appLabels },
        data: variables,
      },
      { parent: this },
    );
    if (args.database?.endpoint.externalName !== undefined)
      new k8s.core.v1.Service(
        `${name}-database`,
        {
          metadata: {
            name: "database",
            namespace: args.namespace,
            labels: appLabels,
            // An alias has no endpoints to wait for.
            annotations: { "pulumi.com/skipAwait": "true" },
          },
          spec: { type: "ExternalName", externalName: args.database.endpoint.externalName },
        },
        { parent: this },
      );

    this.registerOutputs({ configMapName: this.configMapName, hash: this.hash });
  }
}

/** Variables of the configuration contract. */
export function configVariables(args: AppConfigArgs): Record<string, string> {
  const port = String(args.port);
  const host = args.hosts?.[0];
  const frontend = args.allowOrigins?.[0];
  return {
    ENVIRONMENT: args.environment,
    PORT: port,
    SERVER_PORT: port,
    SERVICE_PORT: "80",
    ...(host === undefined ? {} : { BACKEND_HOST: host, BACKEND_URL: `https://${host}` }),
    ...(frontend === undefined
      ? {}
      : { FRONTEND_HOST: new URL(frontend).host, FRONTEND_URL: frontend }),
    ...(args.database === undefined
      ? {}
      : databaseVariables(args.database.settings, args.database.endpoint)),
  };
}
