import type { OfflineSource, StackChanges } from "../plan/changes/stack-changes.ts";
import { verdictLevels, verdictOf } from "../plan/changes/verdict.ts";
import type { VerdictLevel } from "../plan/changes/verdict.ts";
import { coarser } from "./change-groups.ts";
import { code } from "./markdown.ts";
import type { Commits } from "./release-lines.ts";
import { stackSection } from "./stack-section.ts";
import type { Details, Part } from "./stack-section.ts";

/** First line of the comment, by which it is found again. */
export const commentMarker = "<!-- slipway: changes -->";

/** Most characters that GitHub takes. */
export const longestBody = 65_536;

/** What the comment is made of. */
export interface CommentArgs {
  readonly stacks: readonly StackChanges[];
  /** Commits between the releases of each stack. @default none */
  readonly commits?: ReadonlyMap<string, Commits>;
  /** Commit of the pull request that the comment is about. @default not said */
  readonly head?: string;
}

/** Parts from the one that says less first to the one that is kept whole the longest. */
const leastFirst: readonly Part[] = [
  "other",
  "warnings",
  "scaling",
  "configuration",
  "image",
  "migration",
  "policies",
  "access",
  "loss",
];

/**
 * The comment on a pull request for all stacks, in Markdown of at most {@link longestBody} characters.
 * Where it would be longer, the least risky changes are told in groups: every change counts, none is cut.
 */
export function renderComment(args: CommentArgs): string {
  let [from, to] = [0, steps.length - 1];
  let best: string | undefined;
  // Each step says less than the one before: the fullest that fits is found by halving.
  while (from <= to) {
    const middle = best === undefined && from === 0 ? 0 : Math.floor((from + to) / 2);
    const body = bodyWith(args, steps[middle] ?? fullest);
    if (body.length <= longestBody) {
      best = body;
      to = middle - 1;
    } else from = middle + 1;
  }
  return best ?? linesOnly(args);
}

const fullest = Object.fromEntries(leastFirst.map((part) => [part, 0])) as Details;

/** From the fullest text to bare counts, one part after the other. */
const steps: readonly Details[] = coarser
  .flatMap((detail) => leastFirst.map((part) => ({ [part]: detail })))
  .reduce<Details[]>((all, step) => [...all, { ...(all.at(-1) ?? fullest), ...step }], [fullest]);

function bodyWith(args: CommentArgs, details: Details): string {
  const sections = byVerdict(args.stacks).map(({ changes }, index) =>
    stackSection(changes, args.commits?.get(changes.stack) ?? new Map(), details, index === 0),
  );
  return [...opening(args), ...sections, ...closing(args)].join("\n\n");
}

/** So many stacks that only a line each fits. */
function linesOnly(args: CommentArgs): string {
  const lines = byVerdict(args.stacks).map(
    ({ changes, level, words }) =>
      `- ${code(changes.stack)}: ${level === "failed" ? "can't be previewed" : words}`,
  );
  const body = [...opening(args), lines.join("\n"), ...closing(args)].join("\n\n");
  if (body.length <= longestBody) return body;
  const counts = verdictLevels.map(
    (level) =>
      `- ${String(byVerdict(args.stacks).filter((stack) => stack.level === level).length)} stacks: ${level}`,
  );
  return [...opening(args), counts.join("\n"), ...closing(args)].join("\n\n");
}

interface JudgedStack {
  readonly changes: StackChanges;
  readonly level: VerdictLevel;
  readonly words: string;
}

/** The worst first; stacks of one verdict keep their order. */
function byVerdict(stacks: readonly StackChanges[]): JudgedStack[] {
  return stacks
    .map((changes) => ({ changes, ...verdictOf(changes, code) }))
    .sort((a, b) => verdictLevels.indexOf(a.level) - verdictLevels.indexOf(b.level));
}

function opening({ stacks }: CommentArgs): string[] {
  const offline = stacks.map(({ source }) => source).find(({ type }) => type === "offline");
  return [
    commentMarker,
    `### ${summary(stacks)}`,
    ...(offline?.type === "offline" ? offlineNotes(offline) : []),
  ];
}

function offlineNotes({ against, packagesDiffer }: OfflineSource): string[] {
  return [
    `**This is an offline plan**: it compares the program with that of ${code(against)} without credentials. What is deployed is not known to it, and it may miss a replacement that only a provider knows of.`,
    ...(packagesDiffer
      ? [
          `**Packages change** (${code("package-lock.json")}): the plan of ${code(against)} was made with the new ones, too, so that what they change is not shown.`,
        ]
      : []),
  ];
}

/** Says "safe" or names the worst thing of all stacks. */
function summary(stacks: readonly StackChanges[]): string {
  const [worst] = byVerdict(stacks);
  if (worst === undefined) return "No stack was previewed";
  const { level, words, changes } = worst;
  if (level === "unchanged") return "Safe: nothing changes";
  if (level === "safe") return `Safe: ${code(changes.stack)}${words.slice("safe:".length)}`;
  return `${code(changes.stack)} ${words}`;
}

function closing({ head }: CommentArgs): string[] {
  return head === undefined ? [] : [`<sub>For commit ${code(head.slice(0, 12))}.</sub>`];
}
