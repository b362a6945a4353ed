import assert from "node:assert/strict";
import fc from "fast-check";
import { imageReference, parseEcrRepository } from "../../../components/workloads/image.ts";

const repository = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/acme/api";

describe("images", () => {
  it("takes a repository of ECR apart", () => {
    assert.deepEqual(parseEcrRepository(repository), {
      accountId: "123456789012",
      region: "eu-west-1",
      repositoryName: "acme/api",
    });
    assert.equal(
      parseEcrRepository("123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/api")?.region,
      "cn-north-1",
    );
    assert.equal(
      parseEcrRepository("123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com/api")?.region,
      "us-gov-west-1",
    );
  });

  it("knows that other registries are no ECR", () => {
    for (const other of [
      "ghcr.io/acme/api",
      "127.0.0.1:5000/api",
      "12345.dkr.ecr.eu-west-1.amazonaws.com/api",
      "123456789012.dkr.ecr.eu-west-1.amazonaws.com.evil.example/api",
    ])
      assert.equal(parseEcrRepository(other), undefined, other);
  });

  it("runs the digest where it is known, else the commit", () => {
    const digest = `sha256:${"a".repeat(64)}`;
    assert.equal(imageReference(repository, "5eed646"), `${repository}:5eed646`);
    assert.equal(imageReference(repository, "5eed646", digest), `${repository}@${digest}`);
  });

  it("accepts 7 to 40 hexadecimal digits", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9a-f]{7,40}$/), (sha) => {
        assert.equal(imageReference("ghcr.io/acme/api", sha), `ghcr.io/acme/api:${sha}`);
      }),
    );
  });

  it("fails for everything else, latest and branch names first", () => {
    for (const tag of ["latest", "master", "main", "", "v1.2.3", "5eed64", "5EED646C", " 5eed646"])
      assert.throws(() => imageReference("ghcr.io/acme/api", tag), {
        message: `the commit of ghcr.io/acme/api is "${tag}": give 7 to 40 hexadecimal digits, never a branch or latest`,
      });
    fc.assert(
      fc.property(fc.string(), (tag) => {
        fc.pre(!/^[0-9a-f]{7,40}$/.test(tag));
        assert.throws(() => imageReference("ghcr.io/acme/api", tag));
      }),
    );
  });
});
