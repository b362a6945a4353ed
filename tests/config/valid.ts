import type { ConfigurationInput } from "../../config/schema.ts";

/** A configuration that is right, and how tests spoil it. */

export const valid = {
  project: "acme",
  account: {
    allowedAccountIds: ["123456789012"],
    assumeRoleArn: "arn:aws:iam::123456789012:role/acme-eks-cluster-creator",
  },
  region: "eu-west-1",
  network: {
    cidr: "10.10.0.0/16",
    zones: 2,
    subnets: {
      private: ["10.10.32.0/19", "10.10.64.0/19"],
      public: ["10.10.1.0/24", "10.10.2.0/24"],
      database: ["10.10.10.0/24", "10.10.11.0/24"],
    },
    nat: "single",
    flowLogRetentionDays: 30,
  },
  cluster: {
    type: "eks",
    version: "1.36",
    endpointAccess: { type: "public", cidrs: ["203.0.113.0/24"] },
    compute: {
      type: "managedNodeGroups",
      nodeGroups: { main: { instanceTypes: ["t3.medium"], minSize: 2, maxSize: 4 } },
    },
  },
  access: { developer: "full", principals: { deployer: ["arn:aws:iam::123456789012:role/ci"] } },
  edge: { controller: "ingressNginx", replicas: 2, idleTimeoutSeconds: 60, keepAliveSeconds: 65 },
  certificates: { issuer: { type: "letsEncrypt", directory: "staging", email: "ops@acme.dev" } },
  dns: { zones: { "acme.dev": { hostedZoneId: "Z0123456789ABC" } }, otherHostRoots: ["acme.com"] },
  secrets: { source: { type: "secretsManager" }, refreshInterval: "15s" },
  mirror: { chartVersions: { "cert-manager": "v1.21.3" } },
  apps: {
    api: {
      image: {
        repository: "123456789012.dkr.ecr.eu-west-1.amazonaws.com/acme/api",
        sha: "63ec5c0a4b1f27d98c30e6b5a1728f4d90c3e7ab",
      },
      port: 8080,
      env: { LOG_LEVEL: "info" },
      resources: { cpu: "100m", memory: "128Mi", cpuLimit: "1", memoryLimit: "512Mi" },
      replicas: { min: 2, max: 4, minAvailable: 1 },
      processes: { worker: { command: ["/app/worker"], env: { QUEUE: "mail" } } },
      database: { host: "db.acme.dev", name: "api" },
      secrets: {
        required: ["DATABASE_USERNAME", "DATABASE_PASSWORD"],
        all: false,
        files: { firebase: { mountPath: "/var/run/secrets/api/firebase.json" } },
      },
      migration: { type: "flyway", sql: { type: "directory", path: "migrations/api" } },
      route: {
        hosts: ["api.acme.dev"],
        cors: { allowOrigins: ["https://www.acme.dev"] },
        maxBodyMib: 10,
      },
      scheduledJobs: { report: { schedule: "0 3 * * MON-FRI", command: ["/app/report"] } },
      permissions: [{ actions: ["s3:GetObject"], resources: ["arn:aws:s3:::acme-files/*"] }],
      egress: [{ name: "mail", to: { type: "cidrs", cidrs: ["192.0.2.0/24"] }, ports: [587] }],
    },
    web: {
      image: {
        repository: "123456789012.dkr.ecr.eu-west-1.amazonaws.com/acme/web",
        sha: "e91b7f0",
      },
      route: { hosts: ["www.acme.dev"] },
    },
  },
} satisfies ConfigurationInput;

/** SQL that a test's directories hold. */
export const sqlFiles = { "V1__create_users.sql": "create table users (id bigint primary key);" };

/** Directories of the test's imaginary project. */
export function readDirectory(path: string): Record<string, string> | undefined {
  return path === "migrations/api" ? sqlFiles : undefined;
}

/** A change at a path such as `apps/api/image/sha`; undefined takes the key away. */
export type Change = readonly [path: string, value: unknown];

/** The valid configuration with changes. */
export function changed(...changes: readonly Change[]): Record<string, unknown> {
  const copy: Record<string, unknown> = structuredClone(valid);
  for (const [path, value] of changes) assign(copy, path.split("/"), value);
  return copy;
}

function assign(target: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [key = "", ...rest] = path;
  if (rest.length === 0) {
    if (value === undefined) Reflect.deleteProperty(target, key);
    else target[key] = value;
    return;
  }
  target[key] ??= {};
  assign(target[key] as Record<string, unknown>, rest, value);
}
