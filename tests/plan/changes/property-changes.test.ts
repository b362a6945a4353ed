import assert from "node:assert/strict";
import fc from "fast-check";
import { propertyChanges, visibleChanges } from "../../../plan/changes/property-changes.ts";
import { printed } from "../../../plan/changes/values.ts";

const changes = (before: object, after: object) =>
  visibleChanges({ ...before }, { ...after }, () => false).map(
    ({ path, before: old, after: now }) => [path, old, now],
  );

describe("what differs between properties", () => {
  it("is told by path, with list elements by their name", () => {
    assert.deepEqual(
      changes(
        {
          spec: {
            containers: [
              { name: "a", image: "1" },
              { name: "b", image: "1" },
            ],
          },
        },
        {
          spec: {
            containers: [
              { name: "b", image: "2" },
              { name: "c", image: "1" },
            ],
          },
        },
      ),
      [
        ["spec.containers[a]", '{"name":"a","image":"1"}', undefined],
        ["spec.containers[b].image", "1", "2"],
        ["spec.containers[c]", undefined, '{"name":"c","image":"1"}'],
      ],
    );
  });

  it("is told by index where elements have no names of their own", () => {
    assert.deepEqual(changes({ rules: [{ a: 1 }, { a: 2 }] }, { rules: [{ a: 1 }, { a: 3 }] }), [
      ["rules[1].a", "2", "3"],
    ]);
  });

  it("is one value for a list of values", () => {
    assert.deepEqual(changes({ cidrs: ["a"] }, { cidrs: ["a", "b"] }), [
      ["cidrs", '["a"]', '["a","b"]'],
    ]);
  });

  it("lies inside the JSON of a policy", () => {
    const policy = (action: string) =>
      JSON.stringify({ Statement: [{ Effect: "Allow", Action: action }] });
    assert.deepEqual(changes({ policy: policy("s3:Get*") }, { policy: policy("*") }), [
      ["policy.Statement[0].Action", "s3:Get*", "*"],
    ]);
  });

  it("quotes keys that are no words", () => {
    assert.deepEqual(changes({ labels: { "a/b": "1" } }, { labels: { "a/b": "2" } }), [
      ['labels["a/b"]', "1", "2"],
    ]);
  });

  it("takes the reason of a replacement from the engine", () => {
    const found = propertyChanges(
      { a: { b: [1], c: 1 } },
      { a: { b: [2], c: 2 } },
      { "a.b[0]": { kind: "update-replace" }, "a.c": { kind: "update" } },
    );
    assert.deepEqual(
      found.map(({ path, replaces }) => [path, replaces]),
      [
        ["a.b", true],
        ["a.c", false],
      ],
    );
  });

  it("adds what only the engine sees", () => {
    assert.deepEqual(
      propertyChanges({ same: 1 }, { same: 1 }, { 'status["x"]': { kind: "add" } }),
      [{ path: 'status["x"]', after: "unknown until the update", replaces: false }],
    );
  });

  it("is nothing exactly where nothing differs", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (properties) => {
        assert.deepEqual(changes(properties, structuredClone(properties)), []);
        const added = { ...properties, "a new one": 1 };
        assert.ok(changes(properties, added).length > 0 || "a new one" in properties);
      }),
    );
  });
});

describe("a printed value", () => {
  it("is one line of at most 80 characters with both ends", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = printed(value);
        assert.ok(text.length <= 80);
        assert.doesNotMatch(text, /\n/);
      }),
    );
    const image = `123456789012.dkr.ecr.eu-west-1.amazonaws.com/slipway/api@sha256:${"ab".repeat(30)}beef`;
    assert.match(printed(image), /^123456789012\.dkr.*….*beef$/);
  });
});
