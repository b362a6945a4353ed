import type { Change } from "../plan/changes/change.ts";
import { lossWords, shortType } from "../plan/changes/verdict.ts";
import { code } from "./markdown.ts";

/**
 * How much is said of changes: 0 every value, 1 the properties that differ, 2 how many of a kind with
 * some names, 3 how many of a kind, 4 how many. Every change counts in each of them.
 */
export type Detail = 0 | 1 | 2 | 3 | 4;

/** Details after the fullest one, each shorter than the one before. */
export const coarser = [1, 2, 3, 4] as const;

/** What an action is called, in the plural and the singular. */
export type ActionWords = Readonly<Record<Change["action"], string>>;

/** Words of a change that is to come. */
export const changeWords: ActionWords = {
  create: "makes",
  update: "changes",
  replace: "deletes and makes anew",
  delete: "deletes",
  forget: "stops managing",
  import: "takes over",
};

const namesShown = 3;

/** Changes as a Markdown list; those of one shape share an entry. */
export function changeList(
  changes: readonly Change[],
  detail: Detail,
  words: ActionWords = changeWords,
): string[] {
  const groups = [...Map.groupBy(changes, (change) => shapeOf(change, detail)).values()];
  return groups.flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const unsure = first.unknown && detail < 4 ? ", how is unknown until the update" : "";
    const line = `- ${subject(first, group, detail, words)}${unsure}`;
    if (detail === 1 && first.properties.length > 0)
      return [`${line}: ${first.properties.map(pathOf).join(", ")}`];
    return detail === 0 ? [line, ...first.properties.map(propertyLine)] : [line];
  });
}

/** What changes must have in common to share an entry. */
function shapeOf(change: Change, detail: Detail): string {
  const { action, type, properties, risk, name } = change;
  if (detail === 4) return action;
  if (detail >= 2) return `${action} ${type}`;
  const own = risk === "loss" && detail === 0 ? name : "";
  const differs = detail === 0 ? properties : properties.map(({ path }) => path);
  return `${action} ${type} ${own} ${String(change.unknown)} ${JSON.stringify(differs)}`;
}

function subject(
  first: Change,
  group: readonly Change[],
  detail: Detail,
  words: ActionWords,
): string {
  const verb = words[first.action];
  const count = group.length.toLocaleString("en-US");
  if (detail === 4) return `${verb} ${count} resource${group.length === 1 ? "" : "s"}`;
  const kind = code(shortType(first.type));
  if (detail === 3) return `${verb} ${count} × ${kind}`;
  if (first.risk === "loss" && group.length === 1 && words === changeWords)
    return lossWords(first, code);
  const shown = detail === 2 ? group.slice(0, namesShown) : group;
  const names = shown.map(({ name }) => code(name)).join(", ");
  const rest =
    group.length > shown.length ? ` and ${String(group.length - shown.length)} more` : "";
  const loss =
    first.loss === undefined || words !== changeWords ? "" : `, loses ${first.loss.what}`;
  return group.length === 1
    ? `${verb} ${kind} ${names}${loss}`
    : `${verb} ${count} × ${kind}: ${names}${rest}${loss}`;
}

function pathOf({ path, replaces }: Change["properties"][number]): string {
  return replaces ? `**${code(path)}**` : code(path);
}

function propertyLine(change: Change["properties"][number]): string {
  const { before, after, replaces } = change;
  const cause = replaces ? " (the reason)" : "";
  const value =
    before === undefined
      ? `added ${code(after ?? "")}`
      : after === undefined
        ? `removed, was ${code(before)}`
        : before === after
          ? `${code(before)}, changed`
          : `${code(before)} → ${code(after)}`;
  return `  - ${code(change.path)}: ${value}${cause}`;
}
