import assert from "node:assert/strict";
import { parseStackFile } from "../../plan/stack-file.ts";

describe("stack file", () => {
  it("gives values by their full keys", () => {
    const text = "config:\n  slipway:project: acme\n  slipway:apps:\n    api: { port: 8080 }\n";
    assert.deepEqual(parseStackFile(text), {
      config: { "slipway:project": "acme", "slipway:apps": { api: { port: 8080 } } },
      secretKeys: [],
    });
  });

  it("reads no encrypted value", () => {
    const text = "config:\n  slipway:token:\n    secure: v1:abcdef\n";
    assert.deepEqual(parseStackFile(text), {
      config: { "slipway:token": "[secret]" },
      secretKeys: ["slipway:token"],
    });
  });

  it("takes a file without configuration for an empty one", () => {
    assert.deepEqual(parseStackFile("encryptionsalt: x\n"), { config: {}, secretKeys: [] });
    assert.deepEqual(parseStackFile(""), { config: {}, secretKeys: [] });
  });

  it("fails with the place of a syntax error", () => {
    assert.throws(() => parseStackFile("config:\n  a: [1, 2\n"), /line \d+, column \d+/);
  });
});
