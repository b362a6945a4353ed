import type {
  PolicyResource,
  ReportViolation,
  ResourceValidationPolicy,
  StackValidationPolicy,
} from "@pulumi/policy";
import type { RecordedResource } from "./monitor.ts";
import type { Violation } from "./plan.ts";

type Rule = ResourceValidationPolicy | StackValidationPolicy;
type Level = Violation["level"];

const severity: Readonly<Record<Level, number>> = {
  mandatory: 0,
  remediate: 1,
  advisory: 2,
  disabled: 3,
};

/** Levels of all rules without one of their own: the pack's. */
const packLevel: Level = "mandatory";

/** Values of a preview that only the update will know. */
export interface UnknownValues {
  readonly isUnknown: (value: unknown) => boolean;
  /** Hears the name of each policy that could not judge a resource for want of such a value. */
  readonly onUnjudged: (policy: string) => void;
}

/**
 * Judges recorded resources by the rules of the pack, as the engine would; the worst first. As in the
 * engine, a rule that reads an unknown value has no verdict on that resource.
 */
export async function judge(
  rules: readonly Rule[],
  recorded: readonly RecordedResource[],
  unknowns: UnknownValues = { isUnknown: () => false, onUnjudged: () => undefined },
): Promise<Violation[]> {
  const violations: Violation[] = [];
  const resources = asPolicyResources(recorded, unknowns.isUnknown);
  for (const rule of rules) {
    const level = rule.enforcementLevel ?? packLevel;
    if (level === "disabled") continue;
    const reportFor =
      (own: string): ReportViolation =>
      (message: string, urn?: string) => {
        violations.push({ policy: rule.name, level, urn: urn ?? own, message });
      };
    const common = { getConfig: () => ({}) as never, stackTags: new Map<string, string>() };
    if ("validateStack" in rule)
      await unlessNotApplicable(rule.name, unknowns.onUnjudged, () =>
        rule.validateStack(
          { ...common, resources, notApplicable: skip },
          reportFor(recorded[0]?.urn ?? ""),
        ),
      );
    else {
      const validations = [rule.validateResource ?? []].flat();
      for (const resource of resources)
        for (const validate of validations)
          await unlessNotApplicable(rule.name, unknowns.onUnjudged, () =>
            validate(
              {
                ...resource,
                ...common,
                notApplicable: skip,
                // Inputs and outputs are typed apart; here both are what was registered.
                asType: ((cls: never) => resource.asType(cls)) as never,
              },
              reportFor(resource.urn),
            ),
          );
    }
  }
  return violations.sort(
    (a, b) =>
      severity[a.level] - severity[b.level] ||
      a.policy.localeCompare(b.policy) ||
      a.urn.localeCompare(b.urn) ||
      a.message.localeCompare(b.message),
  );
}

/** Thrown by a rule that has nothing to say of a resource. */
class NotApplicable extends Error {}

function skip(reason?: string): never {
  throw new NotApplicable(reason);
}

/** Thrown where a rule reads a value that only the update will know. */
class UnknownValue extends Error {}

/** The same properties, which throw where an unknown value is read. */
function readable<Value>(value: Value, isUnknown: (value: unknown) => boolean): Value {
  if (typeof value !== "object" || value === null) return value;
  return new Proxy(value, {
    get: (target, key) => {
      const found: unknown = Reflect.get(target, key);
      if (isUnknown(found)) throw new UnknownValue();
      return typeof key === "symbol" ? found : readable(found, isUnknown);
    },
  });
}

async function unlessNotApplicable(
  policy: string,
  onUnjudged: UnknownValues["onUnjudged"],
  validation: () => void | Promise<void>,
): Promise<void> {
  try {
    await validation();
  } catch (error) {
    if (error instanceof UnknownValue) onUnjudged(policy);
    else if (!(error instanceof NotApplicable)) throw error;
  }
}

/** Seconds of a duration as the engine writes it: `1h2m3s`. */
function secondsOf(duration: string | undefined): number {
  const units: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1 };
  const parts = (duration ?? "").matchAll(/(\d+(?:\.\d+)?)(h|m|s)/g);
  return [...parts].reduce((sum, [, n, unit]) => sum + Number(n) * (units[unit ?? ""] ?? 0), 0);
}

function asPolicyResources(
  recorded: readonly RecordedResource[],
  isUnknown: (value: unknown) => boolean,
): PolicyResource[] {
  const byUrn = new Map<string, PolicyResource>();
  for (const { urn, type, name, inputs: all, ...rest } of recorded) {
    const inputs = readable(all, isUnknown);
    byUrn.set(urn, {
      urn,
      type,
      name,
      props: inputs,
      opts: {
        protect: rest.protect,
        ignoreChanges: [...rest.ignoreChanges],
        deleteBeforeReplace: rest.deleteBeforeReplace,
        aliases: [...rest.aliases],
        customTimeouts: {
          createSeconds: secondsOf(rest.customTimeouts.create),
          updateSeconds: secondsOf(rest.customTimeouts.update),
          deleteSeconds: secondsOf(rest.customTimeouts.delete),
        },
        additionalSecretOutputs: [],
        ...(rest.parent === undefined ? {} : { parent: rest.parent }),
      },
      dependencies: [],
      propertyDependencies: {},
      // The SDK's own classes carry their token; its types leave it out.
      isType: (cls) => (cls as unknown as TypedClass).__pulumiType === type,
      asType: (cls) =>
        (cls as unknown as TypedClass).__pulumiType === type ? (inputs as never) : undefined,
    });
  }
  const known = (urns: readonly string[]) =>
    urns.flatMap((urn) => {
      const found = byUrn.get(urn);
      return found === undefined ? [] : [found];
    });
  for (const source of recorded) {
    const resource = byUrn.get(source.urn);
    if (resource === undefined) continue;
    const parent = source.parent === undefined ? undefined : byUrn.get(source.parent);
    if (parent !== undefined) resource.parent = parent;
    resource.dependencies = known(source.dependencies);
    const provider = source.provider === undefined ? undefined : byUrn.get(source.provider);
    if (provider !== undefined)
      resource.provider = {
        type: provider.type,
        props: provider.props,
        urn: provider.urn,
        name: provider.name,
      };
    resource.propertyDependencies = Object.fromEntries(
      Object.entries(source.propertyDependencies).map(([key, urns]) => [key, known(urns)]),
    );
  }
  return [...byUrn.values()];
}

/** What SDK classes of resources carry. */
interface TypedClass {
  readonly __pulumiType: string;
}
