import * as pulumi from "@pulumi/pulumi";
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb.js";
import type {
  ApplicationDescription,
  WorkloadArgs,
} from "../../../components/workloads/workload.ts";
import { Workload } from "../../../components/workloads/workload.ts";
import { application } from "../../../config/application/application.ts";

/** A resource as the program registered it. */
export interface Registration {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly inputs: Inputs;
  readonly parent: string;
  readonly dependencies: readonly string[];
  readonly retainOnDelete: boolean;
  readonly replaceOnChanges: readonly string[];
  readonly deleteBeforeReplace: boolean;
  readonly timeouts: { readonly create: string; readonly update: string };
  /** Names of the hooks that the engine calls when it fails. */
  readonly errorHooks: readonly string[];
}

export interface Inputs {
  readonly [key: string]: unknown;
}

/** All that a piece of a program registered. */
export class Recording {
  readonly resources: readonly Registration[];

  constructor(resources: readonly Registration[]) {
    this.resources = resources;
  }

  /** Resources of a type, by the end of its token: `Deployment`, `workloads:Route`, `role:Role`. */
  all(type: string): Registration[] {
    return this.resources.filter(
      ({ type: token }) => token === type || new RegExp(`[:/]${type}$`).test(token),
    );
  }

  /** The only resource of a type, or the only one of that type whose object is called so. */
  one(type: string, objectName?: string): Registration {
    const found = this.all(type).filter(
      (each) => objectName === undefined || at(each.inputs, "metadata.name") === objectName,
    );
    const [only] = found;
    if (only === undefined || found.length > 1)
      throw new Error(`${String(found.length)} resources are ${type} ${objectName ?? ""}`);
    return only;
  }

  /** Whether a resource waits for another: by itself, or by what it lies in. */
  waitsFor(later: Registration, earlier: Registration): boolean {
    const open = [...later.dependencies, later.parent];
    const seen = new Set<string>();
    for (let urn = open.pop(); urn !== undefined; urn = open.pop()) {
      if (urn === earlier.urn) return true;
      if (seen.has(urn)) continue;
      seen.add(urn);
      const next = this.resources.find((each) => each.urn === urn);
      if (next !== undefined) open.push(...next.dependencies, next.parent);
    }
    return false;
  }
}

interface Monitor {
  registerResource(request: RegisterResourceRequest, callback: unknown): Promise<void>;
  registerErrorHook(request: unknown, callback: (error: null, response: unknown) => void): void;
  newUrn(parent: string, type: string, name: string): string;
}

/** Runs a piece of a program against mocks. */
export async function record(build: () => void): Promise<Recording> {
  const resources: Registration[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs }) => ({
        id: `${name}-id`,
        state: stateOf(type, inputs as Inputs),
      }),
      call: ({ token }) => {
        throw new Error(`the function ${token} was not expected`);
      },
    },
    "acme",
    "staging",
  );
  // The SDK declares its mock monitor's methods private; parents and order pass nowhere else.
  const monitor = pulumi.runtime.getMonitor() as unknown as Monitor;
  const register = monitor.registerResource.bind(monitor);
  // The mock monitor lacks the call.
  monitor.registerErrorHook = (_request, callback) => {
    callback(null, {});
  };
  monitor.registerResource = async (request, callback) => {
    await register(request, callback);
    const timeouts = request.getCustomtimeouts();
    resources.push({
      urn: monitor.newUrn(request.getParent(), request.getType(), request.getName()),
      type: request.getType(),
      name: request.getName(),
      inputs: request.getObject()?.toJavaScript() ?? {},
      parent: request.getParent(),
      dependencies: request.getDependenciesList(),
      retainOnDelete: request.getRetainondelete() ?? false,
      replaceOnChanges: request.getReplaceonchangesList(),
      deleteBeforeReplace: request.getDeletebeforereplace(),
      timeouts: { create: timeouts?.getCreate() ?? "", update: timeouts?.getUpdate() ?? "" },
      errorHooks: request.getHooks()?.getOnErrorList() ?? [],
    });
  };
  build();
  await pulumi.runtime.disconnect();
  return new Recording(resources);
}

function stateOf(type: string, inputs: Inputs): Inputs {
  return type === "aws:iam/role:Role"
    ? { ...inputs, arn: `arn:aws:iam::111111111111:role/${String(inputs["name"])}` }
    : inputs;
}

/** The value at a dotted path; numbers are indices of lists. */
export function at(value: unknown, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>(
      (inner, key) =>
        typeof inner === "object" && inner !== null ? (inner as Inputs)[key] : undefined,
      value,
    );
}

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
export function recordWorkload(
  given: Readonly<Record<string, unknown>> = {},
  rest: Partial<WorkloadArgs> = {},
): Promise<Recording> {
  return record(() => {
    new Workload("acme-staging-api", workloadArgs(describeApplication(given), rest));
  });
}
