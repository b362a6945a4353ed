import { z } from "zod";
import { cidr, retentionDays } from "../values.ts";

const subnets = z.array(cidr).min(2).max(3);

export const network = z
  .strictObject({
    cidr: cidr.default("10.10.0.0/16").describe("Range of the VPC."),
    zones: z
      .int()
      .min(2)
      .max(3)
      .default(2)
      .describe("Number of availability zones, looked up in the region."),
    subnets: z
      .strictObject({
        private: subnets.describe("Nodes and pods, one range a zone."),
        public: subnets.describe("Load balancers and NAT gateways, one range a zone."),
        database: subnets.describe(
          "Databases and caches, one range a zone; no route to the internet.",
        ),
      })
      .optional()
      .describe(
        "Explicit ranges. Default: laid out in `cidr` (private /19, public and database /24).",
      ),
    nat: z
      .enum(["none", "single", "onePerZone"])
      .default("onePerZone")
      .describe(
        "NAT gateways: none, a single one (cheap), or one a zone (no zone depends on another).",
      ),
    interfaceEndpoints: z
      .array(
        z.enum(["ecr.api", "ecr.dkr", "sts", "secretsmanager", "logs", "ec2", "eks-auth", "kms"]),
      )
      .default([])
      .describe(
        "AWS services reached privately instead of through NAT, each about 7 USD a month and zone.",
      ),
    flowLogRetentionDays: retentionDays.default(365).describe("Days that VPC flow logs are kept."),
  })
  .describe("VPC. Left out on an existing cluster.");
