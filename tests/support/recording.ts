import * as pulumi from "@pulumi/pulumi";
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb.js";

/** What components of Kubernetes ask the engine for, under mocks. */

export type Inputs = Readonly<Record<string, unknown>>;

/** A resource as the program asked the engine for it. */
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

/** All that a piece of a program registered. */
export class Recording {
  readonly resources: readonly Registration[];

  constructor(resources: readonly Registration[]) {
    this.resources = resources;
  }

  /** Resources of a type, by the end of its token: `Release`, `addons:Edge`, `role:Role`. */
  all(type: string): Registration[] {
    return this.resources.filter(({ type: token }) => new RegExp(`(^|[:/])${type}$`).test(token));
  }

  /** The only resource of a type, or the only one whose object or release is called so. */
  one(type: string, objectName?: string): Registration {
    const found = this.all(type).filter(
      ({ inputs }) =>
        objectName === undefined ||
        at(inputs, "metadata.name") === objectName ||
        inputs.name === objectName,
    );
    const [only] = found;
    if (only === undefined || found.length > 1)
      throw new Error(`${String(found.length)} resources are ${type} ${objectName ?? ""}`);
    return only;
  }

  /** Values of the Helm release of a chart. */
  values(chart: string): Inputs {
    return this.one("Release", chart).inputs.values as Inputs;
  }

  /** Statements of the IAM policy of the one role. */
  statements(): unknown[] {
    const { policy } = this.one("rolePolicy:RolePolicy").inputs;
    return (JSON.parse(String(policy)) as { Statement: unknown[] }).Statement;
  }

  /** Whether a resource waits for another, by itself, by its parent, or through what it waits for. */
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

/** Runs a piece of a program against mocks; `build` may give back an output to await. */
export async function record<T>(
  build: () => T,
): Promise<{ recording: Recording; result: pulumi.Unwrap<T> }> {
  const resources: Registration[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, id, inputs }) => ({
        id: id ?? `${name}-id`,
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
  // The mock monitor lacks the call.
  monitor.registerErrorHook = (_request, callback) => {
    callback(null, {});
  };
  const register = monitor.registerResource.bind(monitor);
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
  const built = build();
  const result = await new Promise<pulumi.Unwrap<T>>((resolve) =>
    pulumi.output(built).apply(resolve),
  );
  await pulumi.runtime.disconnect();
  return { recording: new Recording(resources), result };
}

function stateOf(type: string, inputs: Inputs): Record<string, unknown> {
  switch (type) {
    case "aws:iam/role:Role":
      return { ...inputs, arn: `arn:aws:iam::111111111111:role/${String(inputs.name)}` };
    case "kubernetes:helm.sh/v3:Release":
      return { ...inputs, status: { namespace: inputs.namespace, name: inputs.name } };
    case "kubernetes:core/v1:Service": {
      const traefik = at(inputs, "metadata.name") === "traefik";
      const address = traefik ? { ip: "192.0.2.7" } : { hostname: "nginx.elb.example" };
      return { ...inputs, status: { loadBalancer: { ingress: [address] } } };
    }
    default:
      return inputs;
  }
}

/** The value at a dotted path; a key that contains dots is given as a list, numbers are indices. */
export function at(value: unknown, path: string | readonly string[]): unknown {
  return (typeof path === "string" ? path.split(".") : path).reduce<unknown>(
    (inner, key) =>
      typeof inner === "object" && inner !== null ? (inner as Inputs)[key] : undefined,
    value,
  );
}
