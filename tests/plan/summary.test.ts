import assert from "node:assert/strict";
import { stripVTControlCharacters } from "node:util";
import fc from "fast-check";
import { maxSummaryLines, summarize } from "../../plan/summary.ts";
import type { Violation } from "../../plan/plan.ts";
import * as arbitrary from "./support/arbitrary.ts";
import { planOf, platformPlan, resource, urnOf } from "./support/plans.ts";

const lookAt = "out/staging/report.html";
const plain = { width: 100, color: false, lookAt };

function violation(level: Violation["level"], message: string): Violation {
  const urn = urnOf("kubernetes:apps/v1:Deployment", "api");
  return { policy: "pinned-images", level, urn, message };
}

describe("summary", () => {
  it("shows a small plan whole", () => {
    const network = resource("slipway:network:Network", "acme-staging-network");
    const key = resource("slipway:identity:EncryptionKey", "acme-staging-key");
    const plan = planOf(
      [
        network,
        key,
        resource("aws:ec2/natGateway:NatGateway", "nat", { parent: network.urn }),
        resource("aws:kms/key:Key", "key", { parent: key.urn }),
      ],
      {
        violations: [violation("mandatory", "image app:latest: give a SHA")],
        warnings: [{ code: "single-nat", message: "one gateway: set network.nat" }],
        outputs: { region: "eu-west-1", clusterName: "acme" },
      },
    );
    assert.deepEqual(summarize(plan, plain), [
      "staging: 4 resources, 2 managed by providers (aws 2)",
      "",
      "Components, and how many resources each has",
      "  network  network:Network                                             1",
      "  key      identity:EncryptionKey                                      1",
      "",
      "1 violation of policies: 1 mandatory",
      "  mandatory pinned-images  api: image app:latest: give a SHA",
      "",
      "1 warning",
      "  single-nat  one gateway: set network.nat",
      "",
      "About 33.85 USD a month, list prices of 2026-11-01 without traffic",
      "  32.85  nat: NAT gateway, 730 h, no traffic",
      "   1.00  key: key; its first two rotations add 1 USD each",
      "",
      "Outputs  clusterName, region",
      "",
      "Look at out/staging/report.html",
    ]);
  });

  it("says little of an empty plan", () => {
    assert.deepEqual(summarize(planOf([]), plain), [
      "staging: 0 resources, 0 managed by providers",
      "",
      "No violations of policies",
      "",
      "Look at out/staging/report.html",
    ]);
  });

  it("puts many components of one type on one line", () => {
    const lines = summarize(platformPlan(1000), plain);
    const [line, ...more] = lines.filter((text) => text.includes("workloads:"));
    assert.equal(more.length, 0);
    assert.match(line ?? "", /^ {2}app-1, app-2 and 998 more +1,000 x workloads:Workload +5,000$/);
  });

  it("opens components of one type all or not at all", () => {
    for (const apps of [1, 2, 3, 4]) {
      const lines = summarize(platformPlan(apps), plain);
      const routes = lines.filter((line) => line.includes("workloads:Route")).length;
      assert.ok(routes === apps || routes === 0, `${String(routes)} of ${String(apps)}`);
    }
  });

  it("puts mandatory violations first and counts those that it leaves out", () => {
    const advisory = Array.from({ length: 30 }, (_, index) => ({
      ...violation("advisory", "a"),
      policy: `p${String(index)}`,
    }));
    const found = [...advisory, violation("mandatory", "m")];
    const lines = summarize(planOf([], { violations: found }), plain);
    const start = lines.indexOf("31 violations of policies: 1 mandatory, 30 advisory");
    assert.deepEqual(lines.slice(start + 1, start + 3), [
      "  mandatory pinned-images  api: m",
      "  advisory p0  api: a",
    ]);
    assert.equal(lines[start + 8], "  and 24 more policies");
    assert.equal(lines[start + 9], "");
  });

  it("shows a policy's first violation and the number of the others", () => {
    const found = [violation("mandatory", "a"), violation("mandatory", "b")];
    const lines = summarize(planOf([], { violations: found }), plain);
    assert.deepEqual(
      lines.filter((line) => line.includes("pinned-images")),
      ["  mandatory pinned-images  api: a (and 1 more of this policy)"],
    );
  });

  it("wraps warnings where there is room and cuts them where there is not", () => {
    const words = "word ".repeat(40).trim();
    const warnings = (count: number) =>
      Array.from({ length: count }, (_, index) => ({ code: `w${String(index)}`, message: words }));
    const wrapped = summarize(planOf([], { warnings: warnings(2) }), plain).join(" ");
    assert.equal(wrapped.match(/word/g)?.length, 80);
    const single = summarize(planOf([], { warnings: warnings(9) }), plain);
    const cut = single.filter((line) => line.startsWith("  w"));
    assert.equal(cut.length, 9);
    for (const line of cut) assert.match(line, /…$/);
  });

  it("counts exceptions on one line", () => {
    const exception = { code: "exception", message: "A01 is not met" };
    const lines = summarize(planOf([], { warnings: [exception, exception] }), plain);
    assert.deepEqual(
      lines.filter((line) => line.includes("exception")),
      ["  exception  2 controls not met on purpose, with reasons in the report"],
    );
  });

  it("adds colour to the same text when asked to", () => {
    const plan = { ...platformPlan(2), violations: [violation("mandatory", "m")] };
    const colored = summarize(plan, { ...plain, color: true });
    assert.notDeepEqual(colored, summarize(plan, plain));
    assert.deepEqual(
      colored.map((line) => stripVTControlCharacters(line)),
      summarize(plan, plain),
    );
  });

  it("fits a screen for any number of applications", () => {
    for (const apps of [0, 1, 4, 5, 40, 1000]) {
      const lines = summarize(platformPlan(apps), { ...plain, width: 60 });
      assert.ok(lines.length <= maxSummaryLines, `${String(lines.length)} lines`);
    }
  });

  it("has at most 60 lines of at most the width, safe for a terminal, for any plan", () => {
    fc.assert(
      fc.property(arbitrary.plans, fc.integer({ min: -1, max: 200 }), (plan, width) => {
        const lines = summarize(plan, { ...plain, width });
        assert.ok(lines.length <= 60, `${String(lines.length)} lines`);
        for (const line of lines) {
          assert.ok(line.length <= Math.max(40, width), line);
          assert.doesNotMatch(line, /[\p{Cc}\u2028\u2029\u202e]/u);
        }
        assert.equal(lines.at(-1), `Look at ${lookAt}`);
        assert.deepEqual(summarize(plan, { ...plain, width }), lines);
      }),
    );
  });
});
