import { request } from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CoreV1Api, CustomObjectsApi, KubernetesObjectApi } from "@kubernetes/client-node";
import { parse, stringify } from "yaml";
import { Sandbox } from "../support/engine.ts";
import { readEnvironment } from "./environment.ts";

export const environment = readEnvironment();
const { kubeconfig } = environment;
export const core = kubeconfig.makeApiClient(CoreV1Api);
export const custom = kubeconfig.makeApiClient(CustomObjectsApi);
export const objects = KubernetesObjectApi.makeApiClient(kubeconfig);

export const stack = "local";
export const host = "demo.apps.test";

/** Writes the stack file of the acceptance into a copy of the project. */
export function openSandbox(): Sandbox {
  const sandbox = new Sandbox();
  const base = parse(readFileSync(join(import.meta.dirname, "stack.yaml"), "utf8")) as {
    config: Record<string, unknown>;
  };
  const config = { ...base.config, ...environment.overrides };
  writeFileSync(join(sandbox.project, `Pulumi.${stack}.yaml`), stringify({ config }));
  sandbox.expect(["stack", "init", stack]);
  return sandbox;
}

/** An object as one would write it in YAML. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly [section: string]: unknown;
}

/** Makes an object, or brings it to the given state. */
export async function apply(manifest: Manifest): Promise<void> {
  await objects.patch(
    manifest,
    undefined,
    undefined,
    "slipway-acceptance",
    true,
    "application/apply-patch+yaml",
  );
}

/** Waits until a question has an answer other than undefined; the error names what was awaited. */
export async function eventually<T>(
  what: string,
  seconds: number,
  ask: () => Promise<T | undefined>,
): Promise<T> {
  const end = performance.now() + seconds * 1000;
  let last: unknown;
  while (performance.now() < end) {
    try {
      const answer = await ask();
      if (answer !== undefined) return answer;
    } catch (error) {
      last = error;
    }
    await sleep(200);
  }
  const cause = last instanceof Error ? `: ${last.message}` : "";
  throw new Error(`${what} did not come about within ${String(seconds)} s${cause}`);
}

/** Address at which an edge serves. */
export async function edgeAddress(namespace: string, name: string): Promise<string> {
  const { status } = await core.readNamespacedService({ namespace, name });
  const [first] = status?.loadBalancer?.ingress ?? [];
  const address = first?.ip ?? first?.hostname;
  if (address === undefined) throw new Error(`Service ${namespace}/${name} has no address`);
  return address;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** Asks the application through an edge, as a client would that resolves its name to that edge. */
export function ask(
  address: string,
  path = "/",
  headers: Record<string, string> = {},
  authority = environment.authority,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request(
      {
        host: address,
        port: 443,
        servername: host,
        path,
        headers: { host, ...headers },
        ...(authority === undefined ? { rejectUnauthorized: false } : { ca: authority }),
        agent: false,
        timeout: 5000,
      },
      (response) => {
        let body = "";
        response.setEncoding("utf8");
        response.on("data", (chunk: string) => (body += chunk));
        response.on("end", () => {
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
        });
      },
    );
    asked.on("timeout", () => asked.destroy(new Error("no answer within 5 s")));
    asked.on("error", reject);
    asked.end();
  });
}
