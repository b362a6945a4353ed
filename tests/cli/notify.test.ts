import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { RequestListener } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Authority } from "../support/certificates.ts";
import { slipway } from "../support/command-line.ts";
import { WebServer } from "../support/web-server.ts";

const secret = "/services/T000/B000/very-secret";

describe("slipway notify", () => {
  const authority = new Authority("Test authority");
  let directory: string;
  let server: WebServer | undefined;
  before(() => {
    directory = mkdtempSync(join(tmpdir(), "slipway-notify-"));
    writeFileSync(join(directory, "ca.pem"), authority.cert);
  });
  afterEach(() => {
    server?.close();
    server = undefined;
  });
  after(() => {
    rmSync(directory, { recursive: true });
  });

  const options = ["--event", "deployed", "--stack", "staging", "--app", "api", "--sha", "63ec5c0"];

  async function notify(webhook: string | undefined, args: readonly string[] = options) {
    const run = await slipway(["notify", ...args], {
      SLACK_WEBHOOK_URL: webhook,
      NODE_EXTRA_CA_CERTS: join(directory, "ca.pem"),
    });
    assert.doesNotMatch(`${run.stdout}${run.stderr}`, /very-secret|\n\s+at /);
    return run;
  }

  /** A webhook that answers with each of the listeners in turn; gives what was posted when. */
  async function webhook(...answers: readonly RequestListener[]) {
    const posted: { readonly at: number; readonly path: string; readonly body: string }[] = [];
    server = await WebServer.start(
      "localhost",
      authority.issue({ name: "localhost", hosts: ["localhost"] }),
      (request, response) => {
        let body = "";
        request.on("data", (chunk: Buffer) => (body += chunk.toString()));
        request.on("end", () => {
          posted.push({ at: performance.now(), path: request.url ?? "", body });
          answers[Math.min(posted.length, answers.length) - 1]?.(request, response);
        });
      },
    );
    const port = String(server.resolutions[0]?.toPort);
    return { url: `https://localhost:${port}${secret}`, posted };
  }

  const ok: RequestListener = (_, response) => response.end("ok");
  const status =
    (code: number, headers: Record<string, string> = {}): RequestListener =>
    (_, response) =>
      response.writeHead(code, headers).end("no_service");

  it("says so and is fine where there is no webhook", async () => {
    for (const none of [undefined, "", " \n"])
      assert.deepEqual(await notify(none), {
        ...{ status: 0, stderr: "" },
        stdout: "no notice: SLACK_WEBHOOK_URL is not set\n",
      });
  });

  it("posts one message, whatever space surrounds the secret", async () => {
    const { url, posted } = await webhook(ok);
    const { status: code, stdout, stderr } = await notify(`${url}\n`);
    assert.deepEqual([code, stdout, stderr], [0, "notice sent\n", ""]);
    assert.deepEqual(
      posted.map(({ path, body }) => [path, JSON.parse(body) as unknown]),
      [[secret, { text: ":white_check_mark: *api* `63ec5c0` runs in *staging*" }]],
    );
  });

  it("waits as long as Slack asks", async () => {
    const { url, posted } = await webhook(status(429, { "retry-after": "2" }), ok);
    const { status: code, stdout } = await notify(url);
    assert.deepEqual([code, stdout, posted.length], [0, "notice sent\n", 2]);
    assert.ok((posted[1]?.at ?? 0) - (posted[0]?.at ?? 0) >= 1990);
  });

  it("tries again, a second later, when Slack has a fault or cuts the line", async () => {
    const cut: RequestListener = (request) => request.socket.destroy();
    for (const fault of [status(503), cut]) {
      const { url, posted } = await webhook(fault, ok);
      const { stdout } = await notify(url);
      assert.deepEqual([stdout, posted.length], ["notice sent\n", 2]);
      assert.ok((posted[1]?.at ?? 0) - (posted[0]?.at ?? 0) >= 990);
      server?.close();
    }
  });

  const failures: [string, RequestListener, string][] = [
    ["a webhook that was removed", status(404), "Slack answered with status 404"],
    ["a webhook that is not allowed", status(403), "Slack answered with status 403"],
    ["a wait of an hour", status(429, { "retry-after": "3600" }), "Slack answered with status 429"],
  ];
  for (const [name, answer, reason] of failures)
    it(`never fails the deployment: ${name}`, async () => {
      const { url, posted } = await webhook(answer);
      assert.deepEqual(await notify(url), {
        ...{ status: 0, stdout: "" },
        stderr: `no notice: ${reason}\n`,
      });
      assert.equal(posted.length, 1);
    });

  it("never fails the deployment: an address that is none, or not encrypted", async () => {
    for (const wrong of [`very-secret`, `http://127.0.0.1:9${secret}`])
      assert.deepEqual(await notify(wrong), {
        ...{ status: 0, stdout: "" },
        stderr: "no notice: SLACK_WEBHOOK_URL is no https URL\n",
      });
  });

  it("ends with 2 for wrong usage, which is a fault of the workflow", async () => {
    for (const [args, message] of [
      [["--event", "exploded", ...options.slice(2)], /Allowed choices are deployed, failed, roll/],
      [options.slice(0, 6), /required option '--sha <commit>' not specified/],
    ] as const) {
      const { status: code, stderr } = await notify(undefined, args);
      assert.equal(code, 2);
      assert.match(stderr, message);
    }
  });
});
