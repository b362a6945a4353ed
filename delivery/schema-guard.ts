import { basename } from "node:path";
import { lintMigrations } from "../components/workloads/migration-lint.ts";
import type { ApplicationConfiguration } from "../config/schema.ts";
import type { Check } from "./check.ts";
import { shortSha } from "./commit.ts";
import type { Git } from "./git.ts";
import type { Past } from "./past.ts";
import type { Stack } from "./stack.ts";

export interface SchemaGuardArgs {
  readonly stack: Stack;
  readonly app: string;
  readonly settings: ApplicationConfiguration;
  /** Commit that is released. */
  readonly to: string;
  readonly past: Past;
  /** This repository. */
  readonly git: Git;
  /** The application's repository, where it is at hand. */
  readonly source: Git | undefined;
}

/** A version of the application that has to live with a newer schema. */
interface Survivor {
  readonly sha: string;
  /** Whether it is released anew: else it runs, until the new version is healthy. */
  readonly goingBack: boolean;
}

/**
 * Judges the migrations that a version meets without knowing them: the version that runs, while the
 * new one starts, or the older one that is put back. Schema goes forward only, so additions pass and
 * what takes something away is refused.
 */
export async function guardSchema(args: SchemaGuardArgs): Promise<Check[]> {
  const { settings, app, past, to } = args;
  const { migration } = settings;
  if (migration === undefined) return [];
  const goingBack = past.shas.includes(to);
  const sha = goingBack ? to : past.running;
  if (sha === undefined)
    return [passed(`${app} does not run yet, so that no migration can break it`)];
  const survivor = { sha, goingBack };
  if (migration.type === "command")
    return [skipped(`the migration of ${app} is a command of its image: its steps can't be read`)];
  const files =
    migration.sql.type === "directory"
      ? await unknownInDirectory(args, survivor, migration.sql.path.replace(/\/+$/, ""))
      : await unknownInImage(args, survivor);
  return "outcome" in files ? [files] : judge(files.sql, survivor, args);
}

type Unknown = { readonly sql: Readonly<Record<string, string>> } | Check;

/** SQL beside the stack file that is new since the revision from which the survivor was released. */
async function unknownInDirectory(
  { stack, app, git, past }: SchemaGuardArgs,
  survivor: Survivor,
  directory: string,
): Promise<Unknown> {
  const short = shortSha(survivor.sha);
  const revision = past.revisionOf(survivor.sha);
  if (revision === undefined || !(await git.isRepository()))
    return skipped(`${past.source} has no revision of this repository for ${app} ${short}`);
  if ((await git.commitOf(revision)) === undefined)
    return refused(
      `migrations can't be judged: ${app} ${short} was released from revision ${shortSha(revision)}, which is not in this clone: fetch it (git fetch --unshallow)`,
    );
  const changed = await git.changedSince(revision, directory);
  const texts = stack.sql[app] ?? {};
  return { sql: pick(texts, new Set(changed.map((file) => file.slice(directory.length + 1)))) };
}

/** SQL of the application's repository that the survivor's commit does not have. */
async function unknownInImage(
  { app, settings, to, source }: SchemaGuardArgs,
  survivor: Survivor,
): Promise<Unknown> {
  if (source === undefined)
    return skipped(
      `the SQL of ${app} is in its image: give its repository (--source <directory>) to have it judged`,
    );
  const newest = survivor.goingBack ? settings.image.sha : to;
  for (const sha of [survivor.sha, newest])
    if ((await source.commitOf(sha)) === undefined)
      return refused(
        `migrations can't be judged: ${app} ${shortSha(sha)} is not in ${source.directory}: fetch it, or give another --source`,
      );
  const files = await source.sqlBetween(survivor.sha, newest);
  const migrations = Object.entries(files).filter(([file]) =>
    /^(?:V\d[\d._]*|R)__.+\.sql$/.test(basename(file)),
  );
  return { sql: Object.fromEntries(migrations) };
}

function judge(
  sql: Readonly<Record<string, string>>,
  { sha, goingBack }: Survivor,
  { app, settings }: SchemaGuardArgs,
): Check[] {
  const short = shortSha(sha);
  const breaking = lintMigrations(sql, settings.database?.engine ?? "postgres");
  if (breaking.length === 0) {
    const count = Object.keys(sql).filter((file) => file.endsWith(".sql")).length;
    const files = count === 1 ? "1 migration" : `${String(count)} migrations`;
    return [
      passed(
        count === 0
          ? `no migration that ${app} ${short} does not know`
          : `${files} that ${app} ${short} does not know, none of which breaks it`,
      ),
    ];
  }
  const why = goingBack
    ? `came after ${app} ${short} and may break it`
    : `may break ${app} ${short}, which runs until the new version is healthy`;
  return breaking.map(({ file, line, statement, advice }) =>
    refused(`${file}:${String(line)} ${why}: ${statement}: ${advice}`),
  );
}

function pick(
  texts: Readonly<Record<string, string>>,
  names: ReadonlySet<string>,
): Record<string, string> {
  return Object.fromEntries(Object.entries(texts).filter(([name]) => names.has(name)));
}

const passed = (text: string): Check => ({ outcome: "passed", text });
const skipped = (text: string): Check => ({ outcome: "skipped", text });
const refused = (text: string): Check => ({ outcome: "refused", text });
