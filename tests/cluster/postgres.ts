import { apply, core, eventually, isReady, remove } from "./kubernetes.ts";
import type { Manifest } from "./kubernetes.ts";
import { execute } from "./execute.ts";
import type { Target } from "./execute.ts";

const namespace = "suite-database";
const name = "postgres";
const labels = { app: name };

/** A user of one database, as a bootstrap of the database would make it. */
export const databaseUser = { name: "demo_user", password: "Q7rC3vX9mT2kLw8z", database: "demo" };

const administrator = "gT5nB8dK2xW6qZ4h";

const home: Manifest = {
  apiVersion: "v1",
  kind: "Namespace",
  metadata: { name: namespace, labels: { "pod-security.kubernetes.io/enforce": "restricted" } },
};

const service: Manifest = {
  apiVersion: "v1",
  kind: "Service",
  metadata: { name, namespace },
  spec: { selector: labels, ports: [{ port: 5432 }] },
};

// The server is a child of the shell: it can be down while its data stay, which lie in the pod.
const command = `
while true; do
  while [ -e /data/down ]; do sleep 0.2; done
  docker-entrypoint.sh postgres & wait $!
done`;

const deployment: Manifest = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name, namespace },
  spec: {
    selector: { matchLabels: labels },
    strategy: { type: "Recreate" },
    template: {
      metadata: { labels },
      spec: {
        automountServiceAccountToken: false,
        terminationGracePeriodSeconds: 1,
        securityContext: {
          runAsNonRoot: true,
          // Of the Debian image; PostgreSQL starts for no user that /etc/passwd does not know.
          runAsUser: 999,
          fsGroup: 999,
          seccompProfile: { type: "RuntimeDefault" },
        },
        containers: [
          {
            name,
            image: "docker.io/library/postgres:15",
            command: ["sh", "-c", command],
            env: Object.entries({
              POSTGRES_PASSWORD: administrator,
              PGDATA: "/data/pgdata",
              PGHOST: "127.0.0.1",
              PGUSER: "postgres",
              PGPASSWORD: administrator,
            }).map(([variable, value]) => ({ name: variable, value })),
            securityContext: {
              allowPrivilegeEscalation: false,
              capabilities: { drop: ["ALL"] },
            },
            readinessProbe: { exec: { command: ["pg_isready"] }, periodSeconds: 1 },
            resources: { requests: { cpu: "50m", memory: "64Mi" } },
            volumeMounts: [{ name: "data", mountPath: "/data" }],
          },
        ],
        volumes: [{ name: "data", emptyDir: {} }],
      },
    },
  },
};

/** A PostgreSQL of the suite, with an empty database and its user. */
export class Postgres {
  /** Address of the server for pods. */
  readonly host = `${name}.${namespace}.svc`;

  /** Starts it from nothing. */
  async deploy(): Promise<void> {
    await remove(home);
    for (const manifest of [home, service, deployment]) await apply(manifest);
    await this.#ready();
    const { name: user, password, database } = databaseUser;
    for (const sql of [
      `create role ${user} login password '${password}'`,
      `create database ${database} owner ${user}`,
      `revoke connect on database postgres, ${database} from public`,
    ])
      await this.#psql("postgres", sql);
  }

  async remove(): Promise<void> {
    await remove(home);
  }

  /** Rows of a statement in the user's database, columns separated by `|`. */
  async rows(sql: string): Promise<string[]> {
    const printed = await this.#psql(databaseUser.database, sql);
    return printed.split("\n").filter((row) => row !== "");
  }

  /** Stops the server; its data stay. */
  async stop(): Promise<void> {
    await execute(await this.#target(), ["sh", "-c", "touch /data/down && pg_ctl stop -m fast"]);
  }

  /** Starts the stopped server and waits until it answers. */
  async start(): Promise<void> {
    await execute(await this.#target(), ["rm", "-f", "/data/down"]);
    await this.#ready();
  }

  async #psql(database: string, sql: string): Promise<string> {
    const options = ["--no-align", "--tuples-only", "--quiet", "--set=ON_ERROR_STOP=1"];
    return execute(await this.#target(), ["psql", ...options, "-d", database, "-c", sql]);
  }

  async #target(): Promise<Target> {
    const { items } = await core.listNamespacedPod({ namespace, labelSelector: `app=${name}` });
    const pod = items.find(({ metadata }) => metadata?.deletionTimestamp === undefined);
    if (pod?.metadata?.name === undefined) throw new Error("PostgreSQL has no pod");
    return { namespace, pod: pod.metadata.name, container: name };
  }

  async #ready(): Promise<void> {
    await eventually("PostgreSQL", 120, async () => {
      const { items } = await core.listNamespacedPod({ namespace });
      return items.some(isReady) ? true : undefined;
    });
    await eventually("an answer of PostgreSQL", 30, () => this.#psql("postgres", "select 1"));
  }
}
