import assert from "node:assert/strict";
import fc from "fast-check";
import { renderReport } from "../../plan/report.ts";
import { escapeHtml } from "../../plan/report/html.ts";
import { graphOf } from "../../plan/report/graph.ts";
import type { Graph } from "../../plan/report/graph.ts";
import * as arbitrary from "./support/arbitrary.ts";
import { planOf, platformPlan, resource, urnOf } from "./support/plans.ts";

const empty = renderReport(planOf([]));

/** Element names and their counts, as a browser would find them outside of style and script. */
function elements(page: string): Map<string, number> {
  const markup = page
    .replace(/<style>[\s\S]*?<\/style>/g, "")
    .replace(/<script>[\s\S]*?<\/script>/, "");
  const counts = new Map<string, number>();
  for (const [, name = ""] of markup.matchAll(/<([a-z][a-z0-9]*)/gi))
    counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

/** What the graph says, as `title <- what it waits for`. */
function waits({ nodes, edges }: Graph): string[] {
  return nodes.map(({ id, title }) => {
    const from = edges.filter((edge) => edge.to === id).map((edge) => nodes[edge.from]?.title);
    return `${title} <- ${from.join(", ")}`;
  });
}

describe("report", () => {
  it("needs nothing but itself and lets the browser load nothing", () => {
    const page = renderReport(platformPlan(3));
    assert.match(
      page,
      /content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"/,
    );
    assert.doesNotMatch(page, /<(?:link|img|iframe|object|embed|base|form)\b|@import|url\(/i);
    assert.doesNotMatch(page, /\s(?:src|srcset|action|formaction)=/i);
    for (const [, target] of page.matchAll(/\shref="([^"]*)"/g))
      assert.match(target ?? "", /^#[a-z]+$/);
  });

  it("is made of headings, captions, labels and targets that exist", () => {
    const page = renderReport({
      ...platformPlan(3),
      violations: [{ policy: "p", level: "mandatory", urn: "u", message: "m" }],
    });
    assert.match(page, /<html lang="en">/);
    const counts = elements(page);
    assert.equal(counts.get("h1"), 1);
    assert.equal(counts.get("table"), 5);
    assert.equal(counts.get("caption"), counts.get("table"));
    assert.equal(counts.get("label"), (counts.get("input") ?? 0) + (counts.get("select") ?? 0));
    const ids = [...page.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id);
    assert.equal(new Set(ids).size, ids.length);
    for (const [, target] of page.matchAll(/\shref="#([^"]+)"/g)) assert.ok(ids.includes(target));
    for (const [, target] of page.matchAll(/\saria-labelledby="([^"]+)"/g))
      assert.ok(ids.includes(target));
  });

  it("shows figures, resources, inputs, verdicts, costs and outputs", () => {
    const key = resource("aws:kms/key:Key", "platform", {
      protect: true,
      inputs: { description: "Secrets & logs" },
      dependencies: [urnOf("aws:kms/key:Key", "other")],
    });
    const page = renderReport(
      planOf([key, resource("aws:kms/key:Key", "other")], {
        violations: [
          { policy: "rotation", level: "advisory", urn: key.urn, message: "rotates never" },
        ],
        warnings: [
          { code: "single-nat", message: "one gateway" },
          { code: "exception", message: "S08 is not met" },
        ],
        outputs: { clusterName: "acme-staging" },
      }),
    );
    for (const text of [
      "Plan of staging",
      "2.00 USD",
      "protected",
      "Secrets &amp; logs",
      "Waits for other (Key)",
      "rotates never",
      "one gateway",
      "S08 is not met",
      "acme-staging",
      "key; its first two rotations add 1 USD each",
    ])
      assert.ok(page.includes(text), text);
  });

  it("puts mandatory violations first", () => {
    const page = renderReport(
      planOf([], {
        violations: (["disabled", "advisory", "mandatory"] as const).map((level) => ({
          policy: "p",
          level,
          urn: "u",
          message: `is ${level}`,
        })),
      }),
    );
    const found = [...page.matchAll(/is (mandatory|advisory|disabled)/g)].map(([, level]) => level);
    assert.deepEqual(found, ["mandatory", "advisory", "disabled"]);
  });

  it("makes no element, attribute or script of what a plan says", () => {
    const allowed = new Set(elements(renderReport(platformPlan(3))).keys());
    fc.assert(
      fc.property(arbitrary.plans, (plan) => {
        const page = renderReport(plan);
        for (const name of elements(page).keys()) assert.ok(allowed.has(name), name);
        assert.equal(page.match(/<script/g)?.length, 1);
        // No quote of a value ends it early: outside of values no handler is left.
        for (const [tag] of page.matchAll(/<[a-z](?:[^>"]|"[^"]*")*>/gi))
          assert.doesNotMatch(tag.replace(/"[^"]*"/g, '""'), /\son\w+=|alert/i);
        assert.equal(page.match(/<\/script>/g)?.length, 1);
      }),
      { numRuns: 60 },
    );
  });

  it("escapes any text so that it reads back as it was", () => {
    const named: Record<string, string> = {
      "&amp;": "&",
      "&lt;": "<",
      "&gt;": ">",
      "&quot;": '"',
      "&#39;": "'",
    };
    fc.assert(
      fc.property(fc.string(), (text) => {
        const escaped = escapeHtml(text);
        assert.doesNotMatch(escaped, /[<>"']/);
        assert.equal(
          escaped.replace(/&(?:amp|lt|gt|quot|#39);/g, (entity) => named[entity] ?? ""),
          text,
        );
      }),
    );
  });

  it("marks control characters and turned writing instead of passing them on", () => {
    assert.equal(escapeHtml("a\u0000b\u202ec\nd"), "a\ufffdb\ufffdc\nd");
  });

  it("is the same twice", () => {
    assert.equal(renderReport(platformPlan(20)), renderReport(platformPlan(20)));
  });

  it("stays below 10 MB with 5,000 resources of large inputs, and says what it leaves out", () => {
    const description = `${"<&>".repeat(200)}${"x".repeat(1500)}`;
    const resources = Array.from({ length: 5000 }, (_, index) =>
      resource("kubernetes:core/v1:ConfigMap", `settings-${String(index)}`, {
        inputs: { data: { description } },
      }),
    );
    const page = renderReport(planOf(resources));
    assert.ok(Buffer.byteLength(page) < 10_000_000, `${String(page.length)} characters`);
    assert.match(page, /3,500 resources are listed\s+without their inputs/);
    assert.equal(page.match(/<details>/g)?.length, 1500);
    assert.ok(page.includes("settings-4999"));
    assert.doesNotMatch(empty, /without their inputs/);
  });

  it("cuts one very large input", () => {
    const page = renderReport(
      planOf([resource("kubernetes:core/v1:ConfigMap", "big", { inputs: { a: "x".repeat(1e6) } })]),
    );
    assert.ok(page.length < empty.length + 25_000);
    assert.match(page, /characters more, in plan\.json/);
  });
});

describe("graph of components", () => {
  const component = (name: string, parent?: string) =>
    resource(`slipway:addons:${name}`, name, parent === undefined ? {} : { parent: urn(parent) });
  const urn = (name: string) => urnOf(`slipway:addons:${name}`, name);
  const child = (name: string, parent: string, dependencies: string[] = []) =>
    resource("aws:kms/key:Key", name, {
      parent: urn(parent),
      dependencies: dependencies.map((needed) => urnOf("aws:kms/key:Key", needed)),
    });

  it("draws what waits for what, without lines that others imply", () => {
    const graph = graphOf(
      planOf([
        component("A"),
        component("B"),
        component("C"),
        child("a", "A"),
        child("b", "B", ["a"]),
        child("c", "C", ["a", "b"]),
      ]),
    );
    assert.deepEqual(waits(graph), ["A <- ", "B <- A", "C <- B"]);
    assert.deepEqual(
      graph.nodes.map(({ layer }) => layer),
      [0, 1, 2],
    );
  });

  it("counts a resource's provider as something it waits for", () => {
    const provider = resource("pulumi:providers:kubernetes", "k8s", { parent: urn("A") });
    const user = { ...child("b", "B"), provider: provider.urn };
    const graph = graphOf(planOf([component("A"), component("B"), provider, user]));
    assert.deepEqual(waits(graph), ["A <- ", "B <- A"]);
  });

  it("marks components that wait for each other", () => {
    const graph = graphOf(
      planOf([
        component("A"),
        component("B"),
        child("a1", "A"),
        child("b", "B", ["a1"]),
        child("a2", "A", ["b"]),
      ]),
    );
    assert.equal(graph.edges.length, 1);
    assert.equal(graph.edges[0]?.isMutual, true);
  });

  it("shows the chain of each application: secret, migration, server, route", () => {
    const found = waits(graphOf(platformPlan(2)));
    for (const expected of [
      "app-1 secret <- external-secrets",
      "app-1 migration <- app-1 secret",
      "app-2 server <- app-2 migration",
      "app-2 route <- issuers, app-2 server",
    ])
      assert.ok(found.includes(expected), `${expected} in ${found.join("\n")}`);
  });

  it("stays readable for a thousand applications", () => {
    const { nodes } = graphOf(platformPlan(1000));
    const merged = nodes.find(({ type }) => type === "workloads:Workload");
    assert.equal(merged?.title, "1,000 components");
    assert.equal(merged.resources, 5000);
    assert.ok(nodes.length <= 45);
  });

  it("has at most 45 boxes and lines only from upper to lower ones, for any plan", () => {
    fc.assert(
      fc.property(arbitrary.plans, (plan) => {
        const { nodes, edges } = graphOf(plan);
        assert.ok(nodes.length <= 45);
        for (const { from, to } of edges)
          assert.ok((nodes[from]?.layer ?? 0) < (nodes[to]?.layer ?? 0));
      }),
    );
  });
});
