import assert from "node:assert/strict";
import { RunError } from "@pulumi/pulumi";
import { bootstrapFile, bootstrapRecording } from "./support.ts";

const gitHub = { repository: { owner: "example-org", name: "infrastructure" } };

/** Wrong values by what is wrong with them, and what is said of them. */
const mistakes: readonly (readonly [string, Readonly<Record<string, unknown>>, string])[] = [
  [
    "a wildcard for all repositories",
    { gitHub: { repository: { owner: "example-org", name: "*" } } },
    'gitHub.repository.name is "*": give the repository as GitHub spells it, without wildcards (config slipway-bootstrap:gitHub)',
  ],
  [
    "a repository with a claim of its own",
    { gitHub: { repository: { owner: "example-org", name: "x:environment:production" } } },
    'gitHub.repository.name is "x:environment:production": give the repository as GitHub spells it, without wildcards (config slipway-bootstrap:gitHub)',
  ],
  [
    "a branch as a pattern",
    { gitHub: { ...gitHub, branch: "release/*" } },
    'gitHub.branch is "release/*": give the exact name of a branch, without wildcards (config slipway-bootstrap:gitHub)',
  ],
  [
    "an id that is text",
    { gitHub: { repository: { ...gitHub.repository, ids: { owner: "1", repository: 2 } } } },
    'gitHub.repository.ids.owner is "1": give a whole number of at least 1, without quotes (config slipway-bootstrap:gitHub)',
  ],
  [
    "no account",
    { accountId: undefined },
    "accountId is missing: give the 12 digits of an AWS account (config slipway-bootstrap:accountId)",
  ],
  [
    "an environment whose names are a part of another's",
    { environments: { staging: {}, "staging-eu": {} } },
    "environments.staging-eu is named like a part of staging: rename one of the two, or give them accounts of their own: the roles of staging may change slipway-staging-* (config slipway-bootstrap:environments)",
  ],
  [
    "an environment named like what all share",
    { environments: { "github-deploy": {} } },
    "environments.github-deploy is named like what all environments share: rename the stack: eks, github, images, kubernetes, pulumi are taken, also as beginnings (config slipway-bootstrap:environments)",
  ],
  [
    "an application whose role's name is too long",
    { repositories: { ["a".repeat(50)]: { gitHub: gitHub.repository } } },
    `repositories.${"a".repeat(50)} is 50 characters long: shorten it: the role slipway-github-push-${"a".repeat(50)} may have 64 characters (config slipway-bootstrap:repositories)`,
  ],
  [
    "its own account among the consumers of images",
    { imageConsumers: { "123456789012": ["staging"] } },
    'imageConsumers["123456789012"] is this account itself: leave it out: its own roles have the rights already (config slipway-bootstrap:imageConsumers)',
  ],
  [
    "an unknown key",
    { enviroments: {} },
    "enviroments is unknown: did you mean environments? allowed here: project, accountId, region, deletion, state, gitHub, operators, environments, registry, repositories, imageConsumers (config slipway-bootstrap:enviroments)",
  ],
];

async function refusal(changes: Readonly<Record<string, unknown>>, secretKeys: string[] = []) {
  const file = { ...bootstrapFile("staging", changes), secretKeys };
  try {
    await bootstrapRecording("staging", file);
  } catch (error) {
    assert.ok(RunError.isInstance(error), String(error));
    return error.message;
  }
  return assert.fail("the configuration was accepted");
}

describe("configuration of the bootstrap program", () => {
  for (const [what, changes, message] of mistakes)
    it(`refuses ${what}`, async () => {
      assert.equal(await refusal(changes), `1 problem in Pulumi.staging.yaml:\n  ${message}`);
    });

  it("names all mistakes at once", async () => {
    const message = await refusal({ accountId: "1", region: "europe", project: "X" });
    assert.equal(message.split("\n").length, 4);
  });

  it("refuses an encrypted value and does not show it", async () => {
    const message = await refusal({ region: "hunter2" }, ["slipway-bootstrap:region"]);
    assert.match(message, /region is encrypted: write it in plain text/);
    assert.doesNotMatch(message, /hunter2/);
  });
});
