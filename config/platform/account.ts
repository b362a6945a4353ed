import { z } from "zod";
import { accountId, policyArn, roleArn } from "../values.ts";

/** Whose names and whose account: who may run this stack, and who may use its cluster. */

export const project = z
  .string()
  .regex(/^[a-z][a-z0-9-]{1,18}[a-z0-9]$/, {
    error: "give 3 to 20 lower-case letters, digits and hyphens, a letter first",
  })
  .describe("Prefix of every name in AWS: `<project>-<stack>-<thing>`.");

export const account = z
  .strictObject({
    allowedAccountIds: z
      .array(accountId)
      .min(1)
      .describe("Accounts in which this stack may run; any other stops the run before a change."),
    assumeRoleArn: roleArn
      .optional()
      .describe(
        "Role that administers the cluster, `<project>-eks-cluster-creator`: every connection to the Kubernetes API assumes it, so that the cluster belongs to no person and any operator who may assume it can run the program. AWS itself is called with the caller's own credentials.",
      ),
    permissionsBoundaryArn: policyArn
      .optional()
      .describe(
        "Permissions boundary of every IAM role that the stack makes: `<project>-<stack>-boundary` of docs/bootstrap.md. The deploy role may make no role without it.",
      ),
  })
  .describe("Account guard. Left out where the stack uses no AWS.");

export const access = z
  .strictObject({
    developer: z
      .enum(["readOnly", "full"])
      .default("readOnly")
      .describe(
        "Rights of the developer role: read with exec and port-forward (production), or nearly full (staging).",
      ),
    principals: z
      .partialRecord(
        z.enum(["admin", "developer", "operator", "deployer"]),
        z
          .array(
            z.string().regex(/^arn:aws[a-z-]*:iam::\d{12}:(?:role|user)\/[\w+=,.@/-]+$/, {
              error: "give the ARN of an IAM role or user",
            }),
          )
          .min(1),
      )
      .default({})
      .describe(
        "IAM principals that may assume `<project>-kubernetes-<role>-<stack>`. A role without principals trusts the account's own administrators only.",
      ),
  })
  .prefault({})
  .describe("Who may use the cluster, and for what.");
