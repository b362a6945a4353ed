import { join } from "node:path";
import { measure, medianCost } from "./measure.ts";
import type { Cost } from "./measure.ts";

/** `npm run bench`: what planning and comments cost, and how planning grows with the number of applications. */
const root = join(import.meta.dirname, "..");
const child = join(import.meta.dirname, "child.ts");
const runs = Number(process.argv[2] ?? "5");

const cases: readonly (readonly [string, readonly string[], number])[] = [
  ["plan of staging, complete", [join(root, "cli", "main.ts"), "plan", "staging"], runs],
  ["program alone, staging", [child], runs],
  ["program alone, 250 applications", [child, "250"], Math.min(runs, 3)],
  ["program alone, 500 applications", [child, "500"], Math.min(runs, 3)],
  ["program alone, 1,000 applications", [child, "1000"], Math.min(runs, 3)],
  ["comment on 1,000 changed resources", [join(import.meta.dirname, "comment.ts")], runs],
];

const rows: [string, Cost][] = [];
console.log("| what | wall s | processor s | peak MiB |\n| --- | --- | --- | --- |");
for (const [name, args, times] of cases) {
  const cost = medianCost(times, () => measure(args, root));
  rows.push([name, cost]);
  const { wallSeconds, cpuSeconds, peakMib } = cost;
  console.log(
    `| ${name} | ${wallSeconds.toFixed(2)} | ${cpuSeconds.toFixed(2)} | ${peakMib.toFixed(0)} |`,
  );
}
console.log("\n| ratio | time | memory |\n| --- | --- | --- |");
for (const [smaller, larger] of [
  [2, 3],
  [3, 4],
] as const) {
  const [from, to] = [rows[smaller], rows[larger]];
  if (from === undefined || to === undefined) continue;
  const time = to[1].cpuSeconds / from[1].cpuSeconds;
  const memory = to[1].peakMib / from[1].peakMib;
  console.log(`| ${to[0]} / ${from[0]} | ${time.toFixed(2)} | ${memory.toFixed(2)} |`);
}
