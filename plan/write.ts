import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { manifestsOf } from "./manifests.ts";
import type { Plan } from "./plan.ts";
import { renderReport } from "./report.ts";

/** Plan as `plan.json` holds it: the same plan gives the same bytes. */
export function planJson(plan: Plan): string {
  return `${JSON.stringify(plan, null, 2)}\n`;
}

/**
 * Writes `plan.json`, `report.html` and `manifests/` into a directory. A reader sees the old files
 * or the new ones: everything is written aside and then moved into place.
 */
export function writePlan(plan: Plan, directory: string): void {
  const aside = `${directory}.new`;
  rmSync(aside, { recursive: true, force: true });
  const write = (file: string, text: string) => {
    const path = join(aside, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  };
  write("plan.json", planJson(plan));
  write("report.html", renderReport(plan));
  for (const [file, text] of manifestsOf(plan.resources)) write(join("manifests", file), text);
  rmSync(directory, { recursive: true, force: true });
  renameSync(aside, directory);
}
