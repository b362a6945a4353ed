import { spawn, spawnSync } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync } from "node:fs";
import { rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { isMap, isScalar, parseDocument } from "yaml";
import { statefulKind } from "../../plan/changes/kinds.ts";
import { copyProject } from "./project.ts";

export const root = resolve(import.meta.dirname, "..", "..");

/** What a run of the command line gave. */
export interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
}

/** One step of `pulumi preview --json`. */
export interface Step {
  readonly op: string;
  readonly urn: string;
  readonly detailedDiff?: Readonly<Record<string, { readonly kind: string }>> | null;
  readonly replaceReasons?: readonly string[];
}

/** A run that goes on: it can be awaited, asked to stop, or killed. */
export interface Running {
  readonly process: ChildProcess;
  readonly ended: Promise<Run>;
}

/** Kills a run as the loss of its machine would: the engine, the program and the plugins at once. */
export async function kill({ process: child, ended }: Running): Promise<void> {
  // Plugins have process groups of their own, in the run's session.
  if (child.exitCode === null) spawnSync("pkill", ["-KILL", "-s", String(child.pid)]);
  await ended;
}

/** A copy of the project with a backend and a simulated account of its own. */
export class Sandbox {
  readonly directory: string;
  readonly project: string;
  readonly cloud: string;
  readonly #environment: NodeJS.ProcessEnv;

  /** @param directory where backend and account lie; what is in them stays. @default a new one */
  constructor(program = root, directory = mkdtempSync(join(tmpdir(), "slipway-engine-"))) {
    this.directory = directory;
    this.project = join(directory, "project");
    this.cloud = join(directory, "cloud");
    rmSync(this.project, { recursive: true, force: true });
    copyProject(program, this.project);
    mkdirSync(this.cloud, { recursive: true });
    const state = join(directory, "state");
    mkdirSync(state, { recursive: true });
    this.#environment = {
      ...process.env,
      PATH: `${join(root, "node_modules", ".bin")}:${process.env.PATH ?? ""}`,
      PULUMI_BACKEND_URL: `file://${state}`,
      PULUMI_CONFIG_PASSPHRASE: "test",
      SLIPWAY_CLOUD: this.cloud,
    };
  }

  /** Runs a command; another `cwd` is a second program that shares this one's backend and account. */
  run(args: readonly string[], cwd = this.project): Run {
    return this.#spawn("pulumi", [...args, "--non-interactive"], cwd);
  }

  /** Runs the copy's own command line. */
  slipway(...args: readonly string[]): Run {
    const program = join(this.project, "cli", "main.ts");
    return this.#spawn(process.execPath, [program, ...args], this.project);
  }

  #spawn(program: string, args: readonly string[], cwd: string): Run {
    const started = performance.now();
    const { status, stdout, stderr } = spawnSync(program, args, {
      cwd,
      env: this.#environment,
      encoding: "utf8",
      maxBuffer: 1 << 28,
    });
    return { status, stdout, stderr, seconds: (performance.now() - started) / 1000 };
  }

  /** Starts a command and leaves this process free, for what is to be seen meanwhile. */
  start(args: readonly string[], cwd = this.project): Running {
    const started = performance.now();
    const child = spawn("pulumi", [...args, "--non-interactive"], {
      cwd,
      env: this.#environment,
      stdio: ["ignore", "pipe", "pipe"],
      // A session of its own, by which `kill` finds the plugins.
      detached: true,
    });
    const printed = { stdout: "", stderr: "" };
    for (const stream of ["stdout", "stderr"] as const)
      child[stream].setEncoding("utf8").on("data", (text: string) => (printed[stream] += text));
    const ended = new Promise<Run>((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (status) => {
        resolve({ status, ...printed, seconds: (performance.now() - started) / 1000 });
      });
    });
    return { process: child, ended };
  }

  /** Runs a command that must succeed; the error carries all that it printed. */
  expect(args: readonly string[], cwd = this.project): Run {
    const result = this.run(args, cwd);
    if (result.status !== 0)
      throw new Error(`pulumi ${args.join(" ")} failed:\n${result.stdout}\n${result.stderr}`);
    return result;
  }

  /** Steps of a preview; those that change nothing are left out. */
  preview(stack: string, ...options: string[]): Step[] {
    const { stdout } = this.expect(["preview", "--json", "-s", stack, ...options]);
    const { steps } = JSON.parse(stdout) as { steps: Step[] };
    return steps.filter(({ op }) => op !== "same" && op !== "read");
  }

  /** Every URN that a preview names. */
  previewedUrns(stack: string): string[] {
    const { stdout } = this.expect(["preview", "--json", "-s", stack]);
    return (JSON.parse(stdout) as { steps: Step[] }).steps.map(({ urn }) => urn);
  }

  /** Changes one value of a stack file, keeping the rest as it is. */
  setConfig(stack: string, path: readonly string[], value: unknown): void {
    const file = join(this.project, `Pulumi.${stack}.yaml`);
    const document = parseDocument(readFileSync(file, "utf8"));
    const [key = "", ...rest] = path;
    const section = document.get("config");
    if (!isMap(section)) throw new Error(`${file} has no config`);
    const known = section.items.map((item) => (isScalar(item.key) ? item.key.value : item.key));
    if (!known.includes(key)) section.set(key, rest.length === 0 ? value : {});
    document.setIn(["config", key, ...rest], value);
    writeFileSync(file, document.toString());
  }

  /** Replaces text in a source file of the copy; the text must be there. */
  editSource(file: string, from: string | RegExp, to: string): void {
    const path = join(this.project, file);
    const before = readFileSync(path, "utf8");
    const after = before.replace(from, to);
    if (after === before) throw new Error(`${file} does not contain ${String(from)}`);
    writeFileSync(path, after);
  }

  /** Files of the simulated account, relative to it. */
  cloudFiles(): string[] {
    return readdirSync(this.cloud, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".json"))
      .sort();
  }

  writeCloud(file: string, text: string): void {
    writeFileSync(join(this.cloud, file), text);
  }

  /** Changes one resource behind the program's back. */
  changeCloud(
    which: (file: string) => boolean,
    edit: (properties: Record<string, unknown>) => void,
  ): { readonly restore: () => void } {
    const file = this.cloudFiles().find(which);
    if (file === undefined) throw new Error(`no such resource:\n${this.cloudFiles().join("\n")}`);
    const before = readFileSync(join(this.cloud, file), "utf8");
    const resource = JSON.parse(before) as { properties: Record<string, unknown> };
    edit(resource.properties);
    this.writeCloud(file, JSON.stringify(resource));
    return {
      restore: () => {
        this.writeCloud(file, before);
      },
    };
  }

  removeCloud(file: string): void {
    rmSync(join(this.cloud, file));
  }

  close(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** Fails with one clear line where the command line is missing. */
export function requireEngine(): void {
  const { error } = spawnSync("pulumi", ["version"]);
  if (error !== undefined)
    throw new Error("no `pulumi` on PATH: the engine suite needs the Pulumi command line");
  if (!existsSync(join(root, "node_modules", ".bin", "node")))
    throw new Error("run `npm ci` first: the engine runs the program with the pinned Node");
}

/** Steps of a preview that lose what a resource holds. */
export function losing(steps: readonly Step[]): string[] {
  const typeOf = (urn: string) => urn.split("::")[2]?.split("$").at(-1) ?? "";
  return steps
    .filter(({ op, urn }) => /replace|delete/.test(op) && statefulKind(typeOf(urn)) !== undefined)
    .map(({ op, urn }) => `${op} ${urn}`);
}
