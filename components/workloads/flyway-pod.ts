import type * as k8s from "@pulumi/kubernetes";
import type { Database, DatabaseEndpoint } from "./database.ts";
import { labels } from "./names.ts";
import { containerSecurity, podDefaults, resourceRequirements, scratch } from "./pod.ts";
import type { PodContext, Resources } from "./pod.ts";

/** Flyway with SQL from the application's image, or from a directory beside the stack file. */
export interface FlywaySettings {
  readonly type: "flyway";
  readonly sql:
    | { readonly type: "image"; readonly path: string }
    | { readonly type: "directory"; readonly path: string };
  /** Off for scripts with CREATE INDEX CONCURRENTLY, which waits for ever for that lock. */
  readonly transactionalLock: boolean;
  /** Key of the application's secret with the database user. */
  readonly userKey: string;
  /** Key of the application's secret with the password. */
  readonly passwordKey: string;
  /** Deadline of the job. */
  readonly timeoutSeconds: number;
  /** Attempts to reach the database. */
  readonly connectRetries: number;
}

export interface FlywayPodArgs {
  readonly pods: PodContext;
  readonly settings: FlywaySettings;
  readonly database: { readonly settings: Database; readonly endpoint: DatabaseEndpoint };
  /** Secret with the user and the password. */
  readonly secretName: string;
  /** Image of Flyway. */
  readonly image: string;
  readonly serviceAccountName: string;
  /** ConfigMap with the scripts, where they lie beside the stack file. */
  readonly sqlConfigMap: string;
}

/** Flyway's open-source edition of 2026-07-20, where a mirror holds no other one. */
export const flywayImage = "docker.io/flyway/flyway:13.0.0";

const sqlDirectory = "/flyway/sql";

const resources: Resources = {
  cpu: "100m",
  memory: "256Mi",
  memoryLimit: "512Mi",
  ephemeralStorageLimit: "256Mi",
};

/**
 * Template of a pod that migrates and then validates. Flyway's exit code says that a migration
 * failed only where its report plugin is installed (seen with 11.8.2: an error in the log and exit
 * code 0); `validate` fails by itself while a script is not applied.
 */
export function flywayPod(args: FlywayPodArgs): k8s.types.input.core.v1.PodTemplateSpec {
  const { pods, settings } = args;
  const fromImage = settings.sql.type === "image" ? settings.sql.path : undefined;
  return {
    metadata: {
      labels: labels({
        project: pods.project,
        name: pods.app,
        component: "migration",
        version: pods.sha,
      }),
    },
    spec: {
      ...podDefaults(pods),
      serviceAccountName: args.serviceAccountName,
      restartPolicy: "Never",
      terminationGracePeriodSeconds: 10,
      initContainers: [
        ...(fromImage === undefined ? [] : [copySql(pods, fromImage)]),
        // Never `repair`: it would accept applied scripts that were edited afterwards.
        flyway(args, "migrate"),
      ],
      containers: [flyway(args, "validate")],
      volumes: [
        fromImage === undefined
          ? { name: "sql", configMap: { name: args.sqlConfigMap } }
          : scratch("sql", "128Mi"),
        scratch("tmp", resources.ephemeralStorageLimit),
      ],
    },
  };
}

function flyway(
  { settings, database, secretName, image }: FlywayPodArgs,
  command: "migrate" | "validate",
): k8s.types.input.core.v1.Container {
  const secret = (key: string) => ({ secretKeyRef: { name: secretName, key } });
  return {
    name: command,
    image,
    imagePullPolicy: "IfNotPresent",
    args: [command],
    // Flyway's last lines become the reason that the failed pod, and with it `pulumi up`, gives.
    terminationMessagePolicy: "FallbackToLogsOnError",
    env: [
      ...Object.entries(flywayVariables(settings, database)).map(([name, value]) => ({
        name,
        value,
      })),
      { name: "FLYWAY_USER", valueFrom: secret(settings.userKey) },
      { name: "FLYWAY_PASSWORD", valueFrom: secret(settings.passwordKey) },
    ],
    resources: resourceRequirements(resources),
    securityContext: containerSecurity,
    volumeMounts: [
      { name: "sql", mountPath: sqlDirectory, readOnly: true },
      { name: "tmp", mountPath: "/tmp" },
    ],
  };
}

/**
 * A statement of a pod that was killed, or ran into its deadline, would go on in the database and
 * hold its locks: PostgreSQL looks for the client only when it has an answer. Since 14 it can look
 * every five seconds. Quotes and not dollars, which Kubernetes replaces.
 * https://www.postgresql.org/docs/current/runtime-config-connection.html#GUC-CLIENT-CONNECTION-CHECK-INTERVAL
 */
const endWithClient =
  "do 'begin set client_connection_check_interval = 5000; exception when others then null; end'";

/** Flyway's settings; what is left at its default on purpose: newer history rows are accepted. */
export function flywayVariables(
  settings: FlywaySettings,
  { settings: database, endpoint }: FlywayPodArgs["database"],
): Record<string, string> {
  return {
    FLYWAY_URL: endpoint.jdbcUrl,
    FLYWAY_LOCATIONS: `filesystem:${sqlDirectory}`,
    FLYWAY_CONNECT_RETRIES: String(settings.connectRetries),
    // Without a ceiling the pause doubles up to two minutes, past the deadline.
    FLYWAY_CONNECT_RETRIES_INTERVAL: "5",
    // One attempt a second: another migration's lock is reported before the deadline kills the job.
    FLYWAY_LOCK_RETRY_COUNT: String(Math.max(1, Math.floor(settings.timeoutSeconds / 2))),
    // Otherwise files with a wrong name are skipped without a word.
    FLYWAY_VALIDATE_MIGRATION_NAMING: "true",
    FLYWAY_CLEAN_DISABLED: "true",
    ...(database.engine === "postgres"
      ? {
          FLYWAY_POSTGRESQL_TRANSACTIONAL_LOCK: String(settings.transactionalLock),
          FLYWAY_INIT_SQL: endWithClient,
        }
      : {}),
    REDGATE_DISABLE_TELEMETRY: "true",
  };
}

/** Brings the scripts of the application's image where Flyway finds them. */
function copySql(pods: PodContext, path: string): k8s.types.input.core.v1.Container {
  return {
    name: "copy-sql",
    image: pods.image,
    imagePullPolicy: "IfNotPresent",
    command: ["cp", "-R", `${path.replace(/\/+$/, "")}/.`, sqlDirectory],
    resources: resourceRequirements({
      cpu: "10m",
      memory: "32Mi",
      memoryLimit: "128Mi",
      ephemeralStorageLimit: "256Mi",
    }),
    securityContext: containerSecurity,
    volumeMounts: [{ name: "sql", mountPath: sqlDirectory }],
  };
}
