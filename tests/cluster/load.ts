import assert from "node:assert/strict";
import type { Agent } from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import { ask, keptConnections } from "./https.ts";
import type { Question } from "./https.ts";
import { core, eventually, isReady, podsOf } from "./kubernetes.ts";

/** What became of the requests of a load. */
export interface Outcome {
  readonly requests: number;
  /** Why each of the others failed, with how often. */
  readonly failures: ReadonlyMap<string, number>;
  readonly failed: number;
  /** When the last of them failed, by `performance.now()`. @default none did */
  readonly lastFailure?: number;
}

export interface LoadArgs extends Omit<Question, "agent"> {
  /** Asked anew for every request, so that traffic can move. */
  readonly address: () => string;
  readonly perSecond: number;
  /** Whether connections are used for more than one request. */
  readonly keepAlive: boolean;
  /** @default only 200 is a success */
  readonly accept?: (status: number, body: string) => boolean;
}

/**
 * Sends requests at a constant rate, however slow the answers are: a client that waits for the last
 * answer would hide an outage by asking less.
 *
 * autocannon does not serve here: with a new connection for every request it drops answers, and it
 * never verifies a certificate.
 */
export class Load {
  readonly #agent: Agent | undefined;
  readonly #args: LoadArgs;
  readonly #failures = new Map<string, number>();
  readonly #open = new Set<Promise<void>>();
  readonly #timer: NodeJS.Timeout;
  readonly #started = performance.now();
  #sent = 0;
  #lastFailure: number | undefined;

  constructor(args: LoadArgs) {
    this.#args = args;
    this.#agent = args.keepAlive ? keptConnections() : undefined;
    this.#timer = setInterval(() => {
      const due = ((performance.now() - this.#started) / 1000) * args.perSecond;
      while (this.#sent < due) this.#send();
    }, 5);
  }

  #send(): void {
    this.#sent += 1;
    const request = this.#ask().finally(() => this.#open.delete(request));
    this.#open.add(request);
  }

  async #ask(): Promise<void> {
    const { address, accept = (status) => status === 200, ...question } = this.#args;
    try {
      const { status, body } = await ask(address(), {
        // As patient as a browser: what is counted is what is lost, not what is slow.
        timeoutSeconds: 30,
        ...question,
        ...(this.#agent === undefined ? {} : { agent: this.#agent }),
      });
      if (!accept(status, body)) this.#fail(`status ${String(status)}`);
    } catch (error) {
      this.#fail(error instanceof Error ? error.message : String(error));
    }
  }

  #fail(reason: string): void {
    this.#lastFailure = performance.now();
    this.#failures.set(reason, (this.#failures.get(reason) ?? 0) + 1);
  }

  /** Sends no more, and waits for the last answer. */
  async stop(): Promise<Outcome> {
    clearInterval(this.#timer);
    await Promise.all(this.#open);
    this.#agent?.destroy();
    const failed = [...this.#failures.values()].reduce((sum, count) => sum + count, 0);
    return {
      requests: this.#sent,
      failures: this.#failures,
      failed,
      ...(this.#lastFailure === undefined ? {} : { lastFailure: this.#lastFailure }),
    };
  }
}

/**
 * The load that releases are judged by. One half asks on connections that are kept, as browsers do;
 * the other sends on a new connection each time, by POST, which nobody on the way may send twice.
 */
export class MixedLoad {
  readonly #halves: readonly Load[];

  constructor(args: Pick<LoadArgs, "address" | "host">, perSecond = 120) {
    const common = { ...args, perSecond: perSecond / 2, path: "/echo" };
    this.#halves = [
      new Load({ ...common, keepAlive: true }),
      new Load({ ...common, keepAlive: false, method: "POST", body: "x" }),
    ];
  }

  /** Sends no more, waits for the last answer, and adds both halves up. */
  async stop(): Promise<Outcome> {
    const outcomes = await Promise.all(this.#halves.map((half) => half.stop()));
    const failures = new Map<string, number>();
    for (const outcome of outcomes)
      for (const [reason, count] of outcome.failures)
        failures.set(reason, (failures.get(reason) ?? 0) + count);
    const times = outcomes.flatMap(({ lastFailure }) => lastFailure ?? []);
    return {
      requests: outcomes.reduce((sum, { requests }) => sum + requests, 0),
      failures,
      failed: outcomes.reduce((sum, { failed }) => sum + failed, 0),
      ...(times.length === 0 ? {} : { lastFailure: Math.max(...times) }),
    };
  }
}

/** Does something under the load; what became of its requests. */
export async function underLoad(
  args: Pick<LoadArgs, "address" | "host">,
  act: () => Promise<void>,
): Promise<Outcome> {
  const load = new MixedLoad(args);
  // A load that went on after a failure would spoil the tests that follow.
  let outcome: Outcome | undefined;
  try {
    await act();
  } finally {
    outcome = await load.stop();
  }
  return outcome;
}

/** What a test prints, and says when requests were lost. */
export function described({ requests, failed, failures }: Outcome): string {
  const reasons = [...failures].map(([reason, count]) => `${String(count)} ${reason}`);
  return `${String(failed)} of ${String(requests)} requests failed${reasons.length === 0 ? "" : `: ${reasons.join(", ")}`}`;
}

/** Fails unless every request of a load was answered. */
export function assertNoneFailed(outcome: Outcome): void {
  assert.equal(outcome.failed, 0, described(outcome));
}

/**
 * Waits until the edge has forgotten the pods of the test before: none is on its way out any more,
 * and a load of two seconds is answered.
 */
export async function steady(app: string, address: string, host?: string): Promise<void> {
  await eventually(`the end of the old pods of ${app}`, 60, async () => {
    const { items } = await core.listNamespacedPod({
      namespace: app,
      labelSelector: `app.kubernetes.io/name=${app}`,
    });
    const serving = await podsOf(app);
    return items.length === serving.length && serving.every(isReady) ? true : undefined;
  });
  await eventually("two seconds without a failure", 60, async () => {
    const outcome = await underLoad({ address: () => address, ...(host && { host }) }, () =>
      sleep(2000),
    );
    return outcome.failed === 0 ? true : undefined;
  });
}
