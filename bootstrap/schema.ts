import { z } from "zod";
import { accountId, policyArn, region, roleArn } from "../config/values.ts";
import { project } from "../config/platform/account.ts";

/** Configuration of the bootstrap program: one AWS account. */

const gitHubRepository = z.strictObject({
  owner: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,38}$/, {
    error: "give the user or organization as GitHub spells it, without wildcards",
  }),
  name: z.string().regex(/^[A-Za-z0-9._-]{1,100}$/, {
    error: "give the repository as GitHub spells it, without wildcards",
  }),
  ids: z
    .strictObject({ owner: z.int().min(1), repository: z.int().min(1) })
    .optional()
    .describe(
      "Numbers of owner and repository. Needed for what was made, renamed or transferred since 2026-07-15, whose tokens name them.",
    ),
});

const environmentName = z.string().regex(/^[a-z](?:[a-z0-9-]{0,18}[a-z0-9])?$/, {
  error: "give a stack: at most 20 lower-case letters, digits and hyphens, a letter first",
});

const environment = z.strictObject({
  preview: z
    .boolean()
    .default(true)
    .describe("Whether pull requests may preview the stack: read its state and its own secrets."),
  policyArns: z
    .array(policyArn)
    .max(5)
    .default([])
    .describe("Further policies of the account for the deploy role."),
});

const branchName = z.string().regex(/^(?!.*\.\.)[A-Za-z0-9][A-Za-z0-9._/-]{0,199}$/, {
  error: "give the exact name of a branch, without wildcards",
});

const repository = z.strictObject({
  gitHub: gitHubRepository.describe("Repository whose workflow pushes the images."),
  branch: branchName.default("main").describe("Branch whose commits are pushed."),
  undeployedDays: z
    .int()
    .min(7)
    .max(3650)
    .default(90)
    .describe("Days that an image is kept that was never deployed."),
});

/** The whole configuration; each property is the key `slipway-bootstrap:<property>`. */
export const configuration = z.strictObject({
  project,
  accountId: accountId.describe("Account that the stack prepares; any other is refused."),
  region: region.describe("Region of the bucket, the keys, the repositories and the environments."),
  deletion: z
    .enum(["refused", "allowed"])
    .default("refused")
    .describe("Whether Pulumi may delete the bucket, the keys, the repositories and the provider."),
  state: z
    .strictObject({
      bucketName: z
        .string()
        .regex(/^[a-z0-9](?:[a-z0-9-]{1,61})[a-z0-9]$/, {
          error: "give 3 to 63 lower-case letters, digits and hyphens",
        })
        .optional()
        .describe("Name of an existing bucket. Default: `<project>-pulumi-state-<accountId>`."),
      replacedDays: z
        .int()
        .min(30)
        .max(3650)
        .default(365)
        .describe("Days that a state is kept after a newer one replaced it."),
    })
    .prefault({}),
  gitHub: z.strictObject({
    provider: z
      .enum(["create", "existing"])
      .default("create")
      .describe("Whether GitHub's identity provider is made, or is in the account already."),
    repository: gitHubRepository.describe("Repository that deploys the environments."),
    branch: branchName
      .default("main")
      .describe("Default branch, whose scheduled runs look for drift with the preview role."),
  }),
  operators: z
    .array(roleArn)
    .default([])
    .describe("IAM roles that may administer clusters beside the deploy roles."),
  environments: z
    .record(environmentName, environment)
    .describe("Stacks of this account, with a GitHub environment of the same name each."),
  registry: z
    .strictObject({ accountId, region })
    .optional()
    .describe("Where the images lie. Default: this account and region."),
  repositories: z
    .record(
      z.string().regex(/^[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/, {
        error: "give an application: a DNS label",
      }),
      repository,
    )
    .default({})
    .describe("Repositories `<project>/<application>` of images in this account."),
  imageConsumers: z
    .record(accountId, z.array(environmentName).min(1))
    .default({})
    .describe("Other accounts whose environments run these images."),
});

/** Configuration after defaults. */
export type Configuration = z.output<typeof configuration>;
