import assert from "node:assert/strict";
import { judge } from "../../plan/policies.ts";
import type { Recording } from "../../plan/monitor.ts";
import { rules } from "../../policies/rules/index.ts";
import { ofType, stackFile, theOne } from "../support/plans.ts";
import { accounts, bootstrapFile, bootstrapRecording } from "./support.ts";

const role = "aws:iam/role:Role";

/** The subjects of GitHub's tokens that a role trusts. */
function subjectsOf(recording: Recording, name: string): string[] {
  const { inputs } = theOne(recording, role, new RegExp(`^${name}$`));
  const [statement] = (
    JSON.parse(String(inputs.assumeRolePolicy)) as {
      Statement: { Condition: { StringEquals: Record<string, string[]> } }[];
    }
  ).Statement;
  return statement?.Condition.StringEquals["token.actions.githubusercontent.com:sub"] ?? [];
}

for (const account of accounts)
  describe(`bootstrap of the account of ${account}`, () => {
    let recording: Recording;
    before(async () => {
      recording = await bootstrapRecording(account);
    });

    it("has no violation of the policy pack", async () => {
      assert.deepEqual(await judge(rules, recording.resources), []);
    });

    it("protects what holds state, images or trust, and lets nothing force its deletion", () => {
      const kept = recording.resources.filter(({ type }) =>
        /^aws:(?:s3\/|kms\/key:|ecr\/repository:|iam\/openIdConnectProvider:)/.test(type),
      );
      assert.ok(kept.length >= 8);
      for (const { urn, protect } of kept) assert.ok(protect, urn);
      for (const { inputs } of recording.resources) {
        assert.notEqual(inputs.forceDestroy, true);
        assert.notEqual(inputs.forceDelete, true);
      }
    });

    it("makes no user and no key of one", () => {
      assert.deepEqual(ofType(recording, "aws:iam/user:User"), []);
      assert.deepEqual(ofType(recording, "aws:iam/accessKey:AccessKey"), []);
    });

    it("binds the deploy role to the repository's environment, in both forms of the subject", () => {
      assert.deepEqual(subjectsOf(recording, `slipway-github-deploy-${account}`), [
        `repo:example-org/infrastructure:environment:${account}`,
        `repo:example-org@1000001/infrastructure@2000001:environment:${account}`,
      ]);
    });

    it("binds the preview role to pull requests and to the default branch", () => {
      assert.deepEqual(subjectsOf(recording, "slipway-github-preview"), [
        "repo:example-org/infrastructure:pull_request",
        "repo:example-org@1000001/infrastructure@2000001:pull_request",
        "repo:example-org/infrastructure:ref:refs/heads/main",
        "repo:example-org@1000001/infrastructure@2000001:ref:refs/heads/main",
      ]);
    });

    it("makes what the stack's file names", () => {
      const { config } = stackFile(account);
      const { assumeRoleArn, permissionsBoundaryArn } = config["slipway:account"] as Record<
        string,
        string
      >;
      assert.equal(recording.outputs.clusterCreatorRoleArn, assumeRoleArn);
      assert.deepEqual(recording.outputs.permissionsBoundaryArns, {
        [account]: permissionsBoundaryArn,
      });
      const { principals } = config["slipway:access"] as {
        principals: { deployer: string[] };
      };
      assert.deepEqual(Object.values(recording.outputs.deployRoleArns as object), [
        ...principals.deployer,
      ]);
    });
  });

describe("bootstrap", () => {
  it("makes the repositories that both committed stacks run, once", async () => {
    const staging = await bootstrapRecording("staging");
    const production = await bootstrapRecording("production");
    const urls = staging.outputs.repositoryUrls as Record<string, string>;
    for (const stack of accounts) {
      const apps = stackFile(stack).config["slipway:apps"] as Record<
        string,
        { image: { repository: string } }
      >;
      for (const [name, { image }] of Object.entries(apps))
        assert.equal(urls[name], image.repository);
    }
    assert.deepEqual(ofType(production, "aws:ecr/repository:Repository"), []);
  });

  it("binds each push role to its own repository's branch", async () => {
    const recording = await bootstrapRecording("staging");
    assert.deepEqual(subjectsOf(recording, "slipway-github-push-api"), [
      "repo:example-org/api:ref:refs/heads/main",
      "repo:example-org@1000001/api@2000002:ref:refs/heads/main",
    ]);
  });

  it("uses an identity provider that the account has already", async () => {
    const repository = { owner: "example-org", name: "infrastructure" };
    const file = bootstrapFile("staging", { gitHub: { provider: "existing", repository } });
    const recording = await bootstrapRecording("staging", file);
    assert.deepEqual(ofType(recording, "aws:iam/openIdConnectProvider:OpenIdConnectProvider"), []);
    const { inputs } = theOne(recording, role, /deploy-staging$/);
    assert.match(
      String(inputs.assumeRolePolicy),
      /"arn:aws:iam::123456789012:oidc-provider\/token\.actions\.githubusercontent\.com"/,
    );
    assert.deepEqual(subjectsOf(recording, "slipway-github-deploy-staging"), [
      "repo:example-org/infrastructure:environment:staging",
    ]);
  });

  it("protects nothing where deletion is allowed", async () => {
    const file = bootstrapFile("staging", { deletion: "allowed" });
    const { resources } = await bootstrapRecording("staging", file);
    assert.deepEqual(
      resources.filter(({ protect }) => protect),
      [],
    );
  });

  it("makes the identity provider before any role that trusts it", async () => {
    const { resources } = await bootstrapRecording("staging");
    const place = (type: string) => resources.findIndex((resource) => resource.type === type);
    const provider = place("aws:iam/openIdConnectProvider:OpenIdConnectProvider");
    assert.ok(provider >= 0 && provider < place("slipway:identity:GitHubRole"));
  });

  it("keeps an existing bucket's name", async () => {
    const file = bootstrapFile("staging", { state: { bucketName: "slipway-state-123456789012" } });
    const recording = await bootstrapRecording("staging", file);
    assert.equal(recording.outputs.backendUrl, "s3://slipway-state-123456789012?region=eu-west-1");
  });

  it("binds the secrets of each stack to its name, as the committed file does", async () => {
    const { outputs } = await bootstrapRecording("production");
    assert.deepEqual(outputs.secretsProviders, {
      production: "awskms://alias/slipway-pulumi?region=eu-west-1&context_stack=production",
    });
  });

  it("prepares an account that holds images alone", async () => {
    const file = bootstrapFile("staging", { environments: {}, operators: [] });
    const recording = await bootstrapRecording("staging", file);
    assert.deepEqual(
      ofType(recording, role).map(({ name }) => name),
      ["slipway-github-push-api", "slipway-github-push-web"],
    );
    assert.deepEqual(await judge(rules, recording.resources), []);
  });
});
