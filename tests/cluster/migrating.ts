import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { appsOf, demoSecret, platform } from "./platform.ts";
import type { Edit, StackConfig } from "./platform.ts";
import { Postgres, databaseUser } from "./postgres.ts";
import { putSecret, secretName } from "./secrets-manager.ts";

const app = "demo";
const directory = "migrations/suite";

/** The database of the application. */
export const postgres = new Postgres();

/** Starts an empty database, and gives the application its user. */
export async function startDatabase(): Promise<void> {
  await postgres.deploy();
  const { name, password } = databaseUser;
  await putSecret(secretName(app), {
    ...demoSecret,
    DATABASE_USERNAME: name,
    DATABASE_PASSWORD: password,
  });
}

export async function removeDatabase(): Promise<void> {
  await putSecret(secretName(app), demoSecret);
  await postgres.remove();
}

/** Text of Flyway's scripts by name. */
export type Scripts = Readonly<Record<string, string>>;

interface ReleaseArgs {
  readonly sha: string;
  readonly scripts: Scripts;
  /** Settings of Flyway besides the defaults. */
  readonly flyway?: Readonly<Record<string, unknown>>;
  /** Whether another application migrates the same database at the same time. */
  readonly twin?: boolean;
}

/** Writes the scripts beside the stack file and gives the configuration that applies them. */
export function release({ sha, scripts, flyway = {}, twin = false }: ReleaseArgs): Edit {
  const path = join(platform().sandbox.project, directory);
  rmSync(path, { recursive: true, force: true });
  mkdirSync(path, { recursive: true });
  for (const [file, sql] of Object.entries(scripts)) writeFileSync(join(path, file), sql);
  return (config) => {
    const apps = appsOf(config);
    const demo = apps[app] as StackConfig;
    Object.assign(demo, {
      image: { ...(demo["image"] as object), sha },
      // The autoscaler would add pods while the machine is busy.
      replicas: { min: 2, max: 2 },
      database: { host: postgres.host, name: databaseUser.database, sslMode: "disable" },
      secrets: { required: ["GREETING", "DATABASE_USERNAME", "DATABASE_PASSWORD"] },
      // The application is ready while it reaches the database.
      env: {
        DATABASE_URL:
          "postgres://$(DATABASE_USERNAME):$(DATABASE_PASSWORD)@$(DATABASE_HOST):$(DATABASE_PORT)/$(DATABASE_NAME)",
        DB_QUERY: "select count(*) from users",
      },
      migration: {
        type: "flyway",
        sql: { type: "directory", path: directory },
        timeoutSeconds: 40,
        connectRetries: 1,
        ...flyway,
      },
    });
    if (!twin) return;
    apps["twin"] = {
      ...demo,
      route: undefined,
      secrets: { ...(demo["secrets"] as object), remoteName: app },
      replicas: { min: 1, max: 1 },
    };
  };
}
