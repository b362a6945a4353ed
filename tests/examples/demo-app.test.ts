import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { root } from "../support/plans.ts";

describe("the demo application", () => {
  it("passes its own tests", () => {
    const cwd = join(root, "examples", "demo-app");
    const args = ["--test", "--test-reporter=tap"];
    const { status, stdout } = spawnSync(process.execPath, args, { cwd, encoding: "utf8" });
    assert.equal(status, 0, stdout);
    assert.match(stdout, /^# pass [1-9]/m);
  });
});
