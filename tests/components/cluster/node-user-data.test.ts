import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { parse } from "yaml";
import { nodeUserData } from "../../../components/cluster/node-user-data.ts";

const decoded = (text: string) => Buffer.from(text, "base64").toString();

describe("node user data", () => {
  it("is a MIME message with a NodeConfig on Amazon Linux 2023", () => {
    const text = decoded(nodeUserData("al2023", 58));
    const [headers = "", part = "", end = ""] = text.split(/^--\/\/(?:--)?\n/m);
    assert.match(
      headers,
      /^MIME-Version: 1\.0\nContent-Type: multipart\/mixed; boundary="\/\/"\n\n$/,
    );
    const [partHeaders = "", body = ""] = part.split("\n\n");
    assert.equal(partHeaders, "Content-Type: application/node.eks.aws");
    assert.deepEqual(parse(body), {
      apiVersion: "node.eks.aws/v1alpha1",
      kind: "NodeConfig",
      spec: { kubelet: { config: { maxPods: 58 } } },
    });
    assert.equal(end, "");
  });

  it("is a TOML table of the kubelet on Bottlerocket", () => {
    assert.equal(
      decoded(nodeUserData("bottlerocket", 110)),
      "[settings.kubernetes]\nmax-pods = 110\n",
    );
  });
});
