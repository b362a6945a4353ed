import { setTimeout as sleep } from "node:timers/promises";
import { shortSha } from "./commit.ts";

/** What a notice is about. */
export interface Notice {
  readonly event: NoticeEvent;
  readonly stack: string;
  readonly app: string;
  readonly sha: string;
  /** The run that it came from. */
  readonly url?: string;
}

export const noticeEvents = ["deployed", "failed", "rolledBack"] as const;
export type NoticeEvent = (typeof noticeEvents)[number];

/** How a notice ended; `reason` never has the webhook's address, which is a secret. */
export type NoticeResult =
  { readonly type: "sent" } | { readonly type: "notSent"; readonly reason: string };

export interface SlackOptions {
  /** @default 5 */
  readonly attempts?: number;
  /** Slack takes one message a second. @default 1000 */
  readonly intervalMs?: number;
  /** After which no further attempt begins, whatever Slack asks for. @default 60000 */
  readonly patienceMs?: number;
}

const attemptTimeoutMs = 10_000;

/** The message in Slack's own markup. */
export function noticeText({ event, stack, app, sha, url }: Notice): string {
  const commit = `\`${escape(shortSha(sha))}\``;
  const what = {
    deployed: `:white_check_mark: *${escape(app)}* ${commit} runs in *${escape(stack)}*`,
    failed: `:x: *${escape(app)}* ${commit} failed in *${escape(stack)}*`,
    rolledBack: `:leftwards_arrow_with_hook: *${escape(app)}* of *${escape(stack)}* is back at ${commit}`,
  }[event];
  return url === undefined ? what : `${what} (<${escape(url).replaceAll("|", "%7C")}|run>)`;
}

/**
 * Posts a notice to an incoming webhook. Waits as Slack asks, at least a second between attempts,
 * and gives up in the end: a notice is never worth a deployment.
 */
export async function sendNotice(
  webhook: string,
  notice: Notice,
  { attempts = 5, intervalMs = 1000, patienceMs = 60_000 }: SlackOptions = {},
): Promise<NoticeResult> {
  const deadline = performance.now() + patienceMs;
  const url = URL.parse(webhook);
  if (url?.protocol !== "https:")
    return { type: "notSent", reason: "SLACK_WEBHOOK_URL is no https URL" };
  for (let attempt = 1; ; attempt++) {
    const outcome = await post(url, noticeText(notice));
    if (outcome.type === "sent") return outcome;
    const waitMs = Math.max(outcome.retryAfterMs ?? 0, intervalMs * 2 ** (attempt - 1));
    if (!outcome.worthRetrying || attempt >= attempts || performance.now() + waitMs > deadline)
      return { type: "notSent", reason: outcome.reason };
    await sleep(waitMs);
  }
}

type Outcome =
  | { readonly type: "sent" }
  | {
      readonly type: "failed";
      readonly reason: string;
      readonly worthRetrying: boolean;
      readonly retryAfterMs?: number;
    };

async function post(url: URL, text: string): Promise<Outcome> {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ text }),
      redirect: "error",
      signal: AbortSignal.timeout(attemptTimeoutMs),
    });
    await response.body?.cancel();
    if (response.ok) return { type: "sent" };
    const seconds = Number(response.headers.get("retry-after") ?? "");
    return {
      type: "failed",
      reason: `Slack answered with status ${String(response.status)}`,
      worthRetrying: response.status === 429 || response.status >= 500,
      ...(seconds > 0 ? { retryAfterMs: seconds * 1000 } : {}),
    };
  } catch (error) {
    return {
      type: "failed",
      reason: `Slack can't be reached${causeOf(error)}`,
      worthRetrying: true,
    };
  }
}

/** The code of a network error; messages may hold the address. */
function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return "";
  if (error.name === "TimeoutError") return ` within ${String(attemptTimeoutMs / 1000)} s`;
  const code = (error.cause as NodeJS.ErrnoException | undefined)?.code;
  return code === undefined ? "" : ` (${code})`;
}

/** https://docs.slack.dev/messaging/formatting-message-text/#escaping */
function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
