import type { PlannedResource } from "../plan.ts";
import { recordOf, textOf } from "../simulated/account.ts";
import type { ResourceStep } from "./resource-step.ts";

/** An application whose commit changes. */
export interface Release {
  readonly app: string;
  /** Commit that ran; absent where the application is new. */
  readonly before?: string;
  /** Commit that will run; absent where the application goes. */
  readonly after?: string;
}

const workloads = /^kubernetes:(?:apps\/v1:(?:Deployment|StatefulSet)|batch\/v1:CronJob)$/;

/** Applications that get another commit, come or go, sorted by name. */
export function releasesOf(steps: readonly ResourceStep[]): Release[] {
  const [ran, runs] = [
    commitsByApp(steps.flatMap(({ before }) => before ?? [])),
    commitsByApp(steps.flatMap(({ after }) => after ?? [])),
  ];
  return [...new Set([...ran.keys(), ...runs.keys()])].sort().flatMap((app) => {
    const [older, newer] = [ran.get(app), runs.get(app)];
    if (older === newer) return [];
    return {
      app,
      ...(older === undefined ? {} : { before: older }),
      ...(newer === undefined ? {} : { after: newer }),
    };
  });
}

/** Every workload of an application carries the commit that it runs in a label. */
function commitsByApp(resources: readonly PlannedResource[]): Map<string, string> {
  return new Map(
    resources
      .filter(({ type }) => workloads.test(type))
      .map(({ inputs }) => recordOf(recordOf(inputs.metadata).labels))
      .filter((labels) => labels["app.kubernetes.io/managed-by"] === "slipway")
      .map((labels): [string, string] => [
        textOf(labels["app.kubernetes.io/name"], ""),
        textOf(labels["app.kubernetes.io/version"], ""),
      ])
      .filter(([app, sha]) => app !== "" && sha !== ""),
  );
}
