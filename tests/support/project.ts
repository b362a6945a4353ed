import { cpSync, symlinkSync } from "node:fs";
import { basename, join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "..", "..");
const left = new Set(["node_modules", ".git", "out", ".cloud"]);

/** Copies a program of this repository without what is made anew; packages stay where they are. */
export function copyProject(program: string, target: string): void {
  cpSync(program, target, {
    recursive: true,
    filter: (source) => !left.has(basename(source)),
  });
  symlinkSync(join(root, "node_modules"), join(target, "node_modules"), "dir");
}
