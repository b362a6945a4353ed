import assert from "node:assert/strict";
import fc from "fast-check";
import { redact } from "../../plan/redact.ts";

const key = "4dabf18193072939515e22adb298388d";
const secret = (value: unknown) => ({ [key]: "1b47061264138c4ac30d75fd1eb44270", value });
const output = (value: unknown, isSecret: boolean) => ({
  [key]: "d0e6a833031e9bbcd3f4e8bde6ca49a4",
  value,
  secret: isSecret,
});

describe("redaction", () => {
  const cases: [string, unknown, unknown][] = [
    ["a secret", secret("hunter2"), "[secret]"],
    ["a secret object", { a: secret({ b: 1 }) }, { a: "[secret]" }],
    ["a secret in a list", [1, secret(2)], [1, "[secret]"]],
    ["a secret output", output("hunter2", true), "[secret]"],
    ["an output that is not secret", output({ b: secret(1) }, false), { b: "[secret]" }],
    [
      "a reference to a resource",
      { [key]: "5cf8f73096256a8f31e491e813e4eb8e", urn: "urn:x", id: "1" },
      "urn:x",
    ],
    ["bytes", new Uint8Array([1, 2, 255]), "AQL/"],
    ["undefined in an object", { a: undefined, b: null }, { b: null }],
    ["undefined in a list", [undefined, 1], [null, 1]],
    ["a function", { a: () => 1 }, {}],
    ["numbers that JSON has not", [Number.NaN, Infinity, 3n], [null, null, "3"]],
    ["a date", new Date(0), "1970-01-01T00:00:00.000Z"],
  ];
  for (const [what, value, expected] of cases)
    it(`replaces ${what}`, () => {
      assert.deepEqual(redact(value), expected);
    });

  it("sorts keys at every depth", () => {
    const text = JSON.stringify(redact({ b: { d: 1, c: 2 }, a: [{ z: 1, y: 2 }] }));
    assert.equal(text, '{"a":[{"y":2,"z":1}],"b":{"c":2,"d":1}}');
  });

  it("leaves its argument as it was", () => {
    const value = { b: secret("x"), a: { c: [1] } };
    const before = JSON.stringify(value);
    redact(value);
    assert.equal(JSON.stringify(value), before);
  });

  it("equals what JSON keeps of any value without secrets", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        assert.equal(
          JSON.stringify(redact(redact(value))),
          JSON.stringify(redact(JSON.parse(JSON.stringify(value)))),
        );
        assert.deepEqual(redact(value), JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it("never leaks a secret, wherever it lies", () => {
    const hidden = "hidden-5f2c";
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 5 },
        fc.string(),
        fc.constantFrom(secret(hidden), secret([hidden, { x: hidden }]), output(hidden, true)),
        fc.array(tie("tree"), { maxLength: 4 }),
        fc.dictionary(fc.string(), tie("tree"), { maxKeys: 4 }),
        tie("tree").map((value) => output(value, false)),
      ),
    }));
    fc.assert(
      fc.property(tree, (value) => {
        const text = JSON.stringify(redact(value));
        assert.ok(!text.includes(hidden));
        const secrets = JSON.stringify(value).includes(hidden);
        assert.equal(text.includes("[secret]"), secrets);
      }),
    );
  });
});
