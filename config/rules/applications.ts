import { parseEcrRepository } from "../../components/workloads/image.ts";
import { region as regionSchema } from "../values.ts";
import { quotaFindings } from "./quota.ts";
import { cpuOf, memoryOf } from "./quantity.ts";
import { applicationRule } from "./rule.ts";
import type { Finding, Rule } from "./rule.ts";

/** Linux refuses longer ones: MAX_ARG_STRLEN, name and terminator included. */
const longestVariable = 128 * 1024;
/** Kubernetes keeps no object above 1 MiB. */
const mostVariables = 1024 * 1024;

export const applicationRules: readonly Rule[] = [
  applicationRule(
    "A repository in ECR names account and region.",
    { app: ["image"] },
    ({ image: { repository } }) => {
      const [host = ""] = repository.split("/");
      const ecr = parseEcrRepository(repository);
      const claims = /\.amazonaws\.com(?:\.cn)?$/.test(host) || /\bdkr\b/.test(host);
      if (!claims || (ecr !== undefined && regionSchema.safeParse(ecr.region).success)) return [];
      return [
        {
          path: ["image", "repository"],
          remedy:
            "give <12-digit account>.dkr.ecr.<region>.amazonaws.com/<name> for a repository in ECR",
        },
      ];
    },
  ),
  applicationRule(
    "An application listens above port 1023, since it does not run as root.",
    { app: ["port"] },
    ({ port }) =>
      port > 1023
        ? []
        : [{ path: ["port"], remedy: "give a port above 1023: it does not run as root" }],
  ),
  applicationRule(
    "Variables are at most 128 KiB each and 1 MiB together.",
    { app: ["env"] },
    ({ env }) => {
      const size = (variable: string, value: string) =>
        Buffer.byteLength(`${variable}=${value}`) + 1;
      const sizes = Object.entries(env).map(([variable, value]) => size(variable, value));
      const long: Finding[] = Object.entries(env)
        .filter(([variable, value]) => size(variable, value) > longestVariable)
        .map(([variable]) => ({
          path: ["env", variable],
          remedy: "give at most 128 KiB: Linux starts no program with more in one variable",
        }));
      const total = sizes.reduce((sum, bytes) => sum + bytes, 0);
      if (total > mostVariables)
        long.push({
          path: ["env"],
          got: `${total.toString()} bytes`,
          remedy: `give at most ${mostVariables.toString()} bytes together, which is what Kubernetes keeps of an object`,
        });
      return long;
    },
  ),
  applicationRule(
    "Requests of CPU and memory are not above their limits.",
    { app: ["resources", "processes", "scheduledJobs"] },
    ({ resources, processes, scheduledJobs }) =>
      [
        { path: ["resources"], at: resources },
        ...Object.entries(processes).map(([name, process]) => ({
          path: ["processes", name, "resources"],
          at: process.resources,
        })),
        ...Object.entries(scheduledJobs).map(([name, job]) => ({
          path: ["scheduledJobs", name, "resources"],
          at: job.resources,
        })),
      ].flatMap(({ path, at }) => {
        const findings: Finding[] = [];
        if (at.cpuLimit !== undefined && cpuOf(at.cpu) > cpuOf(at.cpuLimit))
          findings.push({
            path: [...path, "cpu"],
            remedy: `give at most cpuLimit, ${at.cpuLimit}`,
          });
        if (memoryOf(at.memory) > memoryOf(at.memoryLimit))
          findings.push({
            path: [...path, "memory"],
            remedy: `give at most memoryLimit, ${at.memoryLimit}`,
          });
        return findings;
      }),
  ),
  applicationRule(
    "`replicas.min` is not above `replicas.max`.",
    { app: ["replicas"] },
    ({ replicas: { min, max } }) =>
      min <= max
        ? []
        : [{ path: ["replicas", "min"], remedy: `give at most replicas.max, ${max.toString()}` }],
  ),
  applicationRule(
    "A node drain may always move one pod: `replicas.minAvailable` is below `replicas.min`.",
    { app: ["replicas"] },
    ({ replicas: { min, minAvailable } }) =>
      minAvailable === undefined || minAvailable < min
        ? []
        : [
            {
              path: ["replicas", "minAvailable"],
              remedy: `give less than replicas.min, ${min.toString()}, or no node could be drained`,
            },
          ],
  ),
  applicationRule(
    "A probe answers before the next one is sent.",
    { app: ["health", "processes"] },
    ({ health, processes }) =>
      [
        ...(["readiness", "liveness", "startup"] as const).map((kind) => ({
          path: ["health", kind],
          at: health[kind],
        })),
        ...Object.entries(processes).flatMap(([name, { liveness }]) =>
          liveness === undefined ? [] : [{ path: ["processes", name, "liveness"], at: liveness }],
        ),
      ].flatMap(({ path, at }) =>
        at.timeoutSeconds <= at.periodSeconds
          ? []
          : [
              {
                path: [...path, "timeoutSeconds"],
                remedy: `give at most periodSeconds, ${at.periodSeconds.toString()}`,
              },
            ],
      ),
  ),
  applicationRule(
    "A start is over before the rollout counts as failed: startup period x threshold is below `rollout.progressDeadlineSeconds`.",
    { app: ["health", "rollout"] },
    ({ health: { startup }, rollout: { progressDeadlineSeconds } }) => {
      const seconds = startup.periodSeconds * startup.failureThreshold;
      return seconds < progressDeadlineSeconds
        ? []
        : [
            {
              path: ["rollout", "progressDeadlineSeconds"],
              remedy: `give more than ${seconds.toString()}, the seconds that health.startup grants (period x threshold)`,
            },
          ];
    },
  ),
  applicationRule(
    "`rollout.minReadySeconds` < `rollout.progressDeadlineSeconds` < `rollout.timeoutSeconds`.",
    { app: ["rollout"] },
    ({ rollout: { minReadySeconds, progressDeadlineSeconds, timeoutSeconds } }) => {
      const deadline = progressDeadlineSeconds.toString();
      const findings: Finding[] = [];
      if (minReadySeconds >= progressDeadlineSeconds)
        findings.push({
          path: ["rollout", "minReadySeconds"],
          remedy: `give less than progressDeadlineSeconds, ${deadline}`,
        });
      if (timeoutSeconds !== undefined && timeoutSeconds <= progressDeadlineSeconds)
        findings.push({
          path: ["rollout", "timeoutSeconds"],
          remedy: `give more than progressDeadlineSeconds, ${deadline}, or leave it out`,
        });
      return findings;
    },
  ),
  applicationRule(
    "A migration needs `secrets`; Flyway needs `database` too, and its two keys among the synced ones.",
    { app: ["migration", "secrets", "database"] },
    ({ migration, secrets, database }) => {
      if (migration === undefined) return [];
      const findings: Finding[] = [];
      if (secrets === undefined)
        findings.push({
          path: ["secrets"],
          remedy: "give the secrets that the migration connects with",
        });
      if (migration.type !== "flyway") return findings;
      if (database === undefined)
        findings.push({ path: ["database"], remedy: "give the database that Flyway migrates" });
      for (const key of ["userKey", "passwordKey"] as const)
        if (secrets !== undefined && !secrets.all && !secrets.required.includes(migration[key]))
          findings.push({
            path: ["migration", key],
            got: `the key ${migration[key]}`,
            remedy: "give a key of secrets.required: secrets.all is false",
          });
      return findings;
    },
  ),
  applicationRule(
    "Permissions in AWS need an EKS cluster.",
    { app: ["permissions"], platform: ["cluster"] },
    ({ permissions }, { platform: { cluster } }) =>
      permissions.length === 0 || cluster.type === "eks"
        ? []
        : [{ path: ["permissions"], remedy: "leave it out: only an EKS cluster has Pod Identity" }],
  ),
  applicationRule(
    "Permissions name their actions; whole services are too much.",
    { app: ["permissions"] },
    ({ permissions }) =>
      permissions.flatMap(({ actions }, index) =>
        actions.flatMap((action, position) =>
          /^\*$|:\*+$/.test(action)
            ? [
                {
                  path: ["permissions", index, "actions", position],
                  remedy:
                    "name the actions, such as s3:GetObject, or those of one kind, such as s3:Get*",
                },
              ]
            : [],
        ),
      ),
  ),
  applicationRule(
    "A permission on everything (`*`, or every resource of a service) has a written reason.",
    { app: ["permissions"] },
    ({ permissions }) =>
      permissions.flatMap(({ resources, reason }, index) =>
        reason === undefined
          ? resources.flatMap((resource, position) =>
              /^(?:\*|arn:[^:]*(?::[^:]*){3}:\*)$/.test(resource)
                ? [
                    {
                      path: ["permissions", index, "resources", position],
                      remedy: `give the ARNs, or a reason beside it why everything is needed`,
                    },
                  ]
                : [],
            )
          : [],
      ),
  ),
  applicationRule(
    "Pods fit the quota of the namespace, at the most replicas and in the middle of a rollout.",
    { app: ["quota", "replicas", "resources", "rollout", "processes"] },
    (app) => quotaFindings(app),
  ),
];
