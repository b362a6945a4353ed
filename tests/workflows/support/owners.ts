import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../../support/plans.ts";
import { textOf } from "./workflow.ts";

/** One line of CODEOWNERS. */
export interface Rule {
  readonly pattern: string;
  readonly owners: readonly string[];
}

/** The lines of CODEOWNERS, in order: the last that matches a path decides. */
export const rules: readonly Rule[] = textOf("CODEOWNERS")
  .split("\n")
  .filter((line) => line !== "" && !line.startsWith("#"))
  .map((line) => {
    const [pattern = "", ...owners] = line.split(/\s+/);
    return { pattern, owners };
  });

/** Every file of the repository, new ones included. */
export const files: readonly string[] = git(
  "ls-files",
  "--cached",
  "--others",
  "--exclude-standard",
);

/** Files that a pattern matches. CODEOWNERS uses the rules of gitignore, so git itself is asked. */
export function matched(pattern: string): readonly string[] {
  const directory = mkdtempSync(join(tmpdir(), "slipway-owners-"));
  try {
    const file = join(directory, "pattern");
    writeFileSync(file, `${pattern}\n`);
    return git("ls-files", "--cached", "--others", "--ignored", `--exclude-from=${file}`);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function git(...args: string[]): string[] {
  const { status, stdout, stderr } = spawnSync("git", [...args, "-z"], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 1 << 26,
  });
  if (status !== 0) throw new Error(stderr);
  return stdout.split("\0").filter((path) => path !== "" && !path.startsWith("node_modules"));
}
