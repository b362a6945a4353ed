import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { requireEngine, root, Sandbox } from "../support/engine.ts";

/**
 * `npm run record-state -- <version>`: records the state of staging as a release leaves it, for the
 * upgrade test. Where and when it was made is left out.
 */
const [version = ""] = process.argv.slice(2);
if (!/^\d+\.\d+\.\d+$/.test(version)) throw new Error("give the version of the release");
requireEngine();
const sandbox = new Sandbox();
try {
  sandbox.expect(["stack", "init", "staging"]);
  sandbox.expect(["up", "--yes", "--skip-preview", "-s", "staging"]);
  const { stdout } = sandbox.expect(["stack", "export", "-s", "staging"]);
  const left = new Set(["sourcePosition", "stackTrace", "created", "modified", "createDate"]);
  const state: unknown = JSON.parse(stdout, (key, value: unknown) =>
    left.has(key) ? undefined : value,
  );
  const file = join(root, "tests", "golden", `state-staging-${version}.json.gz`);
  writeFileSync(file, gzipSync(JSON.stringify(state), { level: 9 }));
} finally {
  sandbox.close();
}
