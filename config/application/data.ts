import { z } from "zod";
import { command, dnsLabel, envName, port, serverHost } from "../values.ts";

const databaseEngine = z.enum(["postgres", "mysql"]);

export const database = z.strictObject({
  engine: databaseEngine.default("postgres").describe("Database system."),
  host: serverHost.describe(
    "Address of the server; pods see it as `database.<namespace>`. A name under `.svc` lies in the cluster.",
  ),
  port: port.optional().describe("Port of the server. Default: 5432 (postgres), 3306 (mysql)."),
  name: z
    .string()
    .regex(/^[a-z_][a-z0-9_]{0,62}$/, {
      error: "give a database name of lower-case letters, digits and underscores",
    })
    .describe("Database."),
  sslMode: z
    .enum(["require", "verify-full", "disable"])
    .default("require")
    .describe("TLS to the server."),
});

const remoteName = [
  /^[A-Za-z0-9][A-Za-z0-9/_+=.@-]{0,199}$/,
  { error: "give a secret's name of letters, digits and /_+=.@-" },
] as const;

const secretFile = z.strictObject({
  remoteName: z
    .string()
    .regex(...remoteName)
    .optional()
    .describe("Last part of the secret's name at the source. Default: `<application>-<key>`."),
  encoding: z
    .enum(["none", "base64"])
    .default("none")
    .describe("How the value is stored at the source."),
  mountPath: z
    .string()
    .regex(/^(?:\/(?!\.\.?(?:\/|$))[^/\s]+){2,}$/, {
      error: "give the absolute path of a file in a directory of its own",
    })
    .describe("File in the container, such as /var/run/secrets/app/firebase.json."),
  env: envName.optional().describe("Variable that holds the same content."),
});

const generatedKey = z.strictObject({
  length: z
    .int()
    .min(16)
    .max(128)
    .default(32)
    .describe("Characters: at least two digits and two capitals among them."),
  symbols: z
    .boolean()
    .default(true)
    .describe(
      "Whether `_-+.` occur too, at least twice. Without them, 43 characters hold 256 bits for a cryptographic key.",
    ),
});

export const secrets = z.strictObject({
  remoteName: z
    .string()
    .regex(...remoteName)
    .optional()
    .describe(
      "Last part of `<project>/application/<stack>/<name>`. Default: the application's name.",
    ),
  required: z
    .array(envName)
    .min(1)
    .describe(
      "Reference list: keys that must exist at the source, or the deploy stops and names them.",
    ),
  all: z.boolean().default(true).describe("Whether keys besides `required` are synced too."),
  base64Keys: z
    .array(envName)
    .default([])
    .describe("Keys whose values are stored in base64 and arrive decoded."),
  as: z
    .enum(["env", "files"])
    .default("env")
    .describe("Environment variables, or files in `/var/run/secrets/<application>`."),
  files: z
    .record(dnsLabel, secretFile)
    .default({})
    .describe("Secrets that are one whole document each (JSON keys of cloud services)."),
  generated: z
    .record(envName, generatedKey)
    .default({})
    .describe(
      "Keys of `required` whose values are made up in the cluster where the source has none; each is a secret of its own, `<project>/application/<stack>/<name>/<key>`.",
    ),
});

export const migration = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("flyway"),
    sql: z.discriminatedUnion("type", [
      z.strictObject({
        type: z.literal("image"),
        path: z
          .string()
          .regex(/^\/[^\s]*$/, { error: "give an absolute path such as /migrations" })
          .default("/migrations")
          .describe("Directory in the application's image (it needs `cp`)."),
      }),
      z.strictObject({
        type: z.literal("directory"),
        path: z
          .string()
          .regex(/^(?!\.\.?(?:\/|$))[^/\s\\]+(?:\/(?!\.\.?(?:\/|$))[^/\s\\]+)*\/?$/, {
            error: "give a directory below Pulumi.yaml's, such as migrations/api",
          })
          .describe("Directory relative to Pulumi.yaml; at most 1 MiB in all."),
      }),
    ]),
    transactionalLock: z
      .boolean()
      .default(true)
      .describe("Flyway's transactional lock; off for CREATE INDEX CONCURRENTLY."),
    userKey: envName
      .default("DATABASE_USERNAME")
      .describe("Key of the application's secret with the user."),
    passwordKey: envName
      .default("DATABASE_PASSWORD")
      .describe("Key of the application's secret with the password."),
    timeoutSeconds: z.int().min(10).max(7200).default(180).describe("Deadline of the job."),
    connectRetries: z.int().min(0).max(120).default(10).describe("Attempts to reach the database."),
  }),
  z.strictObject({
    type: z.literal("command"),
    command: command.describe(
      "Command in the application's image, such as [alembic, upgrade, head].",
    ),
    timeoutSeconds: z.int().min(10).max(7200).default(180).describe("Deadline of the job."),
  }),
]);
