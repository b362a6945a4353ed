import { get as getHttp } from "node:http";
import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { get as getHttps } from "node:https";
import type { RequestOptions } from "node:https";
import { TLSSocket } from "node:tls";
import { UserError } from "../user-error.ts";
import { certificateFault } from "./trust.ts";

/** Where connections to a host and port go instead. */
export interface Resolution {
  readonly host: string;
  readonly port: number;
  readonly address: string;
  /** Port at the address. */
  readonly toPort: number;
}

export interface ClientOptions {
  readonly resolutions: readonly Resolution[];
  /** Authorities that are trusted, in PEM. Default: those of Node. */
  readonly authorities?: readonly string[];
  /** Organization whose certificates are accepted although their root is unknown. Default: none. */
  readonly acceptedIssuer?: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const longestBody = 16 * 1024 * 1024;

/**
 * Asks for a URL once and follows no redirect.
 *
 * @throws Error of the network or of TLS; what goes on longer than `timeoutMs` is one.
 */
export function ask(url: URL, options: ClientOptions, timeoutMs: number): Promise<Answer> {
  const secure = url.protocol === "https:";
  const { acceptedIssuer } = options;
  const port = Number(url.port) || (secure ? 443 : 80);
  const other = options.resolutions.find(
    (each) => each.host === url.hostname && each.port === port,
  );
  const request: RequestOptions = {
    host: other?.address ?? url.hostname,
    port: other?.toPort ?? port,
    path: `${url.pathname}${url.search}`,
    headers: { host: url.host, "user-agent": "slipway-smoke", accept: "*/*" },
    // A connection of its own for each, or a broken certificate would hide behind an open one.
    agent: false,
    signal: AbortSignal.timeout(timeoutMs),
    ...(secure
      ? {
          servername: url.hostname,
          ...(options.authorities === undefined ? {} : { ca: [...options.authorities] }),
          rejectUnauthorized: acceptedIssuer === undefined,
        }
      : {}),
  };
  return new Promise((resolve, reject) => {
    const sent = (secure ? getHttps : getHttp)(request, (response) => {
      read(response).then(resolve, reject);
    });
    if (acceptedIssuer !== undefined)
      sent.on("socket", (socket) => {
        if (!(socket instanceof TLSSocket)) return;
        socket.once("secureConnect", () => {
          const fault = certificateFault(socket, url.hostname, acceptedIssuer);
          if (fault !== undefined) sent.destroy(fault);
        });
      });
    sent.on("error", (error) => {
      reject(
        error.name === "AbortError"
          ? new Error(`no answer within ${String(Math.round(timeoutMs / 100) / 10)} s`)
          : error,
      );
    });
  });
}

/**
 * Reads `host:port:address` or `host:port:address:port`; IPv6 addresses stand in brackets.
 *
 * @throws UserError for anything else.
 */
export function parseResolution(text: string): Resolution {
  const [, host, port, address, toPort] =
    /^([a-z0-9.-]+):(\d{1,5}):(\[[0-9a-fA-F:.]+\]|[^:[\]]+)(?::(\d{1,5}))?$/.exec(text) ?? [];
  if (host === undefined || port === undefined || address === undefined)
    throw new UserError(
      `--resolve is ${JSON.stringify(text)}: give host:port:address, or host:port:address:port`,
      2,
    );
  return {
    host,
    port: Number(port),
    address: address.replace(/^\[|\]$/g, ""),
    toPort: Number(toPort ?? port),
  };
}

/** What went wrong, in one line. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  const { message, code } = error as NodeJS.ErrnoException;
  const text = message === "" ? (code ?? "unknown error") : message;
  // OpenSSL's reasons carry advice for Node's command line behind a semicolon.
  return text.split(/[\n;]/)[0] ?? text;
}

async function read(response: IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > longestBody)
      throw new Error(`more than ${String(longestBody)} bytes in the answer`);
    chunks.push(chunk);
  }
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    body: Buffer.concat(chunks).toString("utf8"),
  };
}
