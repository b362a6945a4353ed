import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { parse } from "yaml";
import { withSha } from "../../delivery/stack-file-edit.ts";
import { parseStackFile } from "../../plan/stack-file.ts";
import { committedStacks, root } from "../support/plans.ts";

const sha = "0123456789abcdef0123456789abcdef01234567";

function file(image: string): string {
  return `# a comment\nconfig:\n  slipway:apps:\n    api:\n      ${image}\n`;
}

describe("another commit in a stack file", () => {
  const spellings: [string, string][] = [
    ["a block and a comment", "image:\n        sha: 63ec5c0 # why"],
    ["a flow mapping", "image: { sha: 63ec5c0, x: 1 }"],
    ["double quotes", 'image: { sha: "63ec5c0" }'],
    ["single quotes", "image: {sha: '63ec5c0'}"],
    ["Windows' line ends", "image:\r\n        sha: 63ec5c0\r\n      port: 80\r"],
    ["another application's same commit", "image: { sha: 63ec5c0 }\n    web: { sha: 63EC5C0 }"],
  ];
  for (const [name, image] of spellings)
    it(`keeps ${name}`, () => {
      const text = file(image);
      assert.equal(withSha(text, "api", sha), text.replace("63ec5c0", sha));
    });

  it("changes nothing else in the committed files", () => {
    for (const stack of committedStacks) {
      const text = readFileSync(join(root, `Pulumi.${stack}.yaml`), "utf8");
      const apps = parseStackFile(text).config["slipway:apps"] as Record<
        string,
        { image: { sha: string } }
      >;
      for (const [app, { image }] of Object.entries(apps)) {
        const at = text.indexOf(image.sha, text.indexOf(`\n    ${app}:\n`));
        const expected = text.slice(0, at) + sha + text.slice(at + image.sha.length);
        assert.equal(withSha(text, app, sha), expected, `${stack} ${app}`);
      }
    }
  });

  it("is read back as the text that it is, whatever its digits look like", () => {
    const digits = fc.string({
      unit: fc.constantFrom(...Array.from("0123456789abcdef01eb01eb")),
      minLength: 7,
      maxLength: 40,
    });
    fc.assert(
      fc.property(digits, (commit) => {
        const edited = withSha(file("image: { sha: 63ec5c0 }"), "api", commit);
        const read = parse(edited, { version: "1.1" }) as Record<string, never>;
        assert.deepEqual(read, {
          config: { "slipway:apps": { api: { image: { sha: commit } } } },
        });
      }),
    );
  });

  it("quotes what YAML or Pulumi's reader take for a number", () => {
    for (const commit of ["1234567", "0123456", "12345e7", "0b10110"])
      assert.ok(withSha(file("image: { sha: 63ec5c0 }"), "api", commit).includes(`"${commit}"`));
  });

  for (const [name, image] of [
    ["an alias", "port: &shared {sha: 63ec5c0}\n      image: *shared"],
    ["a shared anchor", "image: &one { sha: 63ec5c0 }\n    web:\n      image: *one"],
    ["a folded block", "image:\n        sha: >-\n          63ec5c0"],
    ["no commit", "image: {}"],
  ] as const)
    it(`refuses ${name} instead of changing something else`, () => {
      assert.throws(() => withSha(file(image), "api", sha), {
        message:
          "api.image.sha is no plain value of its own: write the commit out there, without anchors or aliases (config slipway:apps)",
      });
    });
});
