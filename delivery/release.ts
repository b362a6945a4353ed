import type { Check } from "./check.ts";
import { parseReference, recordedSpelling, sameCommit, shortSha } from "./commit.ts";
import { UserError } from "./user-error.ts";
import { checkEvidence, passedStacks } from "./evidence.ts";
import { Git } from "./git.ts";
import type { Histories } from "./histories.ts";
import { checkImage } from "./image-check.ts";
import { committedPast, committedReleases, recordedPast, releasedBefore } from "./past.ts";
import type { Past } from "./past.ts";
import { goodShas } from "./releases.ts";
import { guardSchema } from "./schema-guard.ts";
import { withSha } from "./stack-file-edit.ts";
import { appOf } from "./stack.ts";
import type { Stack } from "./stack.ts";

export interface ReleaseOptions {
  /** Directory of the application's git repository: resolves tags, holds its migrations. */
  readonly source: string | undefined;
  /** Pulumi's histories; undefined offline, where neither they nor ECR are asked. */
  readonly histories: Histories | undefined;
  /** Releases although a migration may break a version that serves. */
  readonly allowBreakingMigration: boolean;
}

/** A release that passed every check, and the stack file that makes it so. */
export interface Release {
  readonly app: string;
  readonly from: string;
  readonly to: string;
  /** Tag that the user named. */
  readonly tag?: string;
  /** New text of the stack file. */
  readonly text: string;
  readonly checks: readonly Check[];
}

/**
 * Prepares the release of a commit or tag.
 *
 * @throws UserError with every reason why it can't be.
 */
export async function prepareRelease(
  stack: Stack,
  app: string,
  named: string,
  options: ReleaseOptions,
): Promise<Release> {
  const { histories } = options;
  const reference = parseReference(named);
  const settings = appOf(stack, app);
  const past = await pastOf(stack, app, options);
  const elsewhere = await shasElsewhere(stack, app, options);
  const resolved =
    reference.type === "commit" ? reference.sha : await resolveTag(reference.tag, stack, options);
  const to = recordedSpelling(resolved, [...elsewhere, ...past.shas, settings.image.sha]);
  const release = await prepare(stack, app, to, past, options, () =>
    histories === undefined
      ? stack.configuration.releases.after.map((name) =>
          skipped(
            `whether ${app} ${shortSha(to)} passed the smoke test of ${name} was not looked up (--offline)`,
          ),
        )
      : checkEvidence(stack, app, to, histories),
  );
  return reference.type === "tag" ? { ...release, tag: reference.tag } : release;
}

/** Each candidate is a question to ECR. */
const mostCandidates = 10;

/**
 * Prepares the way back: to the newest commit from before the current one that passed the smoke test
 * here, to the newest where none is known to have passed, or to `to`.
 *
 * @throws UserError where there is none, or with every reason why it can't be.
 */
export async function prepareRollback(
  stack: Stack,
  app: string,
  to: string | undefined,
  options: ReleaseOptions,
): Promise<Release> {
  const current = appOf(stack, app).image.sha;
  const past = await pastOf(stack, app, options);
  const candidates =
    to === undefined
      ? releasedBefore(past, current).slice(0, mostCandidates)
      : [await namedPast(stack, app, to, past, options)];
  const [newest] = candidates;
  if (newest === undefined)
    throw new UserError(
      `${app} of ${stack.name} has nothing to go back to: ${past.source} has no commit from before ${shortSha(current)}: name one (--to <commit>)`,
      1,
    );
  const passed = options.histories && (await firstPassed(stack, app, candidates));
  const sha = passed ?? newest;
  const commit = `${app} ${shortSha(sha)}`;
  return prepare(stack, app, sha, past, options, () => [
    passed !== undefined
      ? { outcome: "passed", text: `${commit} passed the smoke test of ${stack.name} before` }
      : skipped(
          options.histories === undefined
            ? `whether ${commit} passed the smoke test of ${stack.name} was not looked up (--offline)`
            : `nothing records that ${commit} passed the smoke test of ${stack.name}`,
        ),
  ]);
}

/** The commit of the past that a user named. */
async function namedPast(
  stack: Stack,
  app: string,
  to: string,
  past: Past,
  options: ReleaseOptions,
): Promise<string> {
  const reference = parseReference(to);
  const wanted =
    reference.type === "commit" ? reference.sha : await resolveTag(reference.tag, stack, options);
  const sha = recordedSpelling(wanted, past.shas);
  if (past.shas.includes(sha)) return sha;
  const current = appOf(stack, app).image.sha;
  const others = new Set(past.shas.filter((other) => !sameCommit(other, current)).map(shortSha));
  throw new UserError(
    `--to is ${JSON.stringify(to)}, which ${app} of ${stack.name} never ran by ${past.source}: give one of ${[...others].join(", ") || "none"}, or use \`slipway release\``,
    1,
  );
}

async function firstPassed(
  stack: Stack,
  app: string,
  shas: readonly string[],
): Promise<string | undefined> {
  for (const sha of shas) if ((await passedStacks(stack, app, sha))?.(stack.name)) return sha;
  return undefined;
}

async function prepare(
  stack: Stack,
  app: string,
  to: string,
  past: Past,
  options: ReleaseOptions,
  evidenceOf: () => Promise<Check[]> | Check[],
): Promise<Release> {
  const settings = appOf(stack, app);
  const { repository, sha: from } = settings.image;
  if (from === to) return { app, from, to, text: stack.text, checks: [] };
  const git = new Git(stack.root);
  const source = options.source === undefined ? undefined : new Git(options.source);
  const [image, evidence, schema] = await Promise.all([
    options.histories === undefined
      ? skipped(`image ${repository}:${to} was not looked up (--offline)`)
      : checkImage(stack, repository, to),
    evidenceOf(),
    guardSchema({ stack, app, settings, to, past, git, source }),
  ]);
  const migrations = schema.map((check) => waived(check, options));
  const checks = [image, ...evidence, ...migrations];
  const refused = checks.filter(({ outcome }) => outcome === "refused");
  if (refused.length > 0)
    throw new UserError(
      [
        `${app} ${shortSha(to)} is not released to ${stack.name}:`,
        ...refused.map(({ text }) => `  ${text}`),
        ...(migrations.some(({ outcome }) => outcome === "refused")
          ? ["  (--allow-breaking-migration takes the risk of what is said of migrations)"]
          : []),
      ].join("\n"),
      1,
    );
  return { app, from, to, text: withSha(stack.text, app, to), checks };
}

async function pastOf(stack: Stack, app: string, { histories }: ReleaseOptions): Promise<Past> {
  if (histories !== undefined) return recordedPast(await histories.of(stack.name), app);
  const git = new Git(stack.root);
  return committedPast(await committedReleases(git, stack.file), app);
}

async function shasElsewhere(
  { configuration: { releases } }: Stack,
  app: string,
  { histories }: ReleaseOptions,
): Promise<string[]> {
  if (histories === undefined) return [];
  const all = await Promise.all(releases.after.map((name) => histories.of(name)));
  return all.flatMap((updates) => goodShas(updates, app));
}

async function resolveTag(tag: string, stack: Stack, { source }: ReleaseOptions): Promise<string> {
  const git = new Git(source ?? stack.root);
  const commit = await git.commitOf(`refs/tags/${tag}`);
  if (commit === undefined)
    throw new UserError(
      `commit is ${JSON.stringify(tag)}, which is no tag of ${git.directory}: fetch it (git fetch --tags), or give the application's repository (--source <directory>)`,
      2,
    );
  return commit;
}

function waived(check: Check, { allowBreakingMigration }: ReleaseOptions): Check {
  return check.outcome === "refused" && allowBreakingMigration
    ? { outcome: "skipped", text: `${check.text} (--allow-breaking-migration)` }
    : check;
}

function skipped(text: string): Check {
  return { outcome: "skipped", text };
}
