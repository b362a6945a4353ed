import assert from "node:assert/strict";
import type { PolicyResource, ResourceValidationArgs, StackValidationArgs } from "@pulumi/policy";
import type { Rule } from "../../policies/rules/rule.ts";

/** A resource as a test writes it. */
export interface Given {
  readonly type: string;
  readonly name: string;
  readonly props: Readonly<Record<string, unknown>>;
  readonly protect?: boolean;
  readonly timeoutSeconds?: number;
  readonly provider?: Readonly<Record<string, unknown>>;
  readonly providerName?: string;
  /** Configuration of the policy that judges it. */
  readonly policyConfig?: object;
  /** Names of the resources that it waits for. */
  readonly after?: readonly string[];
  /** Names of the resources whose outputs an input is made of, by input. */
  readonly madeOf?: Readonly<Record<string, string>>;
  /** Name of the resource that it lies in. */
  readonly parent?: string;
}

/** What a rule lets pass, and what it says of the rest, by the behaviour that each case shows. */
interface Cases {
  readonly passes: Readonly<Record<string, readonly Given[]>>;
  readonly fails: Readonly<Record<string, readonly [readonly Given[], ...string[]]>>;
}

export type CasesByRule = Readonly<Record<string, Cases>>;

/** Registers a test for each case of each rule. */
export function testRules(rules: readonly Rule[], cases: CasesByRule): void {
  for (const rule of rules) {
    describe(`policy ${rule.name}`, () => {
      for (const [behaviour, given] of Object.entries(cases[rule.name]?.passes ?? {}))
        it(`passes ${behaviour}`, async () => {
          assert.deepEqual(await verdict(rule, given), []);
        });
      for (const [behaviour, [given, ...messages]] of Object.entries(cases[rule.name]?.fails ?? {}))
        it(`denies ${behaviour}`, async () => {
          assert.deepEqual(await verdict(rule, given), messages);
        });
    });
  }
}

/** What a rule says of resources: of each alone, or of all as a stack. */
export async function verdict(rule: Rule, given: readonly Given[]): Promise<string[]> {
  const messages: string[] = [];
  const urns = new Set(given.map(urnOf));
  const report = (message: string, urn?: string) => {
    assert.ok(urn === undefined || urns.has(urn), `${urn ?? ""} is not in the stack`);
    messages.push(message);
  };
  if ("validateStack" in rule) {
    await rule.validateStack(stackArgs(given), report);
    return messages;
  }
  assert.ok(typeof rule.validateResource === "function", `${rule.name} judges nothing`);
  for (const each of given) await rule.validateResource(resourceArgs(each), report);
  return messages;
}

export function urnOf({ type, name }: Given): string {
  return `urn:pulumi:any::slipway::${type}::${name}`;
}

function options({ protect = false, timeoutSeconds = 0 }: Given): PolicyResource["opts"] {
  return {
    protect,
    ignoreChanges: [],
    aliases: [],
    additionalSecretOutputs: [],
    customTimeouts: {
      createSeconds: timeoutSeconds,
      updateSeconds: timeoutSeconds,
      deleteSeconds: 0,
    },
  };
}

export function resourceArgs(given: Given): ResourceValidationArgs {
  const { type, name, props, provider, providerName = "acme-staging", policyConfig = {} } = given;
  return {
    type,
    name,
    props,
    urn: urnOf(given),
    opts: options(given),
    ...(provider === undefined
      ? {}
      : { provider: { type: "provider", name: providerName, urn: "provider", props: provider } }),
    stackTags: new Map(),
    isType: () => false,
    asType: () => undefined,
    getConfig: () => policyConfig as never,
    notApplicable: () => assert.fail("not applicable"),
  };
}

export function stackArgs(given: readonly Given[]): StackValidationArgs {
  const resources = given.map((each): PolicyResource => ({
    type: each.type,
    name: each.name,
    props: each.props,
    urn: urnOf(each),
    opts: options(each),
    dependencies: [],
    propertyDependencies: {},
    isType: () => false,
    asType: () => undefined,
  }));
  const named = (name: string) => resources.filter((resource) => resource.name === name);
  for (const [index, resource] of resources.entries()) {
    const { after = [], madeOf = {}, parent } = given[index] ?? {};
    for (const [property, name] of Object.entries(madeOf))
      resource.propertyDependencies[property] = named(name);
    resource.dependencies.push(...after.flatMap(named));
    const holder = parent === undefined ? undefined : named(parent)[0];
    if (holder !== undefined) resource.parent = holder;
  }
  return {
    resources,
    stackTags: new Map(),
    getConfig: () => ({}) as never,
    notApplicable: () => assert.fail("not applicable"),
  };
}

/** The resource with one input changed, or left out where the value is undefined. */
export function change(given: Given, path: string | readonly string[], value: unknown): Given {
  const props = structuredClone(given.props) as Record<string, unknown>;
  const keys = typeof path === "string" ? path.split(".") : [...path];
  const last = keys.pop() ?? "";
  let inner: Record<string, unknown> = props;
  for (const key of keys) inner = (inner[key] ??= {}) as Record<string, unknown>;
  if (value === undefined) Reflect.deleteProperty(inner, last);
  else inner[last] = value;
  return { ...given, props };
}
