import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { renew, serialAt } from "./certificates.ts";
import { leadNames } from "./dns.ts";
import { ask, demoHost, edgeAddress } from "./https.ts";
import { core, eventually, isMissing } from "./kubernetes.ts";
import { assertNoneFailed, described, steady, underLoad } from "./load.ts";
import { platform } from "./platform.ts";
import type { Edit } from "./platform.ts";

const allowed = "https://front.apps.test";

describe("the exit from ingress-nginx", () => {
  let from = "";
  let to = "";
  let restoreNames: (() => Promise<void>) | undefined;

  before(async () => {
    const { seconds } = platform().up(edge("both"));
    console.log(`      both edges after ${seconds.toFixed(0)} s`);
    [from, to] = await Promise.all([edgeAddress("ingressNginx"), edgeAddress("traefik")]);
    for (const address of [from, to]) await steady("demo", address);
  });

  after(async () => {
    await restoreNames?.();
  });

  it("begins with the same routes and certificates at an address of Traefik's own", async () => {
    assert.notEqual(from, to);
    assert.equal(await serialAt(to), await serialAt(from));
    await assertServed(from);
    await assertServed(to);
  });

  it("loses no request while traffic moves and ingress-nginx goes", async () => {
    /** Share of the clients that have learnt of the new address. */
    let moved = 0;
    let seconds = 0;
    const outcome = await underLoad(
      { address: () => (Math.random() < moved ? to : from) },
      async () => {
        for (; moved < 1; moved += 0.1) await sleep(500);
        // The last client has its answer by then.
        await sleep(2000);
        restoreNames = await leadNames("apps.test", to);
        ({ seconds } = await platform().upMeanwhile(edge("traefik")));
      },
    );
    console.log(`      ingress-nginx removed after ${seconds.toFixed(0)} s; ${described(outcome)}`);
    assertNoneFailed(outcome);
    await assert.rejects(core.readNamespace({ name: "ingress-nginx" }), isMissing);
  });

  it("leaves redirect, CORS, body limit and client address as they were", async () => {
    await assertServed(to);
  });

  it("leaves renewals as they were", async () => {
    const before = await serialAt(to);
    const outcome = await underLoad({ address: () => to }, async () => {
      await renew("demo");
      await eventually("another certificate", 120, async () =>
        (await serialAt(to)) === before ? undefined : true,
      );
    });
    console.log(`      ${described(outcome)}`);
    assertNoneFailed(outcome);
  });
});

function edge(controller: "both" | "traefik"): Edit {
  return (config) => {
    (config["slipway:edge"] as Record<string, unknown>)["controller"] = controller;
  };
}

/** Everything that clients of the application rely on, whichever controller serves it. */
async function assertServed(address: string): Promise<void> {
  assert.equal((await ask(address)).status, 200);

  const plain = await ask(address, { protocol: "http", path: "/status/about" });
  assert.ok([301, 302, 307, 308].includes(plain.status), `status ${String(plain.status)}`);
  assert.equal(plain.headers["location"], `https://${demoHost}/status/about`);

  const origin = async (value: string): Promise<unknown> =>
    (await ask(address, { headers: { origin: value } })).headers["access-control-allow-origin"];
  assert.equal(await origin(allowed), allowed);
  assert.equal(await origin("https://elsewhere.apps.test"), undefined);

  const post = (bytes: number) =>
    ask(address, { method: "POST", path: "/echo", body: "x".repeat(bytes) });
  assert.equal((await post(1000 * 1000)).status, 200);
  assert.equal((await post(2 * 1024 * 1024)).status, 413);

  const forwarded = async (headers: Record<string, string>): Promise<unknown> => {
    const { body } = await ask(address, { path: "/echo", headers });
    return (JSON.parse(body) as { headers: Record<string, string[]> }).headers["X-Forwarded-For"];
  };
  const honest = await forwarded({});
  assert.ok(honest !== undefined);
  assert.deepEqual(await forwarded({ "x-forwarded-for": "203.0.113.7" }), honest);
}
