import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";

/** Where and how GitHub is spoken to. */
export interface GitHubSettings {
  /** Token that may do what is asked of it. */
  readonly token: string;
  /** `owner/name`. */
  readonly repository: string;
  /** @default https://api.github.com */
  readonly apiUrl?: string;
  /** For one request. @default 20 seconds */
  readonly timeoutMilliseconds?: number;
  /** First wait before a request is made again; it doubles. @default 1 second */
  readonly retryMilliseconds?: number;
}

/** What went wrong between here and GitHub, in one line that says what to do. */
export class GitHubError extends Error {
  /** Status of the answer; absent where there was none. */
  readonly status: number | undefined;

  constructor(message: string, status?: number) {
    super(message);
    this.status = status;
  }
}

export const publicApi = "https://api.github.com";
const attempts = 4;
/** A longer wait is left to the next run. */
const longestWaitMilliseconds = 60_000;

const viewer = z.looseObject({
  data: z.looseObject({ viewer: z.looseObject({ login: z.string() }) }),
});

const remedies: Readonly<Record<number, string>> = {
  401: "the token is not valid: give another GITHUB_TOKEN",
  403: "the token may not do this: give the job the permission (pull-requests: write, issues: write)",
  404: "not found, or the token may not see it: look at the repository (GITHUB_REPOSITORY) and the number",
  410: "it is switched off in this repository",
  422: "GitHub does not accept what was sent",
};

/**
 * A small client of GitHub's REST interface: timeouts, bounded retries where they help and one clear
 * line where they don't. A request that creates is not repeated once GitHub may have acted on it.
 */
export class GitHub {
  readonly #settings: Required<GitHubSettings>;

  /** @throws GitHubError where the repository's name or the URL is none. */
  constructor(settings: GitHubSettings) {
    if (!/^[\w.-]+\/[\w.-]+$/.test(settings.repository))
      throw new GitHubError(
        `the repository is ${JSON.stringify(settings.repository)}: give owner/name (GITHUB_REPOSITORY)`,
      );
    const apiUrl = (settings.apiUrl ?? publicApi).replace(/\/+$/, "");
    if (!URL.canParse(apiUrl) || !/^https?:$/.test(new URL(apiUrl).protocol))
      throw new GitHubError(
        `the address of GitHub is ${JSON.stringify(apiUrl)}: give a URL (GITHUB_API_URL)`,
      );
    this.#settings = {
      timeoutMilliseconds: 20_000,
      retryMilliseconds: 1000,
      ...settings,
      apiUrl,
    };
  }

  /** Every element of a list, over all its pages; `path` is below the repository. */
  async list<Element>(path: string, element: z.ZodType<Element>): Promise<Element[]> {
    const elements: Element[] = [];
    const separator = path.includes("?") ? "&" : "?";
    let next: string | undefined = this.#url(`${path}${separator}per_page=100`);
    while (next !== undefined) {
      const response = await this.#request("GET", next);
      elements.push(...(await this.#read(response, z.array(element), `GET ${path}`)));
      next = this.#nextPage(response);
    }
    return elements;
  }

  /** Sends a JSON body and reads the answer. */
  async send<Answer>(
    method: "POST" | "PATCH",
    path: string,
    body: object,
    answer: z.ZodType<Answer>,
  ): Promise<Answer> {
    const response = await this.#request(method, this.#url(path), JSON.stringify(body));
    return this.#read(response, answer, `${method} ${path}`);
  }

  /** Login of whoever has the token: a person, or an App such as `github-actions[bot]`. */
  async login(): Promise<string> {
    // REST tells it to persons alone. On a server of one's own GraphQL lies beside /api/v3.
    const url = `${this.#settings.apiUrl.replace(/\/v3$/, "")}/graphql`;
    const response = await this.#request("POST", url, JSON.stringify({ query: "{viewer{login}}" }));
    const { data } = await this.#read(response, viewer, "POST graphql");
    return data.viewer.login;
  }

  #url(path: string): string {
    return `${this.#settings.apiUrl}/repos/${this.#settings.repository}/${path}`;
  }

  /** The token goes to no other host, whatever a page claims to be the next one. */
  #nextPage(response: Response): string | undefined {
    const link = response.headers.get("link") ?? "";
    const next = /<([^<>]+)>\s*;[^,]*\brel="?next"?/.exec(link)?.[1];
    if (next === undefined) return undefined;
    if (!URL.canParse(next) || new URL(next).origin !== new URL(this.#settings.apiUrl).origin)
      throw new GitHubError(
        "GitHub names a next page on another host: the answer is not to be trusted",
      );
    return next;
  }

  async #read<Answer>(
    response: Response,
    schema: z.ZodType<Answer>,
    what: string,
  ): Promise<Answer> {
    const text = await response.text().catch((error: unknown) => {
      throw new GitHubError(`${what}: the answer broke off (${causeOf(error)})`);
    });
    try {
      return schema.parse(JSON.parse(text));
    } catch {
      throw new GitHubError(
        `${what}: the answer is not what GitHub documents: look at GITHUB_API_URL`,
      );
    }
  }

  async #request(method: string, url: string, body?: string): Promise<Response> {
    const what = `${method} ${new URL(url).pathname}`;
    for (let attempt = 1; ; attempt += 1) {
      const last = attempt === attempts;
      const wait = this.#settings.retryMilliseconds * 2 ** (attempt - 1);
      const response = await this.#fetch(method, url, body).catch((error: unknown) => {
        // After a POST that was cut off nobody knows whether it was done: a second one would do it twice.
        if (last || method === "POST")
          throw new GitHubError(`${what}: no answer (${causeOf(error)}): try again later`);
        return undefined;
      });
      if (response?.ok === true) return response;
      const pause = response === undefined ? wait : pauseFor(response, method, wait);
      if (response !== undefined && (last || pause === undefined))
        throw await failure(what, response);
      await response?.body?.cancel();
      await delay(pause);
    }
  }

  #fetch(method: string, url: string, body?: string): Promise<Response> {
    return fetch(url, {
      method,
      // The token goes to no other host, and a redirected POST would become a GET.
      redirect: "manual",
      signal: AbortSignal.timeout(this.#settings.timeoutMilliseconds),
      headers: {
        accept: "application/vnd.github+json",
        authorization: `Bearer ${this.#settings.token}`,
        "user-agent": "slipway",
        "x-github-api-version": "2022-11-28",
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body }),
    });
  }
}

/** How long to wait before a request is worth repeating; undefined where it is not. */
function pauseFor(response: Response, method: string, wait: number): number | undefined {
  const { status, headers } = response;
  const isRateLimit =
    status === 429 ||
    (status === 403 &&
      (headers.has("retry-after") || headers.get("x-ratelimit-remaining") === "0"));
  // A rate limit turns a request away before anything is done; a server's error may come after.
  if (!isRateLimit && (status < 500 || method === "POST")) return undefined;
  const seconds = Number(headers.get("retry-after") ?? Number.NaN);
  const reset = Number(headers.get("x-ratelimit-reset") ?? Number.NaN) * 1000 - Date.now();
  const asked = Number.isFinite(seconds)
    ? seconds * 1000
    : isRateLimit && Number.isFinite(reset)
      ? Math.max(reset, wait)
      : wait;
  return asked > longestWaitMilliseconds ? undefined : Math.max(asked, 0);
}

async function failure(what: string, response: Response): Promise<GitHubError> {
  const { status } = response;
  const said = await response
    .json()
    .then((answer) => z.looseObject({ message: z.string() }).parse(answer).message)
    .catch(() => "");
  const words = said === "" ? "" : ` (${oneLine(said)})`;
  return new GitHubError(`${what}: ${String(status)}${words}: ${remedyFor(response)}`, status);
}

function remedyFor({ status, headers }: Response): string {
  if (status === 429 || headers.get("x-ratelimit-remaining") === "0")
    return "too many requests: try again later";
  const location = headers.get("location");
  if (status < 400 && location !== null)
    return `moved to ${oneLine(location)}: give the repository's present name (GITHUB_REPOSITORY)`;
  return remedies[status] ?? (status >= 500 ? "GitHub has a fault: try again later" : "unexpected");
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").slice(0, 200);
}

function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "TimeoutError") return "timeout";
  return error.cause instanceof Error ? error.cause.message : error.message;
}
