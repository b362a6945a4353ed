import assert from "node:assert/strict";
import { changesOfPlans } from "../../../plan/changes/from-plans.ts";
import { describeChanges } from "../../../plan/changes/terminal.ts";
import type { Plan, PlannedResource } from "../../../plan/plan.ts";
import { planOf } from "../support/plans.ts";

function resource(
  name: string,
  inputs: Record<string, unknown> = {},
  more: Partial<PlannedResource> = {},
): PlannedResource {
  const type = more.type ?? "aws:sqs/queue:Queue";
  return {
    urn: `urn:pulumi:staging::slipway::slipway:addons:Edge$${type}::${name}`,
    type,
    name,
    dependencies: [],
    custom: true,
    protect: false,
    retainOnDelete: false,
    inputs,
    ...more,
  };
}

function plan(resources: PlannedResource[], monthly = 0): Plan {
  return planOf(resources, { cost: { currency: "USD", monthly, items: [] } });
}

const against = { against: "main", packagesDiffer: false };

const between = (older: PlannedResource[], newer: PlannedResource[]) =>
  changesOfPlans(plan(older), plan(newer), against).changes;

describe("changes between two offline plans", () => {
  it("name what is created, deleted and changed, with the inputs that differ", () => {
    const changes = changesOfPlans(
      plan([resource("kept"), resource("gone"), resource("edited", { a: 1, b: 2 })], 10),
      plan([resource("kept"), resource("edited", { a: 1, b: 3, c: 4 }), resource("new")], 12.5),
      against,
    );
    assert.deepEqual(
      changes.changes.map(({ action, name }) => [action, name]),
      [
        ["delete", "gone"],
        ["update", "edited"],
        ["create", "new"],
      ],
    );
    assert.equal(changes.unchanged, 1);
    assert.equal(changes.whole?.cost.delta, 2.5);
    assert.deepEqual(describeChanges(changes, "main"), [
      "Against main: 1 created, 1 changed, 0 replaced, 1 deleted, +2.50 USD a month",
      "  - sqs Queue gone",
      "  ~ sqs Queue edited [b, c]",
      "  + sqs Queue new",
    ]);
  });

  it("are none where only components differ", () => {
    const component = { type: "slipway:addons:Edge", custom: false };
    assert.deepEqual(between([], [resource("edge", {}, component)]), []);
  });

  it("say when nothing changes", () => {
    const same = plan([resource("kept")]);
    assert.deepEqual(describeChanges(changesOfPlans(same, same, against), "main"), [
      "Against main: no changes",
    ]);
  });

  it("are not known to be none where packages differ", () => {
    const [older, newer] = [plan([]), plan([resource("new")])];
    const differ = { ...against, packagesDiffer: true };
    const unsure = "  gets other packages, and an offline plan can't tell what they change";
    assert.deepEqual(describeChanges(changesOfPlans(older, older, differ), "main"), [
      "Against main: no changes",
      unsure,
    ]);
    assert.equal(
      describeChanges(
        changesOfPlans(plan([resource("a")]), plan([resource("a"), ...newer.resources]), differ),
        "main",
      )[1],
      `${unsure}; besides, changes 1 resource`,
    );
  });

  it("name at most ten of each action in a terminal, and the worst thing first", () => {
    const queues = Array.from({ length: 25 }, (_, index) => resource(`new-${String(index)}`));
    const type = "aws:ec2/vpc:Vpc";
    const lines = describeChanges(
      changesOfPlans(
        plan([resource("vpc", { cidrBlock: "10.0.0.0/16" }, { type })]),
        plan([resource("vpc", { cidrBlock: "10.1.0.0/16" }, { type }), ...queues]),
        against,
      ),
      "main",
    );
    assert.equal(lines.length, 14);
    assert.equal(
      lines[1],
      "  deletes and makes anew the network vpc and loses everything in it and all its addresses",
    );
    assert.equal(lines.at(-1), "  + and 15 more");
  });

  for (const [what, type, before, after, action] of [
    ["a VPC's range", "aws:ec2/vpc:Vpc", { cidrBlock: "a" }, { cidrBlock: "b" }, "replace"],
    ["a VPC's tag", "aws:ec2/vpc:Vpc", { tags: { a: "a" } }, { tags: { a: "b" } }, "update"],
    [
      "a cluster's version",
      "aws:eks/cluster:Cluster",
      { version: "1" },
      { version: "2" },
      "update",
    ],
    [
      "an object's name",
      "kubernetes:core/v1:Service",
      { metadata: { name: "a" } },
      { metadata: { name: "b" } },
      "replace",
    ],
    [
      "an immutable ConfigMap's data",
      "kubernetes:core/v1:ConfigMap",
      { immutable: true, data: { a: "a" } },
      { immutable: true, data: { a: "b" } },
      "replace",
    ],
    [
      "a ConfigMap's data",
      "kubernetes:core/v1:ConfigMap",
      { data: { a: "a" } },
      { data: { a: "b" } },
      "update",
    ],
    [
      "a Job's pod",
      "kubernetes:batch/v1:Job",
      { spec: { template: { spec: { containers: [{ name: "a", image: "a" }] } } } },
      { spec: { template: { spec: { containers: [{ name: "a", image: "b" }] } } } },
      "replace",
    ],
  ] as const)
    it(`know that ${what} makes it a ${action}`, () => {
      const [change] = between(
        [resource("it", before, { type })],
        [resource("it", after, { type })],
      );
      assert.equal(change?.action, action);
      assert.equal(
        change.properties.some(({ replaces }) => replaces),
        action === "replace",
      );
    });

  it("speak of protection that goes, and stay silent where it comes", () => {
    const type = "aws:kms/key:Key";
    const [bare, guarded] = [
      resource("key", {}, { type }),
      resource("key", {}, { type, protect: true }),
    ];
    assert.deepEqual(
      between([guarded], [bare]).map(({ risk, properties }) => [risk, properties[0]?.path]),
      [["loss", "protect"]],
    );
    assert.deepEqual(
      between([bare], [guarded]).map(({ risk }) => risk),
      ["other"],
    );
  });

  it("include a credential that changes, without its value", () => {
    const type = "kubernetes:core/v1:ConfigMap";
    const settings = (password: string) => ({ data: { "a.json": JSON.stringify({ password }) } });
    const [change] = between(
      [resource("settings", settings("canary-1"), { type })],
      [resource("settings", settings("canary-2"), { type })],
    );
    assert.deepEqual(change?.properties, [
      { path: 'data["a.json"].password', before: "[secret]", after: "[secret]", replaces: false },
    ]);
  });

  it("tell warnings that the change brings from those of before", () => {
    const warned = (...messages: string[]): Plan => ({
      ...plan([]),
      warnings: messages.map((message) => ({ code: "x", message })),
    });
    const { whole } = changesOfPlans(warned("old"), warned("old", "new"), against);
    assert.deepEqual(
      whole?.warnings.map(({ message, isNew }) => [message, isNew]),
      [
        ["old", false],
        ["new", true],
      ],
    );
  });
});
