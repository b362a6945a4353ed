import assert from "node:assert/strict";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { resolveImages } from "../../../components/registry/released-image.ts";

const digest = `sha256:${"0123456789abcdef".repeat(4)}`;
const api = {
  name: "api",
  image: {
    repository: "111111111111.dkr.ecr.eu-west-2.amazonaws.com/acme/api",
    sha: "5eed646c80dc57060db1e3f3fbae5a22fab8465d",
  },
};

describe("released image", () => {
  const asked: Record<string, unknown>[] = [];
  let provider: aws.Provider;
  before(async () => {
    await pulumi.runtime.setMocks({
      newResource: ({ name, inputs }) => ({ id: name, state: inputs as object }),
      call: ({ inputs }) => {
        const question = inputs as Record<string, unknown>;
        asked.push(question);
        if (String(question.imageTag).startsWith("dead"))
          throw new Error("ImageNotFoundException\n  at somewhere");
        return { ...question, imageDigest: digest };
      },
    });
    provider = new aws.Provider("acme-staging", { region: "eu-west-1" });
  });

  it("is the digest of the commit, asked in the registry's own account and region", async () => {
    const [released] = await resolveImages([api], provider);
    assert.deepEqual(released?.released, {
      reference: `${api.image.repository}@${digest}`,
      digest,
    });
    const { registryId, region, repositoryName, imageTag } = asked.at(-1) ?? {};
    assert.deepEqual(
      { registryId, region, repositoryName, imageTag },
      {
        registryId: "111111111111",
        region: "eu-west-2",
        repositoryName: "acme/api",
        imageTag: api.image.sha,
      },
    );
  });

  it("is the commit's tag in another registry, and on a stack without AWS", async () => {
    const calls = asked.length;
    const local = { name: "demo", image: { ...api.image, repository: "localhost:5001/demo" } };
    const [elsewhere] = await resolveImages([local], provider);
    const [without] = await resolveImages([api], undefined);
    assert.deepEqual(elsewhere?.released, { reference: `localhost:5001/demo:${api.image.sha}` });
    assert.deepEqual(without?.released, {
      reference: `${api.image.repository}:${api.image.sha}`,
    });
    assert.equal(asked.length, calls);
  });

  it("fails with all missing images at once, in one line each", async () => {
    const missing = ["deadbee", "deadfee"].map((sha, index) => ({
      name: `app-${String(index)}`,
      image: { ...api.image, sha },
    }));
    await assert.rejects(resolveImages([...missing, api], provider), (error: Error) => {
      assert.ok(pulumi.RunError.isInstance(error));
      const lines = error.message.split("\n");
      assert.equal(lines.length, 2);
      assert.match(
        lines[0] ?? "",
        /^apps\.app-0\.image: no image \S+\/acme\/api:deadbee was found: build and push that commit, .*\(config slipway:apps\)$/,
      );
      assert.match(lines[1] ?? "", /acme\/api:deadfee/);
      return true;
    });
  });
});
