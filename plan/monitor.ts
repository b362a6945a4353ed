import * as pulumi from "@pulumi/pulumi";
import type { MockMonitor } from "@pulumi/pulumi/runtime/mocks.js";
import type {
  RegisterResourceOutputsRequest,
  RegisterResourceRequest,
} from "@pulumi/pulumi/proto/resource_pb.js";
import { redact } from "./redact.ts";
import type { PlannedResource } from "./plan.ts";
import { recordOf } from "./simulated/account.ts";
import type { Account, Properties, Simulated } from "./simulated/account.ts";
import { callAws, simulateAws } from "./simulated/aws.ts";
import { simulateKubernetes } from "./simulated/kubernetes.ts";
import { expandRemote } from "./simulated/remote.ts";
import type { RemoteChild } from "./simulated/registrar.ts";
import { childUrn } from "./simulated/urn.ts";

/** Marks a reference to a resource in the engine's protocol. */
const referenceSignature = "5cf8f73096256a8f31e491e813e4eb8e";

/** A resource with what policies see beyond the plan. */
export interface RecordedResource extends PlannedResource {
  readonly propertyDependencies: Readonly<Record<string, readonly string[]>>;
  readonly ignoreChanges: readonly string[];
  readonly aliases: readonly string[];
  readonly customTimeouts: Readonly<Record<string, string>>;
  readonly deleteBeforeReplace: boolean;
}

export interface Recording {
  readonly resources: RecordedResource[];
  /** Stack outputs, secrets redacted. */
  outputs: Properties;
}

type Callback = (error: unknown, response: unknown) => void;

/** The SDK's mock monitor with the calls that are taken over; the SDK declares two of them private. */
interface Monitor {
  newUrn(parent: string, type: string, name: string): string;
  registerResource(request: RegisterResourceRequest, callback: Callback): Promise<void>;
  registerResourceOutputs(request: RegisterResourceOutputsRequest, callback: Callback): void;
  registerErrorHook(request: unknown, callback: Callback): void;
  readonly resources: MockMonitor["resources"];
  readonly transformCallbacks: ReadonlyMap<string, pulumi.ResourceTransform>;
}

/**
 * Directs the SDK to a monitor of this process that answers as a new account would and records
 * everything that the program registers, with parents, dependencies and options.
 */
export async function startRecording(
  project: string,
  stack: string,
  account: Account,
): Promise<Recording> {
  const recording: Recording = { resources: [], outputs: {} };
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs, custom }) =>
        custom === true
          ? simulate(type, name, inputs as Properties, account)
          : { id: undefined, state: remoteOutputs.get(`${type} ${name}`) ?? {} },
      call: ({ token, inputs }) => callAws(token, inputs as Properties, account),
    },
    project,
    stack,
  );
  const remoteOutputs = new Map<string, Properties>();
  /** Providers of each component by package; like the engine's, they pass from parents to children. */
  const providers = new Map<string, ReadonlyMap<string, string>>();
  // The mock monitor keeps the SDK's list of features; only the recorded calls are taken over.
  const monitor = pulumi.runtime.getMonitor() as unknown as Monitor;
  const register = monitor.registerResource.bind(monitor);
  monitor.newUrn = (parent, type, name) => childUrn({ project, stack }, parent, type, name);
  // Nothing fails here, and the mock monitor lacks the call.
  monitor.registerErrorHook = (_request, callback) => {
    callback(null, {});
  };

  monitor.registerResource = async (request, callback) => {
    const type = request.getType();
    const name = request.getName();
    const urn = monitor.newUrn(request.getParent(), type, name);
    const recorded = recordRequest(urn, request);
    recording.resources.push(recorded);
    const own = new Map(providers.get(request.getParent()));
    request.getProvidersMap().forEach((reference, name) => own.set(name, reference));
    providers.set(urn, own);
    if (request.getRemote()) {
      const transforms = request.getTransformsList().flatMap((callback) => {
        const transform = monitor.transformCallbacks.get(callback.getToken());
        return transform === undefined ? [] : [transform];
      });
      const outputs = await expandRemote(type, {
        account,
        name,
        inputs: request.getObject()?.toJavaScript() ?? {},
        register: async (child) => {
          const parent =
            child.parent === undefined
              ? urn
              : lastUrn(recording.resources, child.parent.type, child.parent.name);
          const childsUrn = monitor.newUrn(parent, child.type, child.name);
          const { inputs, protect } = await transformed(child, recorded.protect, transforms);
          const provider = own.get("aws");
          recording.resources.push({
            ...recorded,
            urn: childsUrn,
            type: child.type,
            name: child.name,
            parent,
            custom: true,
            protect,
            ...(provider === undefined ? {} : { provider: urnOf(provider) }),
            propertyDependencies: {},
            inputs: redact(inputs) as Properties,
          });
          const { id, state } = simulateAws(child.type, child.name, inputs, account);
          const complete = definedOnly({ ...inputs, ...state });
          monitor.resources.set(childsUrn, { urn: childsUrn, id, state: complete });
          const reference = {
            [pulumi.runtime.specialSigKey]: referenceSignature,
            urn: childsUrn,
            id,
          };
          return { id, state: complete, reference };
        },
      });
      if (outputs === undefined) {
        callback(new Error(`the offline plan does not know the component ${type}`), undefined);
        return;
      }
      remoteOutputs.set(`${type} ${name}`, outputs);
    }
    await register(request, callback);
  };

  const registerOutputs = monitor.registerResourceOutputs.bind(monitor);
  monitor.registerResourceOutputs = (request, callback) => {
    if (request.getUrn().includes("::pulumi:pulumi:Stack::"))
      recording.outputs = redact(request.getOutputs()?.toJavaScript() ?? {}) as Properties;
    registerOutputs(request, callback);
  };
  return recording;
}

function simulate(type: string, name: string, inputs: Properties, account: Account): Simulated {
  if (type.startsWith("aws:")) {
    const { id, state } = simulateAws(type, name, inputs, account);
    return { id, state: { ...inputs, ...state } };
  }
  if (type.startsWith("kubernetes:")) return simulateKubernetes(type, name, inputs, account.region);
  return { id: name, state: inputs };
}

/** A remote component's child after the transforms that the program gave the component. */
async function transformed(
  { type, name, inputs: before }: RemoteChild,
  protectedByParent: boolean,
  transforms: readonly pulumi.ResourceTransform[],
): Promise<{ inputs: Properties; protect: boolean }> {
  let inputs = definedOnly(before);
  let protect = protectedByParent;
  for (const transform of transforms) {
    const opts = { protect };
    const result = await transform({ custom: true, type, name, props: inputs, opts });
    if (result === undefined) continue;
    inputs = definedOnly(recordOf(result.props));
    protect = result.opts.protect ?? protect;
  }
  return { inputs, protect };
}

/** Without values that are undefined, at any depth: the protocol cannot carry them. */
function definedOnly(properties: Properties): Properties {
  return JSON.parse(JSON.stringify(properties)) as Properties;
}

function lastUrn(resources: readonly RecordedResource[], type: string, name: string): string {
  const found = resources.findLast((known) => known.type === type && known.name === name);
  if (found === undefined) throw new Error(`no ${type} ${name} was registered`);
  return found.urn;
}

/** URN of a provider's reference, which is `URN::id`. */
function urnOf(reference: string): string {
  return reference.split("::").slice(0, -1).join("::");
}

function recordRequest(urn: string, request: RegisterResourceRequest): RecordedResource {
  const parent = request.getParent();
  const provider = request.getProvider();
  const timeouts = request.getCustomtimeouts();
  const propertyDependencies: Record<string, string[]> = {};
  request.getPropertydependenciesMap().forEach((value, key) => {
    propertyDependencies[key] = value.getUrnsList();
  });
  return {
    urn,
    type: request.getType(),
    name: request.getName(),
    ...(parent === "" ? {} : { parent }),
    dependencies: [...request.getDependenciesList()].sort(),
    ...(provider === "" ? {} : { provider: urnOf(provider) }),
    custom: request.getCustom(),
    protect: request.getProtect() ?? false,
    retainOnDelete: request.getRetainondelete() ?? false,
    inputs: recordOf(redact(request.getObject()?.toJavaScript() ?? {})),
    propertyDependencies,
    ignoreChanges: request.getIgnorechangesList(),
    aliases: request.getAliasesList().map((alias) => alias.getUrn()),
    deleteBeforeReplace: request.getDeletebeforereplace(),
    customTimeouts: {
      ...(timeouts?.getCreate() ? { create: timeouts.getCreate() } : {}),
      ...(timeouts?.getUpdate() ? { update: timeouts.getUpdate() } : {}),
      ...(timeouts?.getDelete() ? { delete: timeouts.getDelete() } : {}),
    },
  };
}
