import assert from "node:assert/strict";
import { comparePlans, describeComparison } from "../../plan/comparison.ts";
import type { Plan, PlannedResource } from "../../plan/plan.ts";

function resource(name: string, inputs: Record<string, unknown> = {}): PlannedResource {
  return {
    urn: `urn:pulumi:staging::slipway::slipway:addons:Edge$kubernetes:core/v1:Service::${name}`,
    type: "kubernetes:core/v1:Service",
    name,
    dependencies: [],
    custom: true,
    protect: false,
    retainOnDelete: false,
    inputs,
  };
}

function plan(resources: PlannedResource[], monthly = 0): Plan {
  return {
    schemaVersion: 1,
    stack: "staging",
    resources,
    violations: [],
    warnings: [],
    cost: { currency: "USD", monthly, items: [] },
    outputs: {},
  };
}

describe("comparison of two plans", () => {
  it("names what is created, deleted and changed, with the inputs that differ", () => {
    const older = plan(
      [resource("kept"), resource("gone"), resource("edited", { a: 1, b: 2 })],
      10,
    );
    const newer = plan(
      [resource("kept"), resource("edited", { a: 1, b: 3, c: 4 }), resource("new")],
      12.5,
    );
    const comparison = comparePlans(older, newer);
    assert.deepEqual(comparison, {
      created: [resource("new").urn],
      deleted: [resource("gone").urn],
      changed: [{ urn: resource("edited").urn, inputs: ["b", "c"] }],
      monthlyDelta: 2.5,
    });
    assert.deepEqual(describeComparison(comparison, "main"), [
      "Against main: 1 created, 1 changed, 1 deleted, +2.50 USD a month",
      "  - kubernetes:core/v1:Service gone",
      "  ~ kubernetes:core/v1:Service edited [b, c]",
      "  + kubernetes:core/v1:Service new",
    ]);
  });

  it("says when nothing changes", () => {
    const same = plan([resource("kept")]);
    assert.deepEqual(describeComparison(comparePlans(same, same), "main"), [
      "Against main: no changes",
    ]);
  });

  it("names at most ten of each kind", () => {
    const many = Array.from({ length: 25 }, (_, index) => resource(`new-${String(index)}`));
    const lines = describeComparison(comparePlans(plan([]), plan(many)), "main");
    assert.equal(lines.length, 12);
    assert.equal(lines.at(-1), "  + and 15 more");
  });
});
