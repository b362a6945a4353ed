import { z } from "zod";
import type { StackChanges } from "../plan/changes/stack-changes.ts";
import { driftedStacks, driftMarker, driftReport, settledBody } from "./drift-report.ts";
import type { GitHub } from "./github.ts";
import { findOurs, written } from "./authorship.ts";

const issue = written.extend({ number: z.number(), pull_request: z.unknown().optional() });

/** What was done with the issue; `none` where there is no drift and no issue. */
export type DriftOutcome =
  | { readonly action: "none" }
  | { readonly action: "opened" | "updated" | "closed"; readonly url: string };

/**
 * Keeps one issue on drift: opens it, brings it up to date, and closes it when nothing drifts.
 *
 * @throws GitHubError that says in one line what to do.
 */
export async function keepDriftIssue(
  github: GitHub,
  stacks: readonly StackChanges[],
): Promise<DriftOutcome> {
  const open = await github.list("issues?state=open", issue);
  const issues = open.filter(({ pull_request }) => pull_request == null);
  const ours = await findOurs(github, issues, driftMarker);
  const drifted = driftedStacks(stacks);
  if (drifted.length === 0) {
    if (ours === undefined) return { action: "none" };
    const { html_url } = await github.send(
      "PATCH",
      `issues/${String(ours.number)}`,
      { state: "closed", state_reason: "completed", body: settledBody },
      issue,
    );
    return { action: "closed", url: html_url };
  }
  const report = driftReport(drifted);
  const answer = await (ours === undefined
    ? github.send("POST", "issues", report, issue)
    : github.send("PATCH", `issues/${String(ours.number)}`, report, issue));
  return { action: ours === undefined ? "opened" : "updated", url: answer.html_url };
}
