import { parseEcrRepository } from "../components/workloads/image.ts";
import type { Check } from "./check.ts";
import { shortSha } from "./commit.ts";
import { tagsOf } from "./ecr.ts";
import { historyName } from "./histories.ts";
import type { Histories } from "./histories.ts";
import { healthyUpdate } from "./releases.ts";
import { appOf } from "./stack.ts";
import type { Stack } from "./stack.ts";

/**
 * Whether a commit did well in every stack that comes before this one, or here. The evidence is a tag
 * of its image in ECR, which a deployment gives when the smoke test has passed. Images of another
 * registry have none: there it is Pulumi's history, since `up` ends well only when every rollout did.
 *
 * @param after - the stacks that are asked; by default all of `releases.after`.
 */
export async function checkEvidence(
  stack: Stack,
  app: string,
  sha: string,
  histories: Histories,
  after: readonly string[] = stack.configuration.releases.after,
): Promise<Check[]> {
  const commit = `${app} ${shortSha(sha)}`;
  if (after.length === 0) return [];
  const passed = await passedStacks(stack, app, sha);
  if (passed === undefined) return checkHistories(stack, app, sha, histories, after);
  if (passed(stack.name))
    return [{ outcome: "passed", text: `${commit} passed the smoke test of ${stack.name} before` }];
  return after.map((earlier) =>
    passed(earlier)
      ? { outcome: "passed", text: `${commit} passed the smoke test of ${earlier}` }
      : {
          outcome: "refused",
          text: `${commit} never passed the smoke test of ${earlier}: release it there first (slipway release ${earlier} ${app} ${sha}) and have it deployed (config slipway:releases)`,
        },
  );
}

/** Why the commits of a stack's file may not run there, one line each. */
export async function missingEvidence(
  stack: Stack,
  histories: Histories,
  after?: readonly string[],
): Promise<string[]> {
  const checks = await Promise.all(
    Object.entries(stack.configuration.apps).map(([app, { image }]) =>
      checkEvidence(stack, app, image.sha, histories, after),
    ),
  );
  return checks.flat().flatMap(({ outcome, text }) => (outcome === "refused" ? [text] : []));
}

/**
 * Tells of which stacks a commit of an application passed the smoke test; undefined where its image is
 * not in ECR, so that nothing records it. `.github/scripts/tag-deployed.sh` gives the tags.
 *
 * @throws UserError where ECR can't be asked.
 */
export async function passedStacks(
  stack: Stack,
  app: string,
  sha: string,
): Promise<((name: string) => boolean) | undefined> {
  const ecr = parseEcrRepository(appOf(stack, app).image.repository);
  if (ecr === undefined) return undefined;
  const tags = await tagsOf(ecr, sha, stack.root);
  return (name) => tags.includes(`deployed-${name}-${sha}-passed`);
}

async function checkHistories(
  { name }: Stack,
  app: string,
  sha: string,
  histories: Histories,
  after: readonly string[],
): Promise<Check[]> {
  const commit = `${app} ${shortSha(sha)}`;
  const noRecord =
    "whether it passed the smoke test is on no record, since its image is not in ECR";
  const here = healthyUpdate(await histories.of(name), app, sha);
  if (here !== undefined)
    return [
      {
        outcome: "passed",
        text: `${commit} ran in ${name} before (${here.startedAt}); ${noRecord}`,
      },
    ];
  return Promise.all(
    after.map(async (earlier): Promise<Check> => {
      const updates = await histories.of(earlier);
      const update = healthyUpdate(updates, app, sha);
      return update === undefined
        ? {
            outcome: "refused",
            text: `${commit} never ran in ${earlier} by ${historyName(updates)}: release it there first (slipway release ${earlier} ${app} ${sha}) and run \`pulumi up -s ${earlier}\` (config slipway:releases)`,
          }
        : {
            outcome: "passed",
            text: `${commit} ran in ${earlier} (${update.startedAt}); ${noRecord}`,
          };
    }),
  );
}
