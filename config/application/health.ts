import { z } from "zod";
import { command, httpPath } from "../values.ts";

const probe = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("http"),
    path: httpPath.describe("Path asked on the application's port."),
  }),
  z.strictObject({
    type: z.literal("exec"),
    command: command.describe("Command in the container that exits with 0 while it is well."),
  }),
  z.strictObject({ type: z.literal("tcp") }),
  z.strictObject({ type: z.literal("grpc") }),
]);
export const timing = {
  periodSeconds: z.int().min(1).max(300).default(10).describe("Seconds between probes."),
  timeoutSeconds: z
    .int()
    .min(1)
    .max(60)
    .default(2)
    .describe("Seconds until a probe counts as failed."),
  failureThreshold: z.int().min(1).max(60).default(3).describe("Failures in a row that count."),
};

export const health = z
  .strictObject({
    readiness: z
      .strictObject({
        probe: probe.default({ type: "http", path: "/status/ready" }).describe("What is asked."),
        ...timing,
        successThreshold: z
          .int()
          .min(1)
          .max(10)
          .default(3)
          .describe("Successes in a row before traffic arrives."),
        initialDelaySeconds: z
          .int()
          .min(0)
          .max(600)
          .default(5)
          .describe("Seconds before the first probe."),
      })
      .prefault({})
      .describe("May the pod get traffic? It may ask the database."),
    liveness: z
      .strictObject({
        probe: probe.default({ type: "http", path: "/status/alive" }).describe("What is asked."),
        ...timing,
      })
      .prefault({})
      .describe("Must the container be restarted? Never asks the database."),
    startup: z
      .strictObject({
        ...timing,
        periodSeconds: timing.periodSeconds.default(2),
        failureThreshold: z
          .int()
          .min(1)
          .max(600)
          .default(60)
          .describe("Failures in a row that count."),
      })
      .prefault({})
      .describe(
        "How long a start may take (period x threshold) before liveness counts; uses liveness's probe.",
      ),
  })
  .prefault({});
