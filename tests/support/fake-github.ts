import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A comment or an issue as GitHub keeps it. */
export interface Post {
  readonly id: number;
  readonly number: number;
  html_url: string;
  title?: string;
  body: string;
  state: string;
  readonly user: { readonly login: string };
  readonly pull_request?: object;
}

/** How the next requests are answered instead; the first that matches is used up. */
export interface Fault {
  readonly method?: string;
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly message?: string;
  /** The whole answer. @default the message */
  readonly answer?: unknown;
  /** Does what was asked before it fails. */
  readonly after?: boolean;
  /** Never answers, or breaks the connection off in the middle of the answer. */
  readonly silence?: "hang" | "cut";
}

/** A request that arrived. */
export interface Arrived {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
}

/** A real HTTP server that stands for GitHub's comments and issues, with pages, rights and faults. */
export class FakeGitHub {
  readonly posts: Post[] = [];
  readonly requests: Arrived[] = [];
  readonly faults: Fault[] = [];
  /** At most this many elements a page, whatever is asked for. */
  pageSize = 30;
  /** Whoever has the token. */
  login = "github-actions[bot]";
  readonly #kind: "comments" | "issues";
  readonly #server = createServer((request, response) => {
    void this.#answer(request, response);
  });

  constructor(kind: "comments" | "issues") {
    this.#kind = kind;
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return this.url;
  }

  get url(): string {
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Something that is there already. */
  add(body: string, more: Partial<Post> = {}): Post {
    const id = 100 + this.posts.length;
    const post: Post = {
      id,
      number: id,
      html_url: `https://github.example/o/r/${String(id)}`,
      body,
      state: "open",
      user: { login: this.login },
      ...more,
    };
    this.posts.push(post);
    return post;
  }

  /** Methods of the requests so far. */
  get methods(): string[] {
    return this.requests.map(({ method }) => method);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "", url = "" } = request;
    const { authorization } = request.headers;
    this.requests.push({ method, path: url, authorization });
    let text = "";
    for await (const chunk of request) text += String(chunk);
    const index = this.faults.findIndex((fault) => (fault.method ?? method) === method);
    const [fault] = index < 0 ? [] : this.faults.splice(index, 1);
    if (fault?.silence === "hang") return;
    if (fault !== undefined && fault.after !== true && fault.silence === undefined) {
      send(
        response,
        fault.status,
        fault.answer ?? { message: fault.message ?? "fault" },
        fault.headers,
      );
      return;
    }
    const done = this.#act(method, new URL(url, this.url), text);
    if (fault?.silence === "cut") {
      response.writeHead(200, { "content-length": "9999" });
      response.write("[");
      setImmediate(() => response.destroy());
      return;
    }
    if (fault !== undefined) send(response, fault.status, { message: "fault" }, fault.headers);
    else send(response, done.status, done.answer, done.headers);
  }

  #act(
    method: string,
    url: URL,
    text: string,
  ): { status: number; answer: unknown; headers?: Record<string, string> } {
    const sent = (text === "" ? {} : JSON.parse(text)) as Partial<Post>;
    const collection =
      this.#kind === "comments" ? "/repos/o/r/issues/7/comments" : "/repos/o/r/issues";
    if ((sent.body?.length ?? 0) > 65_536)
      return { status: 422, answer: { message: "body is too long" } };
    if (url.pathname === "/graphql")
      return { status: 200, answer: { data: { viewer: { login: this.login } } } };
    if (url.pathname === collection && method === "GET") return this.#page(url);
    if (url.pathname === collection && method === "POST") {
      const { body = "", ...rest } = sent;
      return { status: 201, answer: this.add(body, rest) };
    }
    const single = new RegExp(
      this.#kind === "comments"
        ? "^/repos/o/r/issues/comments/(\\d+)$"
        : "^/repos/o/r/issues/(\\d+)$",
    ).exec(url.pathname);
    const post = this.posts.find(({ id }) => String(id) === single?.[1]);
    if (method !== "PATCH" || post === undefined)
      return { status: 404, answer: { message: "Not Found" } };
    Object.assign(post, sent);
    return { status: 200, answer: post };
  }

  #page(url: URL): { status: number; answer: unknown; headers?: Record<string, string> } {
    const state = url.searchParams.get("state");
    const found = this.posts.filter((post) => state === null || post.state === state);
    const size = Math.min(this.pageSize, Number(url.searchParams.get("per_page") ?? "30"));
    const page = Number(url.searchParams.get("page") ?? "1");
    const next = new URL(url);
    next.searchParams.set("page", String(page + 1));
    const headers: Record<string, string> =
      page * size < found.length
        ? { link: `<${this.url}/>; rel="first", <${next.href}>; rel="next"` }
        : {};
    return { status: 200, answer: found.slice((page - 1) * size, page * size), headers };
  }
}

function send(
  response: ServerResponse,
  status: number,
  answer: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(answer));
}
