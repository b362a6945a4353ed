import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { root } from "../../support/plans.ts";

export interface Step {
  readonly id?: string;
  readonly name?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly shell?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly "continue-on-error"?: boolean;
}

export interface Concurrency {
  readonly group: string;
  readonly "cancel-in-progress": boolean;
  readonly queue?: string;
}

export interface Job {
  readonly name: string;
  readonly needs?: string | readonly string[];
  readonly if?: string;
  readonly "runs-on": string;
  readonly "timeout-minutes": number;
  readonly permissions: Readonly<Record<string, string>>;
  readonly environment?: string | { readonly name: string; readonly deployment?: boolean };
  readonly concurrency?: Concurrency;
  readonly strategy?: { readonly matrix: Readonly<Record<string, unknown>> };
  readonly outputs?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
  /** A reusable workflow, which has the steps. */
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly secrets?: Readonly<Record<string, string>>;
}

export interface Workflow {
  readonly name: string;
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: Readonly<Record<string, string>>;
  readonly concurrency: Concurrency;
  readonly defaults: { readonly run: { readonly shell: string } };
  readonly jobs: Readonly<Record<string, Job>>;
}

interface Action {
  readonly runs: { readonly using: string; readonly steps: readonly Step[] };
}

/** Text of a file below `.github`. */
export function textOf(file: string): string {
  return readFileSync(join(root, ".github", file), "utf8");
}

const namesIn = (directory: string) => readdirSync(join(root, ".github", directory)).sort();

/** Every workflow by its file's name. */
export const workflows: Readonly<Record<string, Workflow>> = Object.fromEntries(
  namesIn("workflows").map((file) => [
    file.replace(/\.yml$/, ""),
    parse(textOf(`workflows/${file}`)) as Workflow,
  ]),
);

/** Where the workflow of an application's repository is. */
export const deliverFile = "../examples/demo-app/.github/workflows/deliver.yml";

/** That workflow. */
export const deliver = parse(textOf(deliverFile)) as Workflow;

/** Every composite action by its folder's name. */
export const actions: Readonly<Record<string, Action>> = Object.fromEntries(
  namesIn("actions").map((name) => [name, parse(textOf(`actions/${name}/action.yml`)) as Action]),
);

/** One job of one workflow. */
export function jobOf(workflow: string, job: string): Job {
  const found = workflows[workflow]?.jobs[job];
  if (found === undefined) throw new Error(`${workflow}.yml has no job ${job}`);
  return found;
}

/** Names of the jobs that a job needs. */
export function needsOf({ needs = [] }: Job): readonly string[] {
  return typeof needs === "string" ? [needs] : needs;
}

/** Every job with a name for messages. */
export const jobs = Object.entries(workflows).flatMap(([workflow, { jobs: all }]) =>
  Object.entries(all).map(([job, content]) => ({ where: `${workflow}.yml ${job}`, job: content })),
);

/** Every step of workflows and composite actions, with a name for messages. */
export const steps = [
  ...jobs.flatMap(({ where, job }) => job.steps.map((step) => ({ where, step }))),
  ...Object.entries(actions).flatMap(([name, { runs }]) =>
    runs.steps.map((step) => ({ where: `action ${name}`, step })),
  ),
];
