import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { breakingChanges, contractEntries } from "../../outputs/contract.ts";
import type { ContractEntry } from "../../outputs/contract.ts";
import { outputsMarkdown } from "../../outputs/docs.ts";

const root = join(import.meta.dirname, "..", "..");
const released = JSON.parse(
  readFileSync(join(root, "tests", "golden", "outputs-v1.json"), "utf8"),
) as ContractEntry[];

describe("stack-output contract", () => {
  it("keeps every released output with its type", () => {
    assert.deepEqual(breakingChanges(released, contractEntries()), []);
  });

  it("fails when an output is removed", () => {
    const current = contractEntries().filter(({ path }) => path !== "cluster.name");
    assert.deepEqual(breakingChanges(released, current), ["cluster.name was removed"]);
  });

  it("fails when a type changes, a value becomes optional or stops being secret", () => {
    const current = contractEntries().map((entry) =>
      entry.path === "ingressClassName"
        ? { ...entry, type: "string[]" }
        : entry.path === "project"
          ? { ...entry, optional: true }
          : entry.path === "kubeconfig"
            ? { ...entry, secret: false }
            : entry,
    );
    assert.deepEqual(breakingChanges(released, current), [
      "project was always there and is optional",
      "kubeconfig is no longer secret",
      "ingressClassName was string and is string[]",
    ]);
  });

  it("lets an output be added", () => {
    const added: ContractEntry = {
      path: "somethingNew",
      type: "string",
      optional: true,
      secret: false,
      description: "New.",
    };
    assert.deepEqual(breakingChanges(released, [...contractEntries(), added]), []);
  });

  it("is documented in docs/outputs.md as it stands", () => {
    assert.equal(readFileSync(join(root, "docs", "outputs.md"), "utf8"), outputsMarkdown());
  });
});
