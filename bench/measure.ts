import { spawnSync } from "node:child_process";

/** What one process cost. */
export interface Cost {
  readonly wallSeconds: number;
  /** Processor time of the process itself, user and system. */
  readonly cpuSeconds: number;
  readonly peakMib: number;
}

/** Makes a Node process report its own cost on descriptor 3 when it ends. */
const reporter = `data:text/javascript,${encodeURIComponent(
  `import { writeSync } from "node:fs";
process.on("exit", () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  writeSync(3, JSON.stringify({ cpu: (userCPUTime + systemCPUTime) / 1e6, rss: maxRSS / 1024 }));
});`,
)}`;

/** Runs a program with this Node and measures it. */
export function measure(args: readonly string[], cwd: string): Cost {
  const started = performance.now();
  const { status, stderr, output } = spawnSync(process.execPath, ["--import", reporter, ...args], {
    cwd,
    encoding: "utf8",
    stdio: ["ignore", "ignore", "pipe", "pipe"],
    maxBuffer: 1 << 28,
  });
  const wallSeconds = (performance.now() - started) / 1000;
  if (status !== 0) throw new Error(`${args.join(" ")} failed:\n${stderr}`);
  const { cpu, rss } = JSON.parse(output[3] ?? "") as { cpu: number; rss: number };
  return { wallSeconds, cpuSeconds: cpu, peakMib: rss };
}

/** The median of each figure over several runs after a warm-up. */
export function medianCost(runs: number, run: () => Cost): Cost {
  run();
  const costs = Array.from({ length: runs }, run);
  const median = (pick: (cost: Cost) => number) => {
    const sorted = costs.map(pick).sort((a, b) => a - b);
    return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  };
  return {
    wallSeconds: median((cost) => cost.wallSeconds),
    cpuSeconds: median((cost) => cost.cpuSeconds),
    peakMib: median((cost) => cost.peakMib),
  };
}
