import { parse } from "yaml";
import type { Answer } from "./client.ts";

/** What is wrong with an answer; undefined where nothing is. */
export type Expectation = (answer: Answer) => string | undefined;

/** A status that Kubernetes, too, counts as well. */
export const isHealthy: Expectation = ({ status }) =>
  status >= 200 && status < 400 ? undefined : `status ${String(status)}, not 200 to 399`;

/** An OpenAPI document: the page of a frontend that answers everything is none. */
export const isApiDocs: Expectation = ({ status, body }) => {
  if (status !== 200) return `status ${String(status)}, not 200`;
  const document = parsed(body);
  const version = document?.openapi ?? document?.swagger;
  return typeof version === "string" || typeof version === "number"
    ? undefined
    : "no OpenAPI document: neither openapi nor swagger at its top";
};

/** A redirect from plain HTTP to HTTPS of the same host. */
export function redirectsTo(host: string): Expectation {
  return ({ status, headers: { location } }) => {
    if (![301, 302, 303, 307, 308].includes(status))
      return `status ${String(status)}, not a redirect to https`;
    const target = URL.parse(location ?? "");
    return target?.protocol === "https:" && target.hostname === host
      ? undefined
      : `redirects to ${location ?? "nowhere"}, not to https://${host}`;
  };
}

function parsed(body: string): Record<string, unknown> | undefined {
  try {
    // JSON is YAML too.
    const document: unknown = parse(body);
    return typeof document === "object" && document !== null
      ? (document as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
