import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { losing, requireEngine, root, Sandbox } from "../support/engine.ts";

const stack = "staging";
const golden = join(root, "tests", "golden");
const recorded = readdirSync(golden).filter((file) => /^state-.*\.json\.gz$/.test(file));

describe("upgrade from the state of a release", () => {
  before(requireEngine);

  it("has a recorded state to start from", () => {
    assert.ok(recorded.length > 0);
  });

  for (const file of recorded)
    describe(file, () => {
      let sandbox: Sandbox;
      before(() => {
        sandbox = new Sandbox();
        sandbox.expect(["stack", "init", stack]);
        const state = join(sandbox.directory, "state.json");
        writeFileSync(state, gunzipSync(readFileSync(join(golden, file))));
        sandbox.expect(["stack", "import", "-s", stack, "--file", state]);
      });
      after(() => {
        sandbox.close();
      });

      it("replaces and deletes nothing that holds data or addresses", () => {
        assert.deepEqual(losing(sandbox.preview(stack)), []);
      });

      it("nor does it after harmless changes of the configuration", () => {
        sandbox.setConfig(stack, ["slipway:access", "developer"], "readOnly");
        sandbox.setConfig(stack, ["slipway:edge", "idleTimeoutSeconds"], 120);
        sandbox.setConfig(stack, ["slipway:cluster", "logRetentionDays"], 400);
        sandbox.setConfig(stack, ["slipway:apps", "web", "env", "LOG_LEVEL"], "info");
        const steps = sandbox.preview(stack);
        assert.ok(steps.some(({ op }) => op === "update"));
        assert.deepEqual(losing(steps), []);
      });

      it("says so of a change that does lose something", () => {
        sandbox.setConfig(stack, ["slipway:network", "cidr"], "10.50.0.0/16");
        assert.notDeepEqual(losing(sandbox.preview(stack)), []);
      });
    });
});
