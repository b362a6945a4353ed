import type { StackChanges } from "../plan/changes/stack-changes.ts";
import { changeList, coarser } from "./change-groups.ts";
import type { ActionWords, Detail } from "./change-groups.ts";
import { longestBody } from "./comment.ts";
import { code, codeBlock } from "./markdown.ts";

/** First line of the issue, by which it is found again. */
export const driftMarker = "<!-- slipway: drift -->";

/** What an update would do to put the account in order, told as what is out of order. */
const driftWords: ActionWords = {
  create: "is missing:",
  update: "differs:",
  replace: "differs, and only deleting and making it anew puts it in order:",
  delete: "is there, though the program has it no more:",
  forget: "is still managed, though the program has it no more:",
  import: "is not managed yet:",
};

/** The issue on drift. */
export interface DriftReport {
  readonly title: string;
  /** Markdown of at most 65,536 characters. */
  readonly body: string;
}

/** Stacks whose account is not as the program says, or of which that can't be told. */
export function driftedStacks(stacks: readonly StackChanges[]): StackChanges[] {
  return stacks.filter(({ changes, errors }) => changes.length > 0 || errors.length > 0);
}

/** What the issue says of stacks that drifted. */
export function driftReport(drifted: readonly StackChanges[]): DriftReport {
  const names = drifted.map(({ stack }) => stack);
  const listed = names.length > 5 ? `${String(names.length)} stacks` : names.join(", ");
  const title = `Drift: ${listed.replace(/[^\w.,\- ]+/g, "?")}`;
  let body = bodyWith(drifted, 0);
  for (const detail of coarser) {
    if (body.length <= longestBody) break;
    body = bodyWith(drifted, detail);
  }
  return { title, body };
}

/** What the issue says when everything is in order again. */
export const settledBody = `${driftMarker}\n\nNo stack drifts any more.`;

function bodyWith(drifted: readonly StackChanges[], detail: Detail): string {
  return [
    driftMarker,
    "What is in the account is not what the program says. Left of the arrow is the account, right of it what the next update puts back. A change that is merged and not deployed yet looks the same.",
    ...drifted.map((changes) => section(changes, detail)),
    "Take over into the program what shall stay, then deploy. This issue closes by itself once nothing drifts.",
  ].join("\n\n");
}

const longestError = [2000, 1000, 500, 200, 100] as const;

function section({ stack, changes, errors }: StackChanges, detail: Detail): string {
  const failure = errors.join("\n\n").slice(-longestError[detail]);
  const count = changes.length.toLocaleString("en-US");
  return [
    `#### ${code(stack)}: ${errors.length > 0 ? "could not be checked" : `${count} resource${changes.length === 1 ? "" : "s"}`}`,
    ...(errors.length > 0 ? [codeBlock(failure)] : []),
    ...(changes.length > 0 ? [changeList(changes, detail, driftWords).join("\n")] : []),
  ].join("\n\n");
}
