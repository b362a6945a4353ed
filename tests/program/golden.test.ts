import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { graphText } from "../golden/graph.ts";
import { committedStacks, recordingOf, root } from "../support/plans.ts";

describe("golden graph", () => {
  for (const stack of committedStacks)
    it(`of ${stack} is the one that was reviewed (npm run golden rewrites it)`, async () => {
      const golden = readFileSync(join(root, "tests", "golden", `${stack}.txt`), "utf8");
      assert.equal(graphText(await recordingOf(stack)), golden);
    });
});
