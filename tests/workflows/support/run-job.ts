import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Context, Status } from "./expression.ts";
import { holds, interpolate } from "./expression.ts";
import type { Sandbox } from "./sandbox.ts";
import type { Step } from "./workflow.ts";

/** How a job ended. */
export interface JobRun {
  readonly result: Status;
  /** Outcome of each step, by id or name; actions by the name before `@`. */
  readonly outcomes: Readonly<Record<string, string>>;
  readonly outputs: Readonly<Record<string, string>>;
  /** All that the steps printed. */
  readonly log: string;
}

interface JobLike {
  readonly steps: readonly Step[];
  readonly env?: Readonly<Record<string, string>>;
  readonly outputs?: Readonly<Record<string, string>>;
}

/**
 * Runs the steps of a job as a runner would: expressions in conditions and environments evaluated,
 * each script in bash with its options, outputs and the status handed on. Actions do nothing.
 */
export function runJob(job: JobLike, sandbox: Sandbox, given: Context): JobRun {
  const steps: Record<string, { outcome: string; outputs: Record<string, string> }> = {};
  const outcomes: Record<string, string> = {};
  let status: Status = "success";
  let log = "";
  let exported: Record<string, string> = {};
  const context = () => ({
    ...given,
    steps,
    job: { status },
    runner: { temp: sandbox.temp },
  });
  for (const [index, step] of job.steps.entries()) {
    const key = step.id ?? step.name ?? step.uses?.split("@")[0] ?? String(index);
    if (!holds(step.if ?? "success()", context(), status)) {
      outcomes[key] = "skipped";
      steps[step.id ?? ""] = { outcome: "skipped", outputs: {} };
      continue;
    }
    const outputs: Record<string, string> = {};
    let outcome = "success";
    if (step.run !== undefined) {
      const run = runScript(step.run, sandbox, {
        ...exported,
        ...evaluated(job.env, context()),
        ...evaluated(step.env, context()),
        ...runnerEnvironment(given),
      });
      Object.assign(outputs, run.outputs);
      exported = { ...exported, ...run.exported };
      log += run.log;
      if (run.status !== 0) outcome = "failure";
    }
    outcomes[key] = outcome;
    if (step.id !== undefined) steps[step.id] = { outcome, outputs };
    if (outcome === "failure" && step["continue-on-error"] !== true) status = "failure";
  }
  return { result: status, outcomes, outputs: evaluated(job.outputs, context()), log };
}

function evaluated(
  values: Readonly<Record<string, string>> | undefined,
  context: Context,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values ?? {}).map(([key, value]) => [key, interpolate(value, context)]),
  );
}

/** The variables that a runner derives from the event; the token is none of them. */
function runnerEnvironment({ github }: Context): Record<string, string> {
  const names = new Set(["ref_type", "ref_name", "sha", "repository", "run_id", "server_url"]);
  return Object.fromEntries(
    Object.entries((github ?? {}) as Record<string, unknown>)
      .filter(([key]) => names.has(key))
      .map(([key, value]) => [`GITHUB_${key.toUpperCase()}`, String(value)]),
  );
}

/** Runs one script as `shell: bash` does. */
function runScript(script: string, sandbox: Sandbox, environment: Record<string, string>) {
  const files = Object.fromEntries(
    ["script", "output", "env", "summary"].map((name) => [name, join(sandbox.directory, name)]),
  ) as Record<"script" | "output" | "env" | "summary", string>;
  for (const file of Object.values(files)) writeFileSync(file, "");
  writeFileSync(files.script, script);
  const { status, stdout, stderr } = spawnSync(
    "bash",
    ["--noprofile", "--norc", "-eo", "pipefail", files.script],
    {
      cwd: sandbox.repository,
      encoding: "utf8",
      env: {
        ...sandbox.environment,
        ...environment,
        GITHUB_OUTPUT: files.output,
        GITHUB_ENV: files.env,
        GITHUB_STEP_SUMMARY: files.summary,
      },
    },
  );
  return {
    status,
    log: `${stdout}${stderr}`,
    outputs: pairsIn(files.output),
    exported: pairsIn(files.env),
  };
}

function pairsIn(file: string): Record<string, string> {
  if (!existsSync(file)) return {};
  return Object.fromEntries(
    readFileSync(file, "utf8")
      .split("\n")
      .filter((line) => line.includes("="))
      .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
  );
}
