import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/** Texts of all files of a directory by name; undefined where there is no such directory. */
export function readTexts(directory: string): Record<string, string> | undefined {
  if (statSync(directory, { throwIfNoEntry: false })?.isDirectory() !== true) return undefined;
  const files = readdirSync(directory, { recursive: true, encoding: "utf8" })
    .filter((file) => statSync(join(directory, file)).isFile())
    .sort();
  return Object.fromEntries(
    files.map((file) => [file, readFileSync(join(directory, file), "utf8")]),
  );
}
