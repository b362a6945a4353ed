import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { get } from "node:http";
import { createInterface } from "node:readline";
import { afterEach, describe, it } from "node:test";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(new URL("server.mjs", import.meta.url));

describe("the demo application", () => {
  let server;
  afterEach(async () => {
    if (server?.exitCode !== null) return;
    server.kill();
    await once(server, "exit");
  });

  /** Starts it on a free port; gives what answers a path. */
  async function start(env = {}) {
    server = spawn(process.execPath, [program], { env: { ...process.env, PORT: "0", ...env } });
    const [line] = await once(createInterface(server.stdout), "line");
    const port = /^listening on (\d+)$/.exec(line)[1];
    return async (path) => {
      const [response] = await once(get({ port, path }), "response");
      const chunks = await response.toArray();
      return { status: response.statusCode, body: JSON.parse(chunks.join("")) };
    };
  }

  it("is alive and ready", async () => {
    const ask = await start();
    assert.deepEqual(await ask("/status/alive"), { status: 200, body: { alive: true } });
    assert.deepEqual(await ask("/status/ready"), { status: 200, body: { ready: true } });
  });

  it("is not ready where it shall not be, or its database does not listen", async () => {
    for (const env of [{ NEVER_READY: "1" }, { DATABASE_URL: "postgresql://127.0.0.1:1/none" }]) {
      const ask = await start(env);
      assert.deepEqual(await ask("/status/ready"), { status: 503, body: { ready: false } });
      server.kill();
      await once(server, "exit");
    }
  });

  it("documents its API, with the commit that it was built from", async () => {
    const ask = await start({ REVISION: "63ec5c0" });
    const { status, body } = await ask("/v3/api-docs");
    assert.equal(status, 200);
    assert.match(body.openapi, /^3\./);
    assert.equal(body.info.version, "63ec5c0");
    assert.equal((await ask("/")).body.revision, "63ec5c0");
  });

  it("shows a variable by its hash alone", async () => {
    const ask = await start({ GREETING: "hello" });
    const sha256 = createHash("sha256").update("hello").digest("hex");
    assert.deepEqual((await ask("/env/GREETING-sha256")).body, { sha256 });
    assert.equal((await ask("/env/NONE-sha256")).status, 404);
  });

  it("ends well when it is told to stop", async () => {
    await start();
    server.kill("SIGTERM");
    assert.deepEqual(await once(server, "exit"), [0, null]);
  });
});
