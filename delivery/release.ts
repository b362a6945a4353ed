import type { Check } from "./check.ts";
import { parseReference, recordedSpelling, sameCommit, shortSha } from "./commit.ts";
import { UserError } from "./user-error.ts";
import { checkEvidence } from "./evidence.ts";
import { Git } from "./git.ts";
import type { Histories } from "./histories.ts";
import { checkImage } from "./image-check.ts";
import { committedPast, committedReleases, recordedPast } from "./past.ts";
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
  const reference = parseReference(named);
  const settings = appOf(stack, app);
  const past = await pastOf(stack, app, options);
  const elsewhere = await shasElsewhere(stack, app, options);
  const resolved =
    reference.type === "commit" ? reference.sha : await resolveTag(reference.tag, stack, options);
  const to = recordedSpelling(resolved, [...elsewhere, ...past.shas, settings.image.sha]);
  const release = await prepare(stack, app, to, past, options);
  return reference.type === "tag" ? { ...release, tag: reference.tag } : release;
}

/**
 * Prepares the way back to a commit that was healthy before: the newest other one, or `to`.
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
  const others = past.shas.filter((sha) => !sameCommit(sha, current));
  const known = others.map(shortSha).join(", ");
  if (to === undefined) {
    const [last] = others;
    if (last === undefined)
      throw new UserError(
        `${app} of ${stack.name} has nothing to go back to: ${past.source} has no other commit than ${shortSha(current)}`,
        1,
      );
    return prepare(stack, app, last, past, options);
  }
  const reference = parseReference(to);
  const wanted =
    reference.type === "commit" ? reference.sha : await resolveTag(reference.tag, stack, options);
  const sha = recordedSpelling(wanted, past.shas);
  if (!past.shas.includes(sha))
    throw new UserError(
      `--to is ${JSON.stringify(to)}, which ${app} of ${stack.name} never ran by ${past.source}: give one of ${known === "" ? "none" : known}, or use \`slipway release\``,
      1,
    );
  return prepare(stack, app, sha, past, options);
}

async function prepare(
  stack: Stack,
  app: string,
  to: string,
  past: Past,
  options: ReleaseOptions,
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
    options.histories === undefined
      ? stack.configuration.releases.after.map((name) =>
          skipped(`whether ${app} ${shortSha(to)} ran in ${name} was not looked up (--offline)`),
        )
      : checkEvidence(stack, app, to, options.histories),
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
