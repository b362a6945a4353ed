import { request as plainRequest } from "node:http";
import { Agent, request } from "node:https";
import { createSecureContext } from "node:tls";
import { addressOf, environment } from "./kubernetes.ts";

/** Host of the application that every test finds. */
export const demoHost = "demo.apps.test";

/** The two edges, as the program names their Services. */
export const edges = {
  ingressNginx: { namespace: "ingress-nginx", service: "ingress-nginx-controller" },
  traefik: { namespace: "traefik", service: "traefik" },
} as const;

/** Address of an edge, for `ask`. */
export function edgeAddress(edge: keyof typeof edges = "ingressNginx"): Promise<string> {
  return addressOf(edges[edge].namespace, edges[edge].service);
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export interface Question {
  readonly host?: string;
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** @default https */
  readonly protocol?: "http" | "https";
  /** Connections to use again, see `keptConnections`. @default each request has one of its own */
  readonly agent?: Agent;
  /** Whether a certificate that no known authority signed is an error. @default true */
  readonly verify?: boolean;
  /** How long the client waits. @default 5 */
  readonly timeoutSeconds?: number;
}

/** One for all: a load would parse the roots for every connection. No session is resumed. */
const tls = {
  secureContext: createSecureContext({ ca: environment.authority }),
  maxCachedSessions: 0,
};
const connectionEach = new Agent({ ...tls, keepAlive: false });

/** Connections that requests use again. */
export function keptConnections(): Agent {
  return new Agent({ ...tls, keepAlive: true, maxSockets: 64 });
}

/** Longer bodies are only sent when the server wants them, as curl does it. */
const longestUnasked = 1024 * 1024;

/** Asks an edge as a client does that resolves the host's name to that edge; redirects are answers. */
export function ask(address: string, question: Question = {}): Promise<Answer> {
  const { host = demoHost, path = "/", method = "GET", headers = {}, body } = question;
  const { timeoutSeconds = 5 } = question;
  const length = Buffer.byteLength(body ?? "");
  // A server that refuses a body closes the connection, and who still writes may miss the answer.
  const asksFirst = length > longestUnasked;
  const common = {
    host: address,
    path,
    method,
    headers: {
      host,
      ...(asksFirst ? { expect: "100-continue", "content-length": String(length) } : {}),
      ...headers,
    },
    timeout: timeoutSeconds * 1000,
  };
  return new Promise((resolve, reject) => {
    const asked =
      question.protocol === "http"
        ? plainRequest({ ...common, port: 80, agent: false })
        : request({
            ...common,
            port: 443,
            servername: host,
            rejectUnauthorized: question.verify ?? true,
            agent: question.agent ?? connectionEach,
          });
    asked.on("response", (response) => {
      let content = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => (content += chunk));
      response.on("error", reject);
      response.on("end", () => {
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: content,
        });
        if (!asked.writableEnded) asked.destroy();
      });
    });
    asked.on("timeout", () =>
      asked.destroy(new Error(`no answer within ${String(timeoutSeconds)} s`)),
    );
    asked.on("error", (error) => {
      // A server may close a connection that it has kept just when it is used again; whoever sent
      // nothing that acts asks once more. https://www.rfc-editor.org/rfc/rfc9112#section-9.3.1
      if (asked.reusedSocket && method === "GET")
        resolve(ask(address, { ...question, agent: connectionEach }));
      else reject(error);
    });
    if (asksFirst) asked.on("continue", () => asked.end(body));
    else asked.end(body);
  });
}
