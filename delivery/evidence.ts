import type { Check } from "./check.ts";
import { shortSha } from "./commit.ts";
import type { Histories } from "./histories.ts";
import { healthyUpdate } from "./releases.ts";
import type { Stack } from "./stack.ts";

/**
 * Whether a commit ran, healthy, in every stack that comes before this one. Pulumi's history is the
 * evidence: `up` ends well only when every rollout did. What ran here already may come back.
 */
export async function checkEvidence(
  { name, configuration }: Stack,
  app: string,
  sha: string,
  histories: Histories,
): Promise<Check[]> {
  const { after } = configuration.releases;
  if (after.length === 0) return [];
  const commit = `${app} ${shortSha(sha)}`;
  const here = healthyUpdate(await histories.of(name), app, sha);
  if (here !== undefined)
    return [{ outcome: "passed", text: `${commit} ran in ${name} before (${here.startedAt})` }];
  return Promise.all(
    after.map(async (earlier): Promise<Check> => {
      const update = healthyUpdate(await histories.of(earlier), app, sha);
      return update === undefined
        ? {
            outcome: "refused",
            text: `${commit} never ran in ${earlier}: release it there first (slipway release ${earlier} ${app} ${sha}) and run \`pulumi up -s ${earlier}\` (config slipway:releases)`,
          }
        : { outcome: "passed", text: `${commit} ran in ${earlier} (${update.startedAt})` };
    }),
  );
}

/** Why the commits of a stack's file may not run there, one line each. */
export async function missingEvidence(stack: Stack, histories: Histories): Promise<string[]> {
  const checks = await Promise.all(
    Object.entries(stack.configuration.apps).map(([app, { image }]) =>
      checkEvidence(stack, app, image.sha, histories),
    ),
  );
  return checks.flat().flatMap(({ outcome, text }) => (outcome === "refused" ? [text] : []));
}
