import { shortSha } from "./commit.ts";
import type { Release } from "./release.ts";

/** Commit message of a release: what goes where in the subject, why it may in the body. */
export function releaseMessage(
  verb: "release" | "roll back",
  stack: string,
  { app, from, to, tag, checks }: Release,
): string {
  const target = verb === "release" ? (tag ?? shortSha(to)) : `to ${shortSha(to)}`;
  return [
    `${stack}: ${verb} ${app} ${target}`,
    "",
    `From ${from}`,
    `to   ${to}${tag === undefined ? "" : ` (${tag})`}.`,
    "",
    ...checks.map(({ outcome, text }) => `${outcome}: ${text}`),
  ].join("\n");
}
