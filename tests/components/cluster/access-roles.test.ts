import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { AccessRoles } from "../../../components/cluster/access-roles.ts";
import type { AccessRolesArgs } from "../../../components/cluster/access-roles.ts";
import { document, oregon, record, valueOf } from "./support.ts";

const roles = ["admin", "developer", "operator", "deployer"];

async function build(changes: Partial<AccessRolesArgs> = {}) {
  let entries: Promise<string> | undefined;
  const registrations = await record(() => {
    const { accessEntries } = new AccessRoles("access", {
      project: "acme",
      environment: "staging",
      accountId: oregon.accountId,
      partition: oregon.partition,
      principals: {},
      ...changes,
    });
    entries = valueOf(pulumi.jsonStringify(accessEntries));
  }, oregon);
  return { registrations, entries: document(await entries) };
}

describe("AccessRoles", () => {
  it("makes a role of its own for each of the four (ACC-1)", async () => {
    const { registrations } = await build();
    assert.deepEqual(
      registrations.ofType("aws:iam/role:Role").map(({ inputs }) => inputs.name),
      roles.map((role) => `acme-kubernetes-${role}-staging`),
    );
  });

  it("trusts the account's own administrators where no principal is given", async () => {
    const { registrations } = await build();
    for (const { inputs } of registrations.ofType("aws:iam/role:Role"))
      assert.deepEqual(document(inputs.assumeRolePolicy), {
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Principal: { AWS: ["arn:aws-us-gov:iam::222222222222:root"] },
            Action: "sts:AssumeRole",
          },
        ],
      });
  });

  it("trusts the principals that are given, each with its role alone", async () => {
    const ci = "arn:aws:iam::222222222222:role/github-deployer";
    const { registrations } = await build({ principals: { deployer: [ci] } });
    const trusting = registrations
      .ofType("aws:iam/role:Role")
      .filter(({ inputs }) => JSON.stringify(inputs.assumeRolePolicy).includes(ci));
    assert.deepEqual(
      trusting.map(({ inputs }) => inputs.name),
      ["acme-kubernetes-deployer-staging"],
    );
    assert.deepEqual(document(trusting[0]?.inputs.assumeRolePolicy), {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { AWS: [ci] }, Action: "sts:AssumeRole" }],
    });
  });

  it("makes the admin one by access policy, the others by a group that is not of the system", async () => {
    const { entries } = await build();
    const principalArn = (role: string) =>
      `arn:aws-us-gov:iam::222222222222:role/acme-kubernetes-${role}-staging`;
    const inGroup = (role: string) => ({
      principalArn: principalArn(role),
      kubernetesGroups: [`acme-kubernetes-${role}-staging`],
    });
    assert.deepEqual(entries, {
      admin: {
        principalArn: principalArn("admin"),
        policyArn: "arn:aws-us-gov:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy",
      },
      developer: inGroup("developer"),
      operator: inGroup("operator"),
      deployer: inGroup("deployer"),
    });
  });
});
