import { z } from "zod";
import { email, hostName } from "../values.ts";

export const certificates = z
  .strictObject({
    issuer: z
      .discriminatedUnion("type", [
        z.strictObject({
          type: z.literal("letsEncrypt"),
          directory: z
            .enum(["staging", "production"])
            .default("staging")
            .describe(
              "Let's Encrypt's directory; `production` has rate limits, `staging` is not trusted by browsers.",
            ),
          email: email.describe(
            "Contact of the ACME account. Let's Encrypt sends no expiry notices.",
          ),
        }),
        z.strictObject({
          type: z.literal("acme"),
          server: z
            .url({ protocol: /^https$/, error: "give the https URL of an ACME directory" })
            .describe("Directory URL of an ACME server."),
          email: email.describe("Contact of the ACME account."),
          caBundle: z
            .base64({ error: "give certificates in PEM, encoded in base64" })
            .optional()
            .describe("CA certificates of the directory, PEM in base64."),
        }),
        z.strictObject({ type: z.literal("selfSigned") }),
      ])
      .describe(
        "Who signs: Let's Encrypt, another ACME server, or a certificate authority made in the cluster.",
      ),
    challenge: z
      .enum(["http01", "dns01"])
      .default("http01")
      .describe("How applications prove their names by default; wildcard hosts always use dns01."),
    durationHours: z.int().min(1).optional().describe("Lifetime asked for. Default: the issuer's."),
    renewBeforePercentage: z
      .int()
      .min(1)
      .max(99)
      .default(33)
      .describe("Share of the lifetime left at renewal."),
    readyTimeoutSeconds: z
      .int()
      .min(30)
      .max(3600)
      .default(600)
      .describe("How long `pulumi up` waits for a certificate."),
    retain: z
      .boolean()
      .default(false)
      .describe(
        "Whether a removed application leaves its namespace and certificate in the cluster, since re-issuing is rate limited. Before it is made anew, delete the namespace or import it.",
      ),
  })
  .describe("Who signs the certificates of public hosts, and how hosts are proved.");

export const dns = z
  .strictObject({
    zones: z
      .record(
        hostName,
        z.strictObject({
          hostedZoneId: z
            .string()
            .regex(/^Z[A-Z0-9]{5,31}$/, {
              error: "give a Route 53 hosted zone id such as Z0123456789ABC",
            })
            .optional()
            .describe(
              "Route 53 zone, for DNS records and DNS-01. Left out: the zone is not managed here.",
            ),
        }),
      )
      .describe("Zones that hosts of applications must lie in, by domain."),
    otherHostRoots: z
      .array(hostName)
      .default([])
      .describe("Roots of other environments that no host of this stack may lie under."),
  })
  .describe("DNS zones of this environment.");
