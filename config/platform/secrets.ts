import { z } from "zod";
import { dnsLabel, region, url } from "../values.ts";

export const secrets = z
  .strictObject({
    source: z
      .discriminatedUnion("type", [
        z.strictObject({
          type: z.literal("secretsManager"),
          region: region
            .optional()
            .describe("Region of AWS Secrets Manager. Default: the stack's."),
          endpoint: url
            .optional()
            .describe("Another endpoint that speaks its protocol (an emulator)."),
          credentialsSecret: z
            .strictObject({
              name: dnsLabel.describe("Name."),
              namespace: dnsLabel.describe("Namespace."),
            })
            .optional()
            .describe(
              "Kubernetes Secret, made beforehand, with `access-key-id` and `secret-access-key`; only outside EKS, where there is no Pod Identity.",
            ),
        }),
        z.strictObject({
          type: z.literal("kubernetes"),
          namespace: dnsLabel.describe("Namespace, made beforehand, whose Secrets are the source."),
        }),
      ])
      .describe("Source of truth of secret values."),
    refreshInterval: z
      .string()
      .regex(/^[1-9]\d*(?:s|m|h)$/, { error: "give a duration such as 15s, 5m or 1h" })
      .default("15s")
      .describe(
        "How often each secret is read; 15 s is about 0.86 USD of API calls a month and secret.",
      ),
    kmsKeyArns: z
      .array(
        z.string().regex(/^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+$/, {
          error: "give the ARN of a KMS key",
        }),
      )
      .default([])
      .describe("Customer keys that encrypt the secrets; readers may decrypt with them."),
  })
  .describe("Where applications' secrets come from.");
