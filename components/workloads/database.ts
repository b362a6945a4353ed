/** Database that an application is told of; it is made elsewhere. */
export interface Database {
  readonly engine: "postgres" | "mysql";
  /** Address of the server; a name under `.svc` lies in the cluster. */
  readonly host: string;
  /** @default 5432 (postgres), 3306 (mysql) */
  readonly port?: number;
  /** Database in the server. */
  readonly name: string;
  /** TLS to the server. */
  readonly sslMode: "require" | "verify-full" | "disable";
}

/** How pods of one namespace reach a database. */
export interface DatabaseEndpoint {
  /** Name or address that clients use. */
  readonly host: string;
  readonly port: number;
  /** Target of the Service `database`; absent where the server has an address but no name. */
  readonly externalName?: string;
  /** Namespace of the server, where it lies in the cluster. */
  readonly serverNamespace?: string;
  /** Address of the server, where it has no name. */
  readonly serverAddress?: string;
  /** URL for Flyway. */
  readonly jdbcUrl: string;
}

const ports = { postgres: 5432, mysql: 3306 };

/** Works out how the pods of a namespace reach a database. */
export function databaseEndpoint(database: Database, namespace: string): DatabaseEndpoint {
  const port = database.port ?? ports[database.engine];
  const serverAddress = /^\d+(?:\.\d+){3}$/.test(database.host) ? database.host : undefined;
  const inCluster = /^(?:[^.]+\.)+(?<server>[^.]+)\.svc(?:\.(?<domain>.+))?$/.exec(database.host);
  const serverNamespace = inCluster?.groups?.["server"];
  // A DNS alias must name its target in full; only clients have search domains.
  const fullName =
    inCluster !== null && inCluster.groups?.["domain"] === undefined
      ? `${database.host}.cluster.local`
      : database.host;
  // The certificate names the server, not the alias.
  const host =
    serverAddress ?? (database.sslMode === "verify-full" ? fullName : `database.${namespace}`);
  return {
    host,
    port,
    ...(serverAddress === undefined ? { externalName: fullName } : { serverAddress }),
    ...(serverNamespace === undefined ? {} : { serverNamespace }),
    jdbcUrl: jdbcUrl(database, host, port),
  };
}

const tlsOptions = {
  postgres: {
    disable: "sslmode=disable",
    require: "sslmode=require",
    // Without a file of its own the driver must use Java's certificate authorities.
    "verify-full": "sslmode=verify-full&sslfactory=org.postgresql.ssl.DefaultJavaSSLFactory",
  },
  mysql: {
    disable: "sslMode=DISABLED&allowPublicKeyRetrieval=true",
    require: "sslMode=REQUIRED",
    "verify-full": "sslMode=VERIFY_IDENTITY",
  },
};

function jdbcUrl({ engine, name, sslMode }: Database, host: string, port: number): string {
  const scheme = engine === "postgres" ? "postgresql" : "mysql";
  return `jdbc:${scheme}://${host}:${String(port)}/${name}?${tlsOptions[engine][sslMode]}`;
}

/** The database as variables of the configuration contract. */
export function databaseVariables(
  database: Database,
  endpoint: DatabaseEndpoint,
): Record<string, string> {
  return {
    DATABASE_ENGINE: database.engine,
    DATABASE_HOST: endpoint.host,
    DATABASE_PORT: String(endpoint.port),
    DATABASE_NAME: database.name,
    DATABASE_SSL_MODE: database.sslMode,
  };
}
