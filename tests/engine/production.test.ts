import assert from "node:assert/strict";
import { requireEngine, Sandbox } from "../support/engine.ts";

const stack = "production";

describe("production under the real engine", () => {
  let sandbox: Sandbox;
  before(() => {
    requireEngine();
    sandbox = new Sandbox();
    sandbox.expect(["stack", "init", stack]);
  });
  after(() => {
    sandbox.close();
  });

  const up = (...options: string[]) =>
    sandbox.expect(["up", "--yes", "--skip-preview", "-s", stack, ...options]);

  it("comes up under the policy pack", () => {
    const { stdout } = up("--policy-pack", "policies");
    assert.doesNotMatch(stdout, /\[mandatory\]/);
    up("--expect-no-changes");
  });

  it("refuses to be destroyed while it is protected", () => {
    const before = sandbox.cloudFiles();
    const { status, stdout, stderr } = sandbox.run(["destroy", "--yes", "-s", stack]);
    assert.notEqual(status, 0);
    assert.match(`${stdout}${stderr}`, /protect/);
    assert.deepEqual(sandbox.cloudFiles(), before);
  });

  it("is destroyed without a rest once protection is switched off", () => {
    sandbox.setConfig(stack, ["slipway:cluster", "deletionProtection"], false);
    sandbox.setConfig(stack, ["slipway:edge", "deletionProtection"], false);
    sandbox.setConfig(stack, ["slipway:certificates", "retain"], false);
    up();
    sandbox.expect(["destroy", "--yes", "--skip-preview", "-s", stack]);
    assert.deepEqual(sandbox.cloudFiles(), []);
  });
});
