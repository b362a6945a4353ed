import { z } from "zod";
import { cpu, memory } from "../values.ts";

export const resources = z
  .strictObject({
    cpu: cpu.default("100m").describe("CPU request."),
    memory: memory.default("128Mi").describe("Memory request."),
    cpuLimit: cpu.optional().describe("CPU limit. Default: none, so that no request is throttled."),
    memoryLimit: memory.default("512Mi").describe("Memory limit."),
    ephemeralStorageLimit: memory.default("1Gi").describe("Limit of writable disk, /tmp included."),
  })
  .prefault({});

export const rollout = z
  .strictObject({
    progressDeadlineSeconds: z
      .int()
      .min(10)
      .max(3600)
      .default(180)
      .describe("Seconds without progress after which a rollout has failed."),
    timeoutSeconds: z
      .int()
      .min(11)
      .max(7200)
      .optional()
      .describe("When `pulumi up` gives up waiting. Default: 10 s above the progress deadline."),
    minReadySeconds: z
      .int()
      .min(1)
      .max(300)
      .default(5)
      .describe("Seconds that a pod must stay ready to count."),
    maxSurge: z
      .union([
        z.int().min(1),
        z.string().regex(/^(?:100|[1-9]\d?)%$/, { error: "give a percentage such as 25%" }),
      ])
      .default("100%")
      .describe("Pods started above the wanted number; maxUnavailable is always 0."),
    preStopSeconds: z
      .int()
      .min(0)
      .max(300)
      .default(10)
      .describe(
        "Seconds that a terminating pod still serves while load balancers learn of it; ingress-nginx may need 5.",
      ),
    drainSeconds: z
      .int()
      .min(1)
      .max(3600)
      .default(20)
      .describe("Seconds that the application may take to finish requests after SIGTERM."),
  })
  .prefault({});

export const replicas = z
  .strictObject({
    min: z.int().min(1).max(1000).default(2).describe("Fewest pods."),
    max: z.int().min(1).max(1000).default(4).describe("Most pods."),
    cpuUtilization: z
      .int()
      .min(10)
      .max(95)
      .default(60)
      .describe("Average CPU in percent of the request that the autoscaler aims at."),
    minAvailable: z
      .int()
      .min(0)
      .max(999)
      .optional()
      .describe(
        "Pods that a node drain leaves running. Default: all but one (`maxUnavailable: 1`).",
      ),
  })
  .prefault({});
