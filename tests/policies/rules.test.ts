import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as sdk from "@pulumi/policy";
import {
  exceptions,
  outsideOfResources,
  statementReasons,
} from "../../policies/rules/exceptions.ts";
import { rules } from "../../policies/rules/index.ts";
import type { Rule } from "../../policies/rules/rule.ts";
import { cases as availability } from "./availability.test.ts";
import { cases as buckets } from "./buckets.test.ts";
import { cases as certificates } from "./certificates.test.ts";
import { cases as cluster } from "./cluster.test.ts";
import { cases as edge } from "./edge.test.ts";
import { compliantStack } from "./compliant-stack.ts";
import { cases as iam } from "./iam.test.ts";
import { cases as images } from "./images.test.ts";
import { cases as ingress } from "./ingress.test.ts";
import { cases as isolation } from "./isolation.test.ts";
import { cases as migrations } from "./migrations.test.ts";
import { cases as naming } from "./naming.test.ts";
import { cases as network } from "./network.test.ts";
import { cases as nodes } from "./nodes.test.ts";
import { cases as rbac } from "./rbac.test.ts";
import { cases as secrets } from "./secrets.test.ts";
import { cases as sizes } from "./sizes.test.ts";
import { resourceArgs, stackArgs, verdict, type CasesByRule, type Given } from "./support.ts";
import { cases as workloads } from "./workloads.test.ts";

const cases: CasesByRule = {
  ...availability,
  ...buckets,
  ...certificates,
  ...cluster,
  ...edge,
  ...iam,
  ...images,
  ...ingress,
  ...isolation,
  ...migrations,
  ...naming,
  ...network,
  ...nodes,
  ...rbac,
  ...secrets,
  ...sizes,
  ...workloads,
};

// The SDK exports both, but its declarations of them are empty.
const { UnknownValueError, unknownCheckingProxy } = sdk as unknown as {
  readonly UnknownValueError: new () => Error;
  readonly unknownCheckingProxy: (props: object) => Given["props"];
};

/** What the engine hands over for a string that a preview does not know. */
const unknownText = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

const numbered = (letter: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${letter}${String(index + 1).padStart(2, "0")}`);
const controls = [
  ...numbered("A", 19),
  ...numbered("N", 4),
  ...numbered("E", 8),
  ...numbered("S", 9),
  ...numbered("K", 11),
  ...numbered("R", 4),
  ...numbered("I", 4),
  ...numbered("Q", 6),
];
/** Requirements that the policy pack verifies. */
const requirements = [
  ...["APP-1", "APP-3", "APP-14", "CI-11", "CI-14", "EKS-1", "EKS-2", "EKS-7", "EKS-8"],
  ...["ING-1", "ING-6", "NET-5", "OBS-3", "SEC-10"],
];

/** Judges resources one by one, or together, as the SDK does it. */
async function run(rule: Rule, given: readonly Given[]): Promise<void> {
  const ignore = () => undefined;
  if ("validateStack" in rule) {
    await rule.validateStack(stackArgs(given), ignore);
    return;
  }
  assert.ok(typeof rule.validateResource === "function");
  for (const each of given) await rule.validateResource(resourceArgs(each), ignore);
}

/** Every property in turn replaced by something that no schema allows, or nobody knows yet. */
function disfigured(given: Given, value: unknown): Given[] {
  const replace = (current: unknown): unknown[] => {
    if (typeof current !== "object" || current === null) return [value];
    return [
      value,
      ...Object.entries(current).flatMap(([key, inner]) =>
        replace(inner).map((changed) =>
          Array.isArray(current)
            ? current.map((item: unknown, index) => (String(index) === key ? changed : item))
            : { ...current, [key]: changed },
        ),
      ),
    ];
  };
  return replace(given.props)
    .filter((props) => typeof props === "object" && props !== null)
    .map((props) => ({ ...given, props: props as Given["props"] }));
}

describe("policy pack", () => {
  it("has rules with names of their own in kebab case", () => {
    const names = rules.map(({ name }) => name);
    assert.deepEqual(names, [...new Set(names)]);
    assert.deepEqual(
      names.filter((name) => !/^[a-z0-9]+(?:-[a-z0-9]+)+$/.test(name)),
      [],
    );
  });

  it("has a passing and a failing case for every rule, and no case without a rule", () => {
    assert.deepEqual(Object.keys(cases).sort(), rules.map(({ name }) => name).sort());
    for (const [name, { passes, fails }] of Object.entries(cases)) {
      assert.ok(Object.keys(passes).length > 0, `${name} passes nothing`);
      assert.ok(Object.keys(fails).length > 0, `${name} denies nothing`);
      for (const [, ...messages] of Object.values(fails)) assert.ok(messages.length > 0, name);
    }
  });

  it("stops a run by every rule but advice", () => {
    const advice = rules.filter(({ enforcementLevel }) => enforcementLevel !== "mandatory");
    assert.deepEqual(
      advice.map(({ name }) => name),
      ["zones-three-when-protected", "ingress-nginx-retired", "acme-staging-first"],
    );
  });

  it("describes every rule in a sentence that names its controls", () => {
    for (const { name, description, tags = [] } of rules) {
      assert.match(description, /^[A-Za-z].*\)\.$/, name);
      const named = tags.filter((tag) => description.includes(tag));
      assert.ok(named.length > 0, `${name} names none of ${tags.join(", ")}`);
    }
  });

  it("covers every control, or says where it is proven instead", () => {
    const covered = new Set([
      ...rules.flatMap(({ tags = [] }) => tags),
      ...outsideOfResources.map(({ control }) => control),
    ]);
    assert.deepEqual(
      controls.filter((control) => !covered.has(control)),
      [],
    );
  });

  it("covers every requirement that policies verify", () => {
    const covered = new Set(rules.flatMap(({ tags = [] }) => tags));
    assert.deepEqual(
      requirements.filter((requirement) => !covered.has(requirement)),
      [],
    );
  });

  it("excepts only from rules that exist, for a control of theirs, with a reason", () => {
    for (const { policy, control, reason } of exceptions) {
      const rule = rules.find(({ name }) => name === policy);
      assert.ok(rule?.tags?.includes(control), `${policy} has no control ${control}`);
      assert.ok(reason.length > 40, policy);
    }
    for (const { reason } of statementReasons) assert.ok(reason.length > 20, reason);
  });

  it("finds nothing wrong with a stack as it should be", async () => {
    const found: string[] = [];
    for (const rule of rules)
      for (const message of await verdict(rule, compliantStack))
        found.push(`${rule.name}: ${message}`);
    assert.deepEqual(
      found.map((message) => message.split(":")[0]),
      ["ingress-nginx-retired"],
      found.join("\n"),
    );
  });

  it("judges nothing but what it knows: resources without properties pass no exception on", async () => {
    for (const rule of rules)
      await run(
        rule,
        compliantStack.map((given) => ({ ...given, props: {} })),
      );
  });

  for (const [what, value] of [
    ["null", null],
    ["a text", "x"],
    ["a number", 7],
    ["a list", [null]],
    ["an object", { x: null }],
  ] as const)
    it(`survives ${what} in place of any property`, async () => {
      for (const given of compliantStack)
        for (const changed of disfigured(given, value))
          for (const rule of rules) await run(rule, [changed]);
    });

  it("lets nothing but the SDK's own error out where a value is not known yet", async () => {
    let unknown = 0;
    for (const given of compliantStack)
      for (const changed of disfigured(given, unknownText)) {
        const props = unknownCheckingProxy(changed.props);
        for (const rule of rules)
          try {
            await run(rule, [{ ...changed, props }]);
          } catch (error) {
            assert.ok(error instanceof UnknownValueError, `${rule.name}: ${String(error)}`);
            unknown += 1;
          }
      }
    assert.ok(unknown > 100, "no rule met an unknown value");
  });

  it("judges the known containers of a pod beside an unknown one", () => {
    const rule = rules.find(({ name }) => name === "image-pinned-to-commit");
    assert.ok(rule !== undefined && !("validateStack" in rule));
    assert.ok(typeof rule.validateResource === "function");
    const { validateResource } = rule;
    const containers = [
      { name: "unknown", image: unknownText },
      { name: "known", image: "x:latest" },
    ];
    const given: Given = {
      type: "kubernetes:core/v1:Pod",
      name: "pod",
      props: unknownCheckingProxy({ spec: { containers } }),
    };
    const messages: string[] = [];
    const report = (message: string) => {
      messages.push(message);
    };
    assert.throws(() => validateResource(resourceArgs(given), report), UnknownValueError);
    assert.equal(messages.length, 1);
  });

  it("starts through JavaScript, since Pulumi would type-check a TypeScript main file", () => {
    const read = (file: string) =>
      readFileSync(new URL(`../../policies/${file}`, import.meta.url), "utf8");
    assert.match(read("PulumiPolicy.yaml"), /^main: index\.js$/m);
    assert.match(read("index.js"), /^import "\.\/index\.ts";$/m);
    assert.match(read("index.ts"), /new PolicyPack\("slipway"/);
  });
});
