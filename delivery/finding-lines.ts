import type { StackChanges } from "../plan/changes/stack-changes.ts";
import type { Detail } from "./change-groups.ts";
import { code } from "./markdown.ts";

/** How many policies refuse, advise and wait. */
export function policyTitle({ whole }: StackChanges): string {
  const found = whole?.violations ?? [];
  const refusing = found.filter(({ level }) => level === "mandatory").length;
  const unjudged = whole?.unjudged.length ?? 0;
  return `Policies: ${String(refusing)} refuse, ${String(found.length - refusing)} advise${unjudged === 0 ? "" : `, ${String(unjudged)} wait for values of the update`}`;
}

/** Verdicts of policies, and those that only the update can give. */
export function policyLines({ whole }: StackChanges, detail: Detail): string[] {
  if (whole === undefined) return [];
  const byPolicy = [...Map.groupBy(whole.violations, ({ policy }) => policy)];
  const waiting =
    whole.unjudged.length === 0
      ? []
      : [
          detail >= 3
            ? `- ${String(whole.unjudged.length)} policies wait for values that only the update will know`
            : `- wait for values that only the update will know: ${whole.unjudged.map(code).join(", ")}`,
        ];
  if (detail >= 3) {
    const count = whole.violations.length;
    return [
      ...(count === 0
        ? []
        : [`- ${String(count)} violations of ${String(byPolicy.length)} policies`]),
      ...waiting,
    ];
  }
  const lines = byPolicy.flatMap(([policy, violations]) => {
    const [first] = violations;
    if (first === undefined) return [];
    if (detail >= 1)
      return [
        `- ${first.level} ${code(policy)}: ${String(violations.length)} × such as ${code(first.message)}`,
      ];
    return violations.map(({ level, message }) => `- ${level} ${code(policy)}: ${code(message)}`);
  });
  return [...lines, ...waiting];
}

/** How many warnings the change brings. */
export function warningTitle({ whole, notices }: StackChanges): string {
  const fresh = (whole?.warnings ?? []).filter(({ isNew }) => isNew).length + notices.length;
  const known = (whole?.warnings ?? []).length + notices.length - fresh;
  return `Warnings: ${String(fresh)} new, ${String(known)} as before`;
}

/** Warnings, those that the change brings first. */
export function warningLines({ whole, notices }: StackChanges, detail: Detail): string[] {
  const warnings = whole?.warnings ?? [];
  if (detail >= 2) {
    const byCode = [...Map.groupBy(warnings, (warning) => warning.code)];
    if (detail >= 3) {
      const count = warnings.length + notices.length;
      const kinds = byCode.length + Math.min(notices.length, 1);
      return count === 0 ? [] : [`- ${String(count)} warnings of ${String(kinds)} kinds`];
    }
    const counts = byCode.map(([kind, same]) => `- ${String(same.length)} × ${code(kind)}`);
    return [...counts, ...notices.map((notice) => `- ${code(notice)}`)];
  }
  const exceptions = warnings.filter((warning) => warning.code === "exception" && !warning.isNew);
  const told = warnings.filter((warning) => warning.code !== "exception" || warning.isNew);
  const fresh = [...told].sort((a, b) => Number(b.isNew) - Number(a.isNew));
  return [
    ...notices.map((notice) => `- ${code(notice)}`),
    ...fresh.map(
      ({ code: kind, message, isNew }) =>
        `- ${isNew ? "**new** " : ""}${code(kind)}: ${code(message)}`,
    ),
    ...(exceptions.length === 0
      ? []
      : [`- ${String(exceptions.length)} controls are not met on purpose, as before`]),
  ];
}
