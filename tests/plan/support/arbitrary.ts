import fc from "fast-check";
import { costOf } from "../../../plan/cost.ts";
import type { Plan, PlannedResource } from "../../../plan/plan.ts";

const types = [
  "slipway:network:Network",
  "slipway:workloads:Workload",
  "slipway:workloads:Route",
  "aws:eks/cluster:Cluster",
  "aws:eks/nodeGroup:NodeGroup",
  "aws:ec2/vpcEndpoint:VpcEndpoint",
  "aws:kms/key:Key",
  "kubernetes:apps/v1:Deployment",
  "kubernetes:core/v1:ConfigMap",
  "kubernetes:external-secrets.io/v1:ExternalSecret",
  "kubernetes:helm.sh/v3:Release",
  "pulumi:providers:aws",
];

/** Text as it must never be trusted: markup, control characters, escapes of terminals, long words. */
export const hostileText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.constantFrom(
    "<script>alert(1)</script>",
    `"><img src=x onerror=alert(1)>`,
    "</pre></script><!--",
    "a\nb\r\nc\u2028d",
    "\u001b[31mred\u001b[0m",
    "x".repeat(500),
    "__proto__",
    "..",
  ),
);

export const json = fc.jsonValue({ maxDepth: 4, stringUnit: "binary" });

const inputs = fc.dictionary(hostileText, json, { maxKeys: 4 });

/** Resources whose parents and dependencies are among themselves, in cycles as well. */
export const resources = fc
  .array(
    fc.record({
      type: fc.oneof(fc.constantFrom(...types), hostileText),
      name: hostileText,
      custom: fc.boolean(),
      protect: fc.boolean(),
      retainOnDelete: fc.boolean(),
      inputs,
      parent: fc.option(fc.nat({ max: 30 })),
      dependencies: fc.array(fc.nat({ max: 30 }), { maxLength: 4 }),
    }),
    { maxLength: 30 },
  )
  .map((drafts) => {
    const urns = drafts.map(
      ({ type, name }, index) => `urn:pulumi:s::p::${type}::${name}${String(index)}`,
    );
    return drafts.map(({ parent, dependencies, ...draft }, index): PlannedResource => {
      const above = parent === null ? undefined : urns[parent];
      return {
        ...draft,
        urn: urns[index] ?? "",
        ...(above === undefined ? {} : { parent: above }),
        dependencies: dependencies.flatMap((needed) => urns[needed] ?? []).sort(),
      };
    });
  });

/** Any plan that keeps to the type, however strange. */
export const plans = fc
  .record({
    stack: hostileText,
    resources,
    violations: fc.array(
      fc.record({
        policy: hostileText,
        level: fc.constantFrom("advisory", "mandatory", "remediate", "disabled"),
        urn: hostileText,
        message: hostileText,
      }),
      { maxLength: 40 },
    ),
    warnings: fc.array(
      fc.record({ code: fc.oneof(fc.constant("exception"), hostileText), message: hostileText }),
      { maxLength: 40 },
    ),
    outputs: fc.dictionary(hostileText, json, { maxKeys: 30 }),
  })
  .map((plan): Plan => ({ ...plan, schemaVersion: 1, cost: costOf(plan.resources) }));
