import { isDeepStrictEqual } from "node:util";
import type { Plan } from "./plan.ts";

/** How the plan of one revision differs from that of another. */
export interface Comparison {
  readonly created: readonly string[];
  readonly deleted: readonly string[];
  /** URNs whose inputs or options differ, with the names of the differing inputs. */
  readonly changed: readonly { readonly urn: string; readonly inputs: readonly string[] }[];
  /** Cost of the newer plan minus that of the older, in USD a month. */
  readonly monthlyDelta: number;
}

/** Compares two plans of the same stack; URNs in each list are sorted. */
export function comparePlans(older: Plan, newer: Plan): Comparison {
  const before = new Map(older.resources.map((resource) => [resource.urn, resource]));
  const after = new Map(newer.resources.map((resource) => [resource.urn, resource]));
  const changed = [...after.values()].flatMap((resource) => {
    const previous = before.get(resource.urn);
    if (previous === undefined) return [];
    const names = new Set([...Object.keys(previous.inputs), ...Object.keys(resource.inputs)]);
    const inputs = [...names]
      .filter((name) => !isDeepStrictEqual(previous.inputs[name], resource.inputs[name]))
      .sort();
    const sameOptions =
      previous.protect === resource.protect && previous.provider === resource.provider;
    return inputs.length === 0 && sameOptions ? [] : [{ urn: resource.urn, inputs }];
  });
  return {
    created: [...after.keys()].filter((urn) => !before.has(urn)).sort(),
    deleted: [...before.keys()].filter((urn) => !after.has(urn)).sort(),
    changed: changed.sort((a, b) => a.urn.localeCompare(b.urn)),
    monthlyDelta: Math.round((newer.cost.monthly - older.cost.monthly) * 100) / 100,
  };
}

/** The comparison in lines for a terminal, at most `limit` of them a kind. */
export function describeComparison(
  { created, deleted, changed, monthlyDelta }: Comparison,
  revision: string,
  limit = 10,
): string[] {
  const list = (sign: string, urns: readonly string[]) => [
    ...urns.slice(0, limit).map((urn) => `  ${sign} ${shortUrn(urn)}`),
    ...(urns.length > limit ? [`  ${sign} and ${String(urns.length - limit)} more`] : []),
  ];
  if (created.length + deleted.length + changed.length === 0)
    return [`Against ${revision}: no changes`];
  const sign = monthlyDelta < 0 ? "-" : "+";
  return [
    `Against ${revision}: ${String(created.length)} created, ${String(changed.length)} changed, ${String(deleted.length)} deleted, ${sign}${Math.abs(monthlyDelta).toFixed(2)} USD a month`,
    ...list("-", deleted),
    ...list(
      "~",
      changed.map(({ urn, inputs }) => `${urn} [${inputs.join(", ")}]`),
    ),
    ...list("+", created),
  ];
}

function shortUrn(urn: string): string {
  const [, , type = "", ...name] = urn.split("::");
  return `${type.split("$").at(-1) ?? type} ${name.join("::")}`;
}
