import type { ApplicationConfiguration } from "../schema.ts";
import { cpuOf, memoryOf } from "./quantity.ts";
import type { Finding } from "./rule.ts";

type Sized = Pick<
  ApplicationConfiguration,
  "quota" | "replicas" | "resources" | "rollout" | "processes"
>;

/** A quota that is too small stops a rollout half-way, and says so only in events. */
export function quotaFindings(app: Sized): Finding[] {
  const { quota } = app;
  const containers = [
    { pods: app.replicas.max + surge(app.replicas.max, app.rollout.maxSurge), at: app.resources },
    // A process is replaced like the server: a new pod beside each old one.
    ...Object.values(app.processes).map(({ replicas, resources }) => ({
      pods: 2 * replicas,
      at: resources,
    })),
  ];
  const sum = (size: (at: Sized["resources"]) => number) =>
    containers.reduce((total, { pods, at }) => total + pods * size(at), 0);
  const pods = sum(() => 1);
  const cpu = sum((at) => cpuOf(at.cpu));
  const memory = sum((at) => memoryOf(at.memoryLimit));
  const findings: Finding[] = [];
  if (pods > quota.pods) findings.push({ path: ["quota", "pods"], remedy: needs(pods.toString()) });
  if (cpu > cpuOf(quota.cpu))
    findings.push({ path: ["quota", "cpu"], remedy: needs(`${cpu.toString()}m`) });
  if (memory > memoryOf(quota.memory))
    findings.push({
      path: ["quota", "memory"],
      remedy: needs(`${Math.ceil(memory / 1024).toString()}Mi`),
    });
  return findings;
}

function needs(amount: string): string {
  return `give at least ${amount}, what all pods ask for during a rollout at replicas.max`;
}

function surge(pods: number, maxSurge: number | string): number {
  return typeof maxSurge === "number"
    ? maxSurge
    : Math.ceil((pods * Number(maxSurge.slice(0, -1))) / 100);
}
