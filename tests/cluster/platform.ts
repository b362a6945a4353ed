import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import type { ConfigurationInput } from "../../config/schema.ts";
import { Sandbox } from "../support/engine.ts";
import type { Run, Running } from "../support/engine.ts";
import { clean } from "./clean.ts";
import { apply, environment } from "./kubernetes.ts";
import { putSecret, secretName } from "./secrets-manager.ts";

const stack = "local";
/** One place, so that a run finds what a killed one left. */
const directory = join(tmpdir(), "slipway-cluster-suite");
const up = ["up", "--yes", "--skip-preview", "--suppress-outputs"];
const secretsNamespace = "slipway-secrets";

/** The demo application's images: built from one source, see docs/testing.md. */
export const images = {
  a: "5eed646c80dc57060db1e3f3fbae5a22fab8465d",
  b: "660606b326c9b043e751f8bfee16b9f8d6a7ec35",
  /** Exits with 1 after 3 s. */
  crashing: "88b04f76fc66aa3019b6702f79916e7a59347ef2",
  neverReady: "30cd09cb934bb059c41644ae46f3113269c97d8f",
} as const;

/** `config` of a stack file. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests know what they change, and write what is wrong
export type StackConfig = Record<string, any>;
/** Changes the configuration in place. */
export type Edit = (config: StackConfig) => void;

/** Applications of a configuration, by name. */
export function appsOf(config: StackConfig): StackConfig {
  return config["slipway:apps"] as StackConfig;
}

/** stack.yaml with the settings of this cluster. */
function configuration(): StackConfig {
  const { config } = parse(readFileSync(join(import.meta.dirname, "stack.yaml"), "utf8")) as {
    config: StackConfig;
  };
  return Object.assign(config, structuredClone(environment.settings));
}

/** Where a configuration says that secrets come from. */
export function sourceOf(config: StackConfig): { endpoint: string } {
  return (config["slipway:secrets"] as { source: { endpoint: string } }).source;
}

/** Address of the AWS emulator, as pods reach it. */
export function emulatorEndpoint(): string {
  return sourceOf(configuration()).endpoint;
}

/** One application as a stack file has it. */
export type AppInput = NonNullable<ConfigurationInput["apps"]>[string];

/** The application that every test finds. */
export function demoOf(config: StackConfig): AppInput {
  return appsOf(config)["demo"] as AppInput;
}

/** The deployment that all tests of a run share: one copy of the project, one stack. */
export class Platform {
  readonly sandbox = new Sandbox(undefined, directory);

  /** Writes the stack file: stack.yaml, the settings of this cluster, then the edit. */
  configure(edit?: Edit): void {
    const config = configuration();
    edit?.(config);
    writeFileSync(join(this.sandbox.project, `Pulumi.${stack}.yaml`), stringify({ config }));
  }

  /** Brings the cluster to this configuration, whatever a test before it left. */
  up(edit?: Edit, ...options: string[]): Run {
    this.configure(edit);
    return this.sandbox.expect(this.#args(...up, ...options));
  }

  /** As `up`, but what it ends with is the test's business. */
  tryUp(edit?: Edit, ...options: string[]): Run {
    this.configure(edit);
    return this.sandbox.run(this.#args(...up, ...options));
  }

  /** As `tryUp`, while this process goes on. */
  startUp(edit?: Edit, ...options: string[]): Running {
    this.configure(edit);
    return this.sandbox.start(this.#args(...up, ...options));
  }

  /** As `up`, while this process goes on; fails with all that was printed. */
  async upMeanwhile(edit?: Edit): Promise<Run> {
    const run = await this.startUp(edit).ended;
    if (run.status !== 0) throw new Error(`pulumi up failed:\n${run.stdout}\n${run.stderr}`);
    return run;
  }

  destroy(...options: string[]): Run {
    return this.sandbox.expect(this.#args("destroy", "--yes", "--skip-preview", ...options));
  }

  /** Any other command on the stack. */
  run(...args: string[]): Run {
    return this.sandbox.run(this.#args(...args));
  }

  /** As `destroy`, but what it ends with is the caller's business. */
  tryDestroy(): Run {
    return this.run("destroy", "--yes", "--skip-preview");
  }

  /** Does after a killed run what docs/operations.md says. */
  recover(): void {
    const { status, stderr } = this.tryRecover();
    if (status !== 0) throw new Error(`slipway recover failed:\n${stderr}`);
  }

  /** As `recover`, but what it ends with is the caller's business. */
  tryRecover(): Run {
    this.sandbox.expect(this.#args("cancel", "--yes"));
    return this.sandbox.slipway("recover", stack);
  }

  hasStack(): boolean {
    return this.run("stack", "select").status === 0;
  }

  /** Locks of runs that go on, or were killed. */
  lockFiles(): string[] {
    const locks = join(directory, "state", ".pulumi", "locks");
    if (!existsSync(locks)) return [];
    return readdirSync(locks, { recursive: true, encoding: "utf8" }).filter((file) =>
      file.endsWith(".json"),
    );
  }

  #args(...args: string[]): string[] {
    return [...args, "--stack", stack];
  }

  /** Makes what the program expects to find: AWS credentials, the application's secret. */
  async prepare(): Promise<void> {
    await apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: secretsNamespace } });
    await apply({
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "aws", namespace: secretsNamespace },
      stringData: { "access-key-id": "test", "secret-access-key": "test" },
    });
    await putSecret(secretName("demo"), demoSecret);
    if (!this.hasStack()) this.sandbox.expect(["stack", "init", stack]);
  }
}

/** The demo application's secret, as every test finds it. */
export const demoSecret = { GREETING: "hello" };

let opened: Platform | undefined;

/** The deployment of this run. */
export function platform(): Platform {
  if (opened === undefined) throw new Error("the suite's hooks have not run");
  return opened;
}

/** Removes what a killed run left, unless it is to be kept; then prepares. */
export async function openPlatform(): Promise<void> {
  const leftover = existsSync(directory);
  opened = new Platform();
  if (leftover && !environment.keep) await clean(opened);
  await opened.prepare();
}

/** Takes down whatever a test left. */
export async function closePlatform(): Promise<void> {
  if (opened === undefined || environment.keep) return;
  await clean(opened);
  rmSync(directory, { recursive: true, force: true });
}
