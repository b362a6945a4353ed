import type { Agent } from "node:https";
import { ask, keptConnections } from "./https.ts";
import type { Question } from "./https.ts";

/** What became of the requests of a load. */
export interface Outcome {
  readonly requests: number;
  /** Why each of the others failed, with how often. */
  readonly failures: ReadonlyMap<string, number>;
  readonly failed: number;
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
    this.#failures.set(reason, (this.#failures.get(reason) ?? 0) + 1);
  }

  /** Sends no more, and waits for the last answer. */
  async stop(): Promise<Outcome> {
    clearInterval(this.#timer);
    await Promise.all(this.#open);
    this.#agent?.destroy();
    const failed = [...this.#failures.values()].reduce((sum, count) => sum + count, 0);
    return { requests: this.#sent, failures: this.#failures, failed };
  }
}
