import { setTimeout as sleep } from "node:timers/promises";
import { ask, reasonOf } from "./client.ts";
import type { ClientOptions } from "./client.ts";
import { isApiDocs, isHealthy, redirectsTo } from "./expectations.ts";
import type { Expectation } from "./expectations.ts";
import type { SmokeTarget } from "./targets.ts";

/** How one check of one host went. */
export interface SmokeResult {
  readonly app: string;
  readonly check: "health" | "apiDocs" | "redirect";
  readonly url: string;
  readonly passed: boolean;
  /** Why it failed. */
  readonly reason?: string;
}

export interface SmokeOptions extends ClientOptions {
  /** Until when a check may be repeated: names, certificates and routes may be new. */
  readonly timeoutSeconds: number;
  /** Pause between two attempts. @default 1000 */
  readonly intervalMs?: number;
}

/** Passes in a row that count: one may be the last of the old pods. */
const healthPasses = 3;
const attemptTimeoutMs = 10_000;

/** Asks every host for everything, all at once; results are in the order of the targets. */
export function smoke(
  targets: readonly SmokeTarget[],
  options: SmokeOptions,
): Promise<SmokeResult[]> {
  const deadline = performance.now() + options.timeoutSeconds * 1000;
  return Promise.all(
    targets.flatMap((target) => checksOf(target).map((each) => repeat(each, options, deadline))),
  );
}

interface SmokeCheck extends Pick<SmokeResult, "app" | "check" | "url"> {
  readonly passes: number;
  readonly expectation: Expectation;
}

function checksOf(target: SmokeTarget): SmokeCheck[] {
  const { app, host, apiDocs } = target;
  const health = `${host}${target.health}`;
  return [
    {
      app,
      check: "health",
      url: `https://${health}`,
      passes: healthPasses,
      expectation: isHealthy,
    },
    ...(apiDocs === undefined
      ? []
      : [
          {
            app,
            check: "apiDocs" as const,
            url: `https://${host}${apiDocs}`,
            passes: 1,
            expectation: isApiDocs,
          },
        ]),
    { app, check: "redirect", url: `http://${health}`, passes: 1, expectation: redirectsTo(host) },
  ];
}

/** Asks until it passed often enough in a row, or until there is no time for another attempt. */
async function repeat(
  { app, check, url, passes, expectation }: SmokeCheck,
  options: SmokeOptions,
  deadline: number,
): Promise<SmokeResult> {
  const intervalMs = options.intervalMs ?? 1000;
  let inARow = 0;
  let last: string | undefined;
  for (;;) {
    const left = Math.max(Math.round(deadline - performance.now()), 1000);
    const reason = await attempt(url, expectation, options, Math.min(attemptTimeoutMs, left));
    inARow = reason === undefined ? inARow + 1 : 0;
    last = reason ?? last;
    if (inARow >= passes) return { app, check, url, passed: true };
    if (performance.now() + intervalMs > deadline) break;
    await sleep(intervalMs);
  }
  const so = inARow === 0 ? "" : `passed ${String(inARow)} of ${String(passes)} times in a row`;
  const reason = [so, last ?? ""].filter((part) => part !== "").join(", before that: ");
  return { app, check, url, passed: false, reason };
}

async function attempt(
  url: string,
  expectation: Expectation,
  options: ClientOptions,
  timeoutMs: number,
): Promise<string | undefined> {
  try {
    return expectation(await ask(new URL(url), options, timeoutMs));
  } catch (error) {
    return reasonOf(error);
  }
}
