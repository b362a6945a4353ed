import assert from "node:assert/strict";
import fc from "fast-check";
import { code, codeBlock } from "../../delivery/markdown.ts";

const anything = fc.oneof(fc.string({ unit: "binary" }), fc.stringMatching(/^[`~ \n<>@#a]*$/));

describe("text of others in Markdown", () => {
  it("never leaves its code span", () => {
    fc.assert(
      fc.property(anything, (text) => {
        const span = code(text);
        const [fence = ""] = /^`+/.exec(span) ?? [];
        assert.ok(fence.length > 0 && span.endsWith(fence) && span.length > 2 * fence.length);
        const inside = span.slice(fence.length, -fence.length);
        const runs = inside.match(/`+/g) ?? [];
        assert.ok(!runs.some(({ length }) => length === fence.length));
        assert.doesNotMatch(inside, /^`|`$|\n/);
        assert.ok(inside.trim() !== "");
      }),
    );
  });

  it("never leaves its block", () => {
    fc.assert(
      fc.property(anything, (text) => {
        const lines = codeBlock(text).split("\n");
        const [fence = ""] = /^`+/.exec(lines[0] ?? "") ?? [];
        assert.equal(lines.at(-1), fence);
        assert.ok(!lines.slice(1, -1).some((line) => line.includes(fence)));
      }),
    );
  });

  it("keeps letters of every script and shows what is invisible", () => {
    assert.equal(code("naïve 日本語 🚀"), "`naïve 日本語 🚀`");
    assert.equal(code("a\u202eb\u0000c"), "`a\ufffdb\ufffdc`");
    assert.equal(code("a`b"), "``a`b``");
    assert.equal(code(""), "`(empty)`");
  });
});
