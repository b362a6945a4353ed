import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import fc from "fast-check";
import { ClusterCreator } from "../../../components/identity/cluster-creator.ts";
import { GitHubProvider, gitHubProviderArn } from "../../../components/identity/github-provider.ts";
import { GitHubRole } from "../../../components/identity/github-role.ts";
import type { GitHubRoleArgs } from "../../../components/identity/github-role.ts";
import { gitHubSubjects, gitHubTrust } from "../../../components/identity/github-subject.ts";
import type { GitHubContext } from "../../../components/identity/github-subject.ts";
import { document, label, record, valueOf } from "../cluster/support.ts";

const plain = { owner: "acme", name: "infrastructure" };
const numbered = { ...plain, ids: { owner: 12, repository: 34 } };
const providerArn = "arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com";

describe("subjects of GitHub's tokens", () => {
  const cases: readonly (readonly [GitHubContext, string])[] = [
    [{ type: "environment", name: "production" }, "environment:production"],
    [{ type: "pullRequest" }, "pull_request"],
    [{ type: "branch", name: "release/1.x" }, "ref:refs/heads/release/1.x"],
  ];
  for (const [context, run] of cases)
    it(`name ${run} with and without numbers`, () => {
      assert.deepEqual(gitHubSubjects(plain, context), [`repo:acme/infrastructure:${run}`]);
      assert.deepEqual(gitHubSubjects(numbered, context), [
        `repo:acme/infrastructure:${run}`,
        `repo:acme@12/infrastructure@34:${run}`,
      ]);
    });

  const refused: readonly (readonly [string, () => unknown])[] = [
    ["all repositories", () => gitHubSubjects({ ...plain, name: "*" }, { type: "pullRequest" })],
    ["all owners", () => gitHubSubjects({ ...plain, owner: "ac?e" }, { type: "pullRequest" })],
    ["all environments", () => gitHubSubjects(plain, { type: "environment", name: "prod*" })],
    [
      "a claim inside of a name",
      () => gitHubSubjects({ ...plain, name: "x:environment:production" }, { type: "pullRequest" }),
    ],
    [
      "another repository by a path",
      () => gitHubSubjects({ ...plain, owner: "acme/other" }, { type: "pullRequest" }),
    ],
    [
      "numbers inside of a name",
      () => gitHubSubjects({ ...plain, owner: "acme@12" }, { type: "pullRequest" }),
    ],
    ["all branches", () => gitHubSubjects(plain, { type: "branch", name: "**" })],
    ["no name", () => gitHubSubjects({ ...plain, owner: "" }, { type: "pullRequest" })],
    [
      "a number that is none",
      () =>
        gitHubSubjects({ ...plain, ids: { owner: 0.5, repository: 1 } }, { type: "pullRequest" }),
    ],
  ];
  for (const [what, act] of refused)
    it(`fail for ${what}`, () => {
      assert.throws(
        act,
        (error) => pulumi.RunError.isInstance(error) && /: give /.test(error.message),
      );
    });

  it("never hold a character of a pattern, whatever is given", () => {
    const part = fc.string({
      unit: fc.constantFrom("a", "1", "-", "_", ".", "/", ":", "*", "?", "@", " "),
      maxLength: 5,
    });
    fc.assert(
      fc.property(part, part, part, (owner, name, environment) => {
        try {
          const subjects = gitHubSubjects(
            { owner, name },
            { type: "environment", name: environment },
          );
          return subjects.every((subject) =>
            /^repo:[\w.-]+\/[\w.-]+:environment:[\w.-]+$/.test(subject),
          );
        } catch (error) {
          return pulumi.RunError.isInstance(error);
        }
      }),
    );
  });
});

describe("GitHubProvider", () => {
  it("trusts GitHub for AWS alone, and pins no thumbprint", async () => {
    const registrations = await record(() => new GitHubProvider("acme-github", { protect: true }));
    const provider = registrations.one("aws:iam/openIdConnectProvider:OpenIdConnectProvider");
    assert.deepEqual(provider.inputs, {
      url: "https://token.actions.githubusercontent.com",
      clientIdLists: ["sts.amazonaws.com"],
    });
    assert.ok(provider.protect);
  });

  it("has the one ARN that an account's provider can have", async () => {
    assert.equal(await valueOf(gitHubProviderArn("aws", "111111111111")), providerArn);
  });
});

describe("GitHubRole", () => {
  const args: GitHubRoleArgs = {
    roleName: "acme-github-deploy-staging",
    description: "Deploys acme staging",
    providerArn,
    repository: numbered,
    contexts: [{ type: "environment", name: "staging" }],
    rights: {
      state: [{ sid: "Read", actions: ["s3:GetObject"], resources: ["arn:aws:s3:::state/*"] }],
    },
    policyArns: ["arn:aws:iam::111111111111:policy/acme-more"],
  };
  const build = (changes: Partial<GitHubRoleArgs> = {}) =>
    record(() => new GitHubRole("deploy", { ...args, ...changes }));

  it("trusts exactly these runs of exactly this repository (A16, A19)", async () => {
    const { inputs } = (await build()).one("aws:iam/role:Role");
    assert.equal(inputs.name, "acme-github-deploy-staging");
    assert.equal(inputs.maxSessionDuration, 3600);
    assert.deepEqual(document(inputs.assumeRolePolicy), {
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { Federated: providerArn },
          Action: "sts:AssumeRoleWithWebIdentity",
          Condition: {
            StringEquals: {
              "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
              "token.actions.githubusercontent.com:sub": [
                "repo:acme/infrastructure:environment:staging",
                "repo:acme@12/infrastructure@34:environment:staging",
              ],
            },
          },
        },
      ],
    });
  });

  it("has its rights as managed policies, and those that it is given", async () => {
    const registrations = await build();
    const { inputs } = registrations.one("aws:iam/policy:Policy");
    assert.equal(inputs.name, "acme-github-deploy-staging-state");
    assert.deepEqual(document(inputs.policy), {
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "Read",
          Effect: "Allow",
          Action: ["s3:GetObject"],
          Resource: ["arn:aws:s3:::state/*"],
        },
      ],
    });
    const attachments = registrations.ofType("aws:iam/rolePolicyAttachment:RolePolicyAttachment");
    assert.deepEqual(attachments.map(({ name }) => name).sort(), [
      "deploy-acme-more",
      "deploy-state",
    ]);
  });

  it("fails before anything is made where it would trust nobody or has too long a name", async () => {
    const registrations = await record(() => {
      assert.throws(
        () => new GitHubRole("nobody", { ...args, contexts: [] }),
        /trusts no run: name at least one/,
      );
      assert.throws(
        () => new GitHubRole("long", { ...args, roleName: "r".repeat(65) }),
        /has 65 characters: 64 are allowed/,
      );
      assert.throws(
        () => new GitHubRole("loose", { ...args, repository: { ...plain, name: "*" } }),
        /the GitHub repository is "\*"/,
      );
    });
    assert.deepEqual(
      registrations.all.map(label).filter((each) => each.startsWith("aws:")),
      [],
    );
  });

  it("compares with StringEquals alone", () => {
    const [statement] = (
      JSON.parse(gitHubTrust(providerArn, ["x"])) as { Statement: { Condition: object }[] }
    ).Statement;
    assert.deepEqual(Object.keys(statement?.Condition ?? {}), ["StringEquals"]);
  });
});

describe("ClusterCreator", () => {
  it("may be assumed by those named, and has no rights in AWS", async () => {
    const principalArns = ["arn:aws:iam::111111111111:role/acme-github-deploy-staging"];
    const registrations = await record(
      () => new ClusterCreator("creator", { roleName: "acme-eks-cluster-creator", principalArns }),
    );
    assert.deepEqual(document(registrations.one("aws:iam/role:Role").inputs.assumeRolePolicy), {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { AWS: principalArns }, Action: "sts:AssumeRole" }],
    });
    assert.deepEqual(
      registrations.all.filter(({ type }) => /olicy/.test(type)),
      [],
    );
  });
});
