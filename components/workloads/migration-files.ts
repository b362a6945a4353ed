import { createHash } from "node:crypto";

/** What is wrong with a directory of migrations, and what is only strange. */
export interface MigrationFilesVerdict {
  /** Mistakes that Flyway or Kubernetes would stumble over. */
  readonly problems: string[];
  /** Gaps in the versions, which Flyway accepts, and files that it does not read. */
  readonly warnings: string[];
}

/** Content of all files together; the rest of ConfigMap's 1 MiB is for the object around them. */
const maxBytes = 1024 * 1024 - 4096;

const versioned = /^V(?<version>\d+(?:[._]\d+)*)__(?<description>.*)\.sql$/;
const repeatable = /^R__(?<description>.*)\.sql$/;
const undo = /^U\d+(?:[._]\d+)*__.*\.sql$/;
/** Settings of one script, such as `executeInTransaction=false`. */
const scriptSettings = /\.sql\.conf$/;

/** Files of the directory that a migration needs. */
export function migrationFiles(files: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(files)
      .filter(([name]) => isMigrationFile(name))
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

/** Checks names, versions and size of migrations before anything is deployed. */
export function checkMigrationFiles(
  files: Readonly<Record<string, string>>,
): MigrationFilesVerdict {
  const names = Object.keys(files).sort();
  const problems = names.flatMap((name) => nameProblems(name, files));
  problems.push(...duplicates(names));
  const bytes = Object.entries(migrationFiles(files)).reduce(
    (sum, [name, sql]) => sum + Buffer.byteLength(name) + Buffer.byteLength(sql),
    0,
  );
  if (bytes > maxBytes)
    problems.push(
      `the migrations have ${String(bytes)} bytes and a ConfigMap holds ${String(maxBytes)}: ` +
        "keep them in the application's image (migration.sql.type: image)",
    );
  const ignored = names.filter((name) => !isMigrationFile(name));
  return {
    problems,
    warnings: [...gaps(names), ...ignored.map((name) => `${name} is no .sql file and is left out`)],
  };
}

/** What decides that a migration runs again. */
export interface MigrationIdentity {
  /** SQL by file name, or the image and directory or command that bring it. */
  readonly content: Readonly<Record<string, string>>;
  /** Image of the migrator. */
  readonly migrator: string;
  /** Database that is migrated. */
  readonly target: string;
  /** Settings of the migrator. */
  readonly settings: Readonly<Record<string, string>>;
}

/** Hash over everything that makes a migration what it is, whatever the order of its parts. */
export function migrationHash(identity: MigrationIdentity): string {
  const sorted = (values: Readonly<Record<string, string>>) =>
    Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash("sha256")
    .update(
      JSON.stringify([
        sorted(identity.content),
        identity.migrator,
        identity.target,
        sorted(identity.settings),
      ]),
    )
    .digest("hex");
}

function isMigrationFile(name: string): boolean {
  return name.endsWith(".sql") || scriptSettings.test(name);
}

function nameProblems(name: string, files: Readonly<Record<string, string>>): string[] {
  if (!isMigrationFile(name)) return [];
  if (name.includes("/"))
    return [`${name} lies in a subdirectory: put all migrations into one directory`];
  if (scriptSettings.test(name))
    return name.slice(0, -".conf".length) in files
      ? []
      : [`${name} has no script ${name.slice(0, -".conf".length)} beside it`];
  if (undo.test(name))
    return [
      `${name} is an undo migration, which needs a paid edition of Flyway: ` +
        "write a new versioned migration that goes forward",
    ];
  const description = (versioned.exec(name) ?? repeatable.exec(name))?.groups?.["description"];
  if (description === undefined)
    return [
      `${name} is no name of a migration: call it V<version>__<description>.sql ` +
        "(such as V1__create_accounts.sql) or R__<description>.sql",
    ];
  if (!/[A-Za-z0-9]/.test(description))
    return [`${name} has an empty description: say after the two underscores what it does`];
  if (!/^[-._a-zA-Z0-9]{1,253}$/.test(name))
    return [`${name} may only have letters, digits, hyphens, dots and underscores`];
  return [];
}

function duplicates(names: readonly string[]): string[] {
  const byVersion = new Map<string, string[]>();
  for (const name of names) {
    const version = versioned.exec(name)?.groups?.["version"];
    if (version === undefined) continue;
    const normal = normalVersion(version);
    byVersion.set(normal, [...(byVersion.get(normal) ?? []), name]);
  }
  return [...byVersion]
    .filter(([, same]) => same.length > 1)
    .map(
      ([version, same]) =>
        `version ${version} exists ${String(same.length)} times: ${same.join(", ")}`,
    );
}

/** Flyway reads `1`, `01`, `1.0` and `1_0` as one version. */
function normalVersion(version: string): string {
  const parts = version.split(/[._]/).map((part) => BigInt(part).toString());
  while (parts.length > 1 && parts.at(-1) === "0") parts.pop();
  return parts.join(".");
}

/** Only versions that count 1, 2, 3 can have gaps; dates and dotted versions can't. */
function gaps(names: readonly string[]): string[] {
  const versions = names
    .map((name) => versioned.exec(name)?.groups?.["version"])
    .filter((version) => version !== undefined);
  if (!versions.every((version) => /^0*\d{1,4}$/.test(version))) return [];
  const numbers = [...new Set(versions.map(Number))].sort((a, b) => a - b);
  return numbers.flatMap((number, index) => {
    const previous = numbers[index - 1];
    if (previous === undefined || number === previous + 1) return [];
    const missing =
      number === previous + 2
        ? `version ${String(previous + 1)} is`
        : `versions ${String(previous + 1)} to ${String(number - 1)} are`;
    return [`${missing} missing between ${String(previous)} and ${String(number)}`];
  });
}
