import { usd } from "../prices.ts";
import { actions } from "./change.ts";
import type { Action, Change } from "./change.ts";
import type { StackChanges } from "./stack-changes.ts";
import { shortType, verdictOf } from "./verdict.ts";

const signs: Readonly<Record<Action, string>> = {
  delete: "-",
  replace: "!",
  forget: "-",
  update: "~",
  import: "+",
  create: "+",
};

/** Changes in lines for a terminal, riskiest first, at most `limit` of each action. */
export function describeChanges(changes: StackChanges, revision: string, limit = 10): string[] {
  const of = (action: Action) => changes.changes.filter((change) => change.action === action);
  const count = (...wanted: Action[]) => String(wanted.flatMap(of).length);
  const { delta = 0 } = changes.whole?.cost ?? {};
  const cost = `${delta < 0 ? "-" : "+"}${usd(Math.abs(delta))} USD a month`;
  const { level, words } = verdictOf(changes, (name) => name);
  const verdict = level === "safe" || level === "unchanged" ? [] : [`  ${words}`];
  if (changes.changes.length === 0) return [`Against ${revision}: no changes`, ...verdict];
  return [
    `Against ${revision}: ${count("create", "import")} created, ${count("update")} changed, ${count("replace")} replaced, ${count("delete", "forget")} deleted, ${cost}`,
    ...verdict,
    ...actions.flatMap((action) => {
      const found = of(action);
      const rest = found.length - limit;
      return [
        ...found.slice(0, limit).map((change) => `  ${signs[action]} ${line(change)}`),
        ...(rest > 0 ? [`  ${signs[action]} and ${String(rest)} more`] : []),
      ];
    }),
  ];
}

function line({ type, name, properties }: Change): string {
  const paths = [...new Set(properties.map(({ path }) => path.split(/[.[]/)[0] ?? path))];
  return `${shortType(type)} ${name}${paths.length === 0 ? "" : ` [${paths.join(", ")}]`}`;
}
