import assert from "node:assert/strict";
import { evaluate } from "../../plan/evaluate.ts";
import { ofType, recordingOf, stackFile, theOne } from "../support/plans.ts";

for (const stack of ["staging", "production"])
  describe(`who acts in the account, in ${stack}`, () => {
    it("calls AWS as its caller, so that a preview needs no right to change anything", async () => {
      const provider = theOne(await recordingOf(stack), "pulumi:providers:aws");
      assert.equal(provider.inputs.assumeRoles, undefined);
      assert.match(String(provider.inputs.allowedAccountIds), /\d{12}/);
    });

    it("talks to Kubernetes as the role that administers the cluster", async () => {
      const { inputs } = theOne(await recordingOf(stack), "eks:index:Cluster");
      const { roleArn } = inputs.providerCredentialOpts as { roleArn: string };
      assert.match(roleArn, /:role\/slipway-eks-cluster-creator$/);
    });

    it("bounds every role that it makes, also those of the eks component", async () => {
      const roles = ofType(await recordingOf(stack), "aws:iam/role:Role");
      assert.ok(roles.length > 10);
      for (const { inputs, urn } of roles)
        assert.match(
          String(inputs.permissionsBoundary),
          new RegExp(`:policy/slipway-${stack}-boundary$`),
          urn,
        );
    });
  });

describe("a stack without a permissions boundary", () => {
  it("leaves its roles without one", async () => {
    const file = stackFile("staging");
    const account = { allowedAccountIds: ["123456789012"] };
    const config = { ...file.config, "slipway:account": account };
    const roles = ofType(await evaluate("staging", { ...file, config }), "aws:iam/role:Role");
    assert.ok(roles.length > 10);
    assert.deepEqual(
      roles.filter(({ inputs }) => "permissionsBoundary" in inputs),
      [],
    );
  });
});
