import { z } from "zod";
import { apps } from "./application/application.ts";
import { access, account, project } from "./platform/account.ts";
import { certificates, dns } from "./platform/certificates.ts";
import { cluster } from "./platform/cluster.ts";
import { edge } from "./platform/edge.ts";
import { mirror } from "./platform/mirror.ts";
import { network } from "./platform/network.ts";
import { releases } from "./platform/releases.ts";
import { secrets } from "./platform/secrets.ts";
import { region } from "./values.ts";

/** The whole configuration of a stack; each property is the key `slipway:<property>` of `Pulumi.<stack>.yaml`. */
export const configuration = z.strictObject({
  project,
  account: account.optional(),
  region: region
    .optional()
    .describe("AWS region of everything. Left out where the stack uses no AWS."),
  network: network.optional(),
  cluster,
  access,
  edge,
  certificates,
  dns,
  secrets,
  mirror,
  releases,
  apps,
});

/** Configuration after defaults, as the program uses it. */
export type Configuration = z.output<typeof configuration>;
/** Configuration as a stack file writes it. */
export type ConfigurationInput = z.input<typeof configuration>;
export type ApplicationConfiguration = Configuration["apps"][string];
