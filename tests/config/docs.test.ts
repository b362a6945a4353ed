import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { generatedFiles, outdatedFiles } from "../../config/docs.ts";
import { stackFileSchema } from "../../config/json-schema.ts";
import { rules } from "../../config/rules/rules.ts";
import { configuration } from "../../config/schema.ts";
import { root } from "../support/plans.ts";

const reference = generatedFiles()["docs/configuration.md"] ?? "";

/** All schemas of mappings inside a JSON Schema. */
function mappingsOf(schema: unknown): Record<string, unknown>[] {
  if (typeof schema !== "object" || schema === null) return [];
  const own = schema as Record<string, unknown>;
  const inner = Object.values(own).flatMap(mappingsOf);
  return own["type"] === "object" ? [own, ...inner] : inner;
}

describe("what is generated from the schema", () => {
  it("is in sync (run `npm run docs` when this fails)", () => {
    assert.deepEqual(outdatedFiles(), []);
    const { status } = spawnSync(process.execPath, [join(root, "config/docs.ts"), "--check"]);
    assert.equal(status, 0);
  });

  it("counts as outdated when one letter differs or a file is missing", () => {
    const files = generatedFiles();
    assert.deepEqual(
      outdatedFiles((file) => (file.endsWith(".md") ? `${files[file] ?? ""}x` : undefined)),
      ["config/stack.schema.json", "docs/configuration.md"],
    );
  });

  it("is the same each time", () => {
    assert.deepEqual(generatedFiles(), generatedFiles());
  });

  it("describes every key of the stack and every rule", () => {
    for (const key of Object.keys(configuration.shape))
      assert.match(reference, new RegExp(`^## slipway:${key}$`, "m"));
    for (const { statement } of rules) assert.ok(reference.includes(`- ${statement}\n`), statement);
  });

  it("explains every row of its tables", () => {
    const rows = reference.split("\n").filter((line) => line.startsWith("| `"));
    const silent = rows.filter((row) => / \| {2}\|$/.test(row) && !/type: \w+` \|/.test(row));
    assert.deepEqual(silent, []);
  });

  it("lets editors refuse unknown keys of Slipway, and accept those of Pulumi", () => {
    const { properties } = stackFileSchema() as {
      properties: { config: Record<string, Record<string, unknown>> };
    };
    const { config } = properties;
    assert.deepEqual(
      Object.keys(config["properties"] ?? {}),
      Object.keys(configuration.shape).map((key) => `slipway:${key}`),
    );
    assert.deepEqual(Object.keys(config["patternProperties"] ?? {}), ["^(?!slipway:)"]);
    for (const mapping of mappingsOf(config["properties"]))
      assert.notEqual(mapping["additionalProperties"], undefined, JSON.stringify(mapping));
  });
});
