import { z } from "zod";
import { anyText, command, cpu, dnsLabel, envName, memory, port, sha } from "../values.ts";
import { database, migration, secrets } from "./data.ts";
import { health, timing } from "./health.ts";
import { replicas, resources, rollout } from "./rollout.ts";
import { flow, route } from "./route.ts";
import { schedule, timeZone } from "./schedule.ts";
import { smoke } from "./smoke.ts";

/** One application: image, processes, secrets, migration, route, scheduled jobs. */

const image = z.strictObject({
  repository: z
    .string()
    .regex(/^(?=[^/]*[.:]|localhost\/)[a-z0-9.-]+(?::\d+)?(?:\/[a-z0-9][a-z0-9._-]*)+$/, {
      error:
        "give registry and repository without tag, such as 123456789012.dkr.ecr.eu-west-1.amazonaws.com/acme/api",
    })
    .describe(
      "Repository without tag; in ECR the commit is resolved to a digest before anything changes.",
    ),
  sha: sha.describe(
    "Commit that the image was built from, and its tag: 7 to 40 hexadecimal digits, 40 recommended.",
  ),
});

const process = z.strictObject({
  command: command.describe("Command of the container."),
  replicas: z.int().min(0).max(1000).default(1).describe("Fixed number of pods."),
  resources: resources.describe("CPU and memory of the container."),
  liveness: z
    .strictObject({
      command: command.describe("Command that exits with 0 while the process works."),
      ...timing,
    })
    .optional()
    .describe("Command that fails when the process hangs."),
  env: z.record(envName, anyText).default({}).describe("Variables besides the application's."),
});

const scheduledJob = z.strictObject({
  schedule: schedule.describe("When it runs: minute, hour, day of month, month, day of week."),
  command: command.describe("Command in the application's image."),
  suspend: z
    .boolean()
    .default(true)
    .describe("Scheduled jobs start suspended, so that a copied example runs nothing."),
  timeZone: timeZone.default("Etc/UTC").describe("Time zone of the schedule."),
  timeoutSeconds: z.int().min(1).max(86400).default(600).describe("Deadline of one run."),
  resources: resources.describe("CPU and memory of the container."),
});

const permission = z.strictObject({
  actions: z
    .array(
      z.string().regex(/^(?:[a-z0-9-]+:[A-Za-z*]+|\*)$/, {
        error: "give an action such as s3:GetObject",
      }),
    )
    .min(1)
    .describe("Actions by name; a wildcard may end a name, not replace it."),
  resources: z
    .array(
      z.string().regex(/^(?:\*|arn:aws[a-z-]*:\S+)$/, {
        error: "give an ARN such as arn:aws:s3:::acme-uploads/*",
      }),
    )
    .min(1)
    .describe("ARNs; `*` alone needs a reason."),
  reason: z
    .string()
    .min(10, { error: "give a reason of at least 10 characters" })
    .optional()
    .describe("Why a `*` resource is needed."),
});

export const application = z.strictObject({
  image: image.describe("What runs: a repository and a commit."),
  namespace: dnsLabel
    .optional()
    .describe("Namespace made for it. Default: the application's name."),
  port: port
    .default(8080)
    .describe("Port that the container listens on; above 1023, since it does not run as root."),
  command: command.optional().describe("Command of the container. Default: the image's."),
  user: z
    .int()
    .min(10001)
    .max(4294967294)
    .default(65532)
    .describe("User and group that containers run as."),
  env: z.record(envName, anyText).default({}).describe("Variables that are not secret."),
  resources: resources.describe("CPU and memory of a pod."),
  replicas: replicas.describe("How many pods, between which bounds, and how many a drain leaves."),
  health: health.describe("How Kubernetes learns whether a pod is well."),
  rollout: rollout.describe("How a new version takes over."),
  processes: z
    .record(dnsLabel, process)
    .default({})
    .describe("Further processes of the same image, such as workers; they have no port."),
  database: database
    .optional()
    .describe("Database that the application is told of; it is not made here."),
  secrets: secrets
    .optional()
    .describe("Secrets synced from the source, kept out of configuration and state."),
  migration: migration.optional().describe("Runs to completion before a new version starts."),
  route: route.optional().describe("Public HTTPS."),
  smoke: smoke.describe("What `slipway smoke` asks for through each public host."),
  scheduledJobs: z
    .record(dnsLabel, scheduledJob)
    .default({})
    .describe("Jobs on a schedule, in the application's image."),
  permissions: z.array(permission).default([]).describe("What the application may do in AWS."),
  egress: z
    .array(flow)
    .default([])
    .describe(
      "Connections that the application may open besides DNS, its database and AWS's credential agent.",
    ),
  quota: z
    .strictObject({
      cpu: cpu.default("8").describe("CPU requests of all pods."),
      memory: memory.default("16Gi").describe("Memory limits of all pods."),
      pods: z.int().min(1).max(1000).default(40).describe("Number of pods."),
    })
    .prefault({})
    .describe("Limits of the namespace."),
});

const applicationName = z.string().regex(/^[a-z](?:[a-z0-9-]{0,28}[a-z0-9])?$/, {
  error: "give a name of at most 30 lower-case letters, digits and hyphens, a letter first",
});

export const apps = z.record(applicationName, application).describe("Applications by name.");
