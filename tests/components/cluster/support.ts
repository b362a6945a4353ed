import * as pulumi from "@pulumi/pulumi";
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb.js";

/** Plain values of a resource as the engine would receive them. */
export type Inputs = Record<string, unknown>;

/** What the program asked the engine to create. */
export interface Registration {
  readonly type: string;
  readonly name: string;
  readonly inputs: Inputs;
  /** `type name` of the parent. */
  readonly parent: string | undefined;
  /** `type name` of everything that has to exist before. */
  readonly dependencies: string[];
  readonly provider: string | undefined;
  readonly protect: boolean;
  readonly ignoreChanges: string[];
  readonly transforms: pulumi.ResourceTransform[];
}

/** Where the mocked account is. */
export interface Place {
  readonly region: string;
  readonly accountId: string;
  readonly partition: string;
}

export const mumbai: Place = {
  region: "ap-south-1",
  accountId: "111111111111",
  partition: "aws",
};
export const oregon: Place = {
  region: "us-gov-west-1",
  accountId: "222222222222",
  partition: "aws-us-gov",
};

export const projectName = "slipway";
export const stackName = "test";

export class Registrations {
  readonly all: Registration[];

  constructor(all: Registration[]) {
    this.all = all;
  }

  ofType(type: string): Registration[] {
    return this.all.filter((registration) => registration.type === type);
  }

  /** The only resource of a type, or the one of that type and name. */
  one(type: string, name?: string): Registration {
    const found = this.ofType(type).filter((each) => name === undefined || each.name === name);
    const [only] = found;
    if (only === undefined || found.length > 1)
      throw new Error(`${String(found.length)} resources are of type ${type} ${name ?? ""}`);
    return only;
  }

  /** Whether one resource waits for another, over any number of others. */
  waitsFor(later: Registration, earlier: Registration): boolean {
    const pending = [...later.dependencies];
    const seen = new Set<string>();
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      if (next === label(earlier)) return true;
      if (seen.has(next)) continue;
      seen.add(next);
      pending.push(...(this.all.find((each) => label(each) === next)?.dependencies ?? []));
    }
    return false;
  }
}

interface Monitor {
  registerResource(request: RegisterResourceRequest, callback: unknown): Promise<void>;
}

/** Runs a piece of a program against mocks and returns all that it registered. */
export async function record(build: () => void, place: Place = mumbai): Promise<Registrations> {
  const all: Registration[] = [];
  const transforms = new Map<string, pulumi.ResourceTransform[]>();
  await pulumi.runtime.setMocks(
    {
      newResource: (args) => {
        transforms.set(`${args.type} ${args.name}`, args.transforms ?? []);
        return answer(args.type, args.name, args.inputs as Inputs, place);
      },
      call: ({ token }) => {
        if (token !== "aws:index/getPartition:getPartition")
          throw new Error(`the function ${token} was not expected`);
        return { partition: place.partition, dnsSuffix: "amazonaws.com", id: place.partition };
      },
    },
    projectName,
    stackName,
  );
  // The SDK declares its mock monitor's methods private; parents and order pass nowhere else.
  const monitor = pulumi.runtime.getMonitor() as unknown as Monitor;
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = async (request, callback) => {
    await register(request, callback);
    const identity = `${request.getType()} ${request.getName()}`;
    all.push({
      type: request.getType(),
      name: request.getName(),
      inputs: request.getObject()?.toJavaScript() ?? {},
      parent: labelOfUrn(request.getParent()),
      dependencies: request.getDependenciesList().map((urn) => labelOfUrn(urn) ?? urn),
      provider: labelOfUrn(request.getProvider()),
      protect: request.getProtect() ?? false,
      ignoreChanges: request.getIgnorechangesList(),
      transforms: transforms.get(identity) ?? [],
    });
  };
  build();
  await pulumi.runtime.disconnect();
  return new Registrations(all);
}

/** The value of an output. */
export function valueOf(output: pulumi.Output<string>): Promise<string> {
  return new Promise((resolve) => output.apply(resolve));
}

/** A JSON document among the inputs. */
export function document(value: unknown): unknown {
  if (typeof value !== "string") throw new Error(`${JSON.stringify(value)} is no JSON text`);
  return JSON.parse(value);
}

/** What the transforms of a component make of one of its children. */
export async function transformed(
  component: Registration,
  type: string,
  props: Inputs,
): Promise<{ props: Inputs; protect: boolean | undefined }> {
  let result: pulumi.ResourceTransformResult = { props, opts: {} };
  for (const transform of component.transforms)
    result = (await transform({ custom: true, type, name: "child", ...result })) ?? result;
  return { props: result.props, protect: result.opts.protect };
}

export function label({ type, name }: Registration): string {
  return `${type} ${name}`;
}

function labelOfUrn(urn: string): string | undefined {
  if (urn === "") return undefined;
  const [, , types = "", name = ""] = urn.split("::");
  return `${types.split("$").at(-1) ?? types} ${name}`;
}

function answer(
  type: string,
  name: string,
  inputs: Inputs,
  { region, accountId, partition }: Place,
): { id: string; state: Inputs } {
  const id = typeof inputs.name === "string" ? inputs.name : `${name}-id`;
  const arn = (service: string, path: string) =>
    `arn:${partition}:${service}:${service === "iam" ? "" : region}:${accountId}:${path}`;
  switch (type) {
    case "awsx:ec2:Vpc":
      return {
        id,
        state: {
          vpcId: "vpc-1",
          publicSubnetIds: ["subnet-public"],
          privateSubnetIds: ["subnet-private"],
          isolatedSubnetIds: ["subnet-database"],
          routeTables: [{ id: "rtb-1" }, { id: "rtb-2" }],
        },
      };
    case "eks:index:Cluster":
      return {
        id,
        state: {
          kubeconfigJson: '{"kind":"Config"}',
          eksCluster: {
            name: inputs.name,
            arn: arn("eks", `cluster/${id}`),
            endpoint: "https://cluster.example",
            identities: [{ oidcs: [{ issuer: "https://issuer.example" }] }],
            vpcConfig: { clusterSecurityGroupId: "sg-cluster" },
          },
        },
      };
    case "aws:iam/role:Role":
      return { id, state: { ...inputs, name: id, arn: arn("iam", `role/${id}`) } };
    case "aws:cloudwatch/logGroup:LogGroup":
      return { id, state: { ...inputs, arn: arn("logs", `log-group:${id}`) } };
    case "aws:kms/key:Key":
      return { id, state: { ...inputs, keyId: "key-1", arn: arn("kms", "key/key-1") } };
    case "aws:ec2/launchTemplate:LaunchTemplate":
      return { id, state: { ...inputs, latestVersion: 7 } };
    default:
      return { id, state: { ...inputs, name: id } };
  }
}
