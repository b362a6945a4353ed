import type {
  ApplicationDescription,
  WorkloadArgs,
} from "../../../components/workloads/workload.ts";
import { Workload } from "../../../components/workloads/workload.ts";
import { application } from "../../../config/application/application.ts";
import { at, record } from "../../support/recording.ts";
import type { Inputs, Recording } from "../../support/recording.ts";

/** The list at a dotted path; nothing there is an empty one. */
export function listAt(value: unknown, path: string): Inputs[] {
  const found = at(value, path);
  return Array.isArray(found) ? (found as Inputs[]) : [];
}

export const shaA = "5eed646c80dc57060db1e3f3fbae5a22fab8465d";
export const shaB = "660606b326c9b043e751f8bfee16b9f8d6a7ec35";

/** An application as a stack file describes it, after defaults; a test states what it is about. */
export function describeApplication(
  given: Readonly<Record<string, unknown>> = {},
): ApplicationDescription {
  const image = { repository: "ghcr.io/acme/api", sha: shaA };
  return { name: "api", ...application.parse({ image, ...given }) };
}

/** An application with every part that there is. */
export const everything = {
  database: { host: "db.example.com", name: "api" },
  secrets: {
    required: ["DATABASE_USERNAME", "DATABASE_PASSWORD"],
    base64Keys: ["SIGNING_KEY"],
    files: { google: { mountPath: "/etc/google/key.json", env: "GOOGLE_KEY_JSON" } },
  },
  migration: { type: "flyway", sql: { type: "directory", path: "migrations" } },
  route: { hosts: ["api.example.com"], cors: { allowOrigins: ["https://www.example.com"] } },
  processes: { worker: { command: ["/worker"], replicas: 2 } },
  scheduledJobs: { tidy: { schedule: "*/1 * * * *", command: ["/tidy"] } },
  permissions: [{ actions: ["s3:GetObject"], resources: ["arn:aws:s3:::acme-files/*"] }],
  egress: [{ name: "mail", to: { type: "cidrs", cidrs: ["192.0.2.0/24"] }, ports: [587] }],
};

/** The only container of a Deployment. */
export function container(recording: Recording, name = "api"): Inputs {
  const pod = at(recording.one("Deployment", name).inputs, "spec.template.spec");
  const [only, ...more] = listAt(pod, "containers");
  if (only === undefined || more.length > 0) throw new Error(`${name} has not one container`);
  return only;
}

/** Arguments of a workload on EKS. */
export function workloadArgs(
  app: ApplicationDescription,
  rest: Partial<WorkloadArgs> = {},
): WorkloadArgs {
  return {
    project: "acme",
    environment: "staging",
    app,
    image: { reference: `${app.image.repository}:${app.image.sha}` },
    sqlFiles: { "V1__create.sql": "CREATE TABLE accounts (id int);" },
    flywayImage: "flyway/flyway:13.0.0",
    secrets: { source: { type: "secretsManager" }, refreshInterval: "15s", kmsKeyArns: [] },
    edge: { ingressClassName: "nginx", controllerNamespaces: ["ingress-nginx"] },
    issuers: { http01: { name: "letsencrypt" }, dns01: { name: "letsencrypt-dns" } },
    certificates: {
      challenge: "http01",
      renewBeforePercentage: 33,
      readyTimeoutSeconds: 600,
      retain: false,
    },
    region: "eu-west-1",
    aws: {
      clusterName: "acme-staging-eu-west-1",
      accountId: "111111111111",
      partition: "aws",
      roleNamePrefix: "acme-staging",
      externalSecretsRoleArn: "arn:aws:iam::111111111111:role/acme-staging-external-secrets",
    },
    databaseCidrs: ["10.10.0.0/16"],
    ...rest,
  };
}

/** Records a workload of one application. */
export async function recordWorkload(
  given: Readonly<Record<string, unknown>> = {},
  rest: Partial<WorkloadArgs> = {},
): Promise<Recording> {
  const { recording } = await record(() => {
    new Workload("acme-staging-api", workloadArgs(describeApplication(given), rest));
  });
  return recording;
}
