import assert from "node:assert/strict";
import { goodShas, healthyUpdate, runningUpdate, runsOf } from "../../delivery/releases.ts";
import { parseUpdates } from "../../delivery/updates.ts";
import type { Update } from "../../delivery/updates.ts";
import { historyJson } from "../support/history.ts";
import type { RecordedUpdate } from "../support/history.ts";

const [a, b, c] = ["aaaaaaa", "bbbbbbb", "ccccccc"] as const;
const ran = (sha: string, more: Partial<RecordedUpdate> = {}): RecordedUpdate => ({
  shas: { api: sha },
  ...more,
});
const updates = (...recorded: RecordedUpdate[]): Update[] =>
  parseUpdates(historyJson(...recorded), "test");

describe("the history of a stack", () => {
  it("joins updates in a row with one commit, and marks what runs", () => {
    const history = updates(
      ran(c, { result: "failed", at: "2026-11-04T00:00:00.000Z" }),
      ran(b, { at: "2026-11-03T00:00:00.000Z" }),
      ran(b, { at: "2026-11-02T00:00:00.000Z", message: "release api" }),
      ran(a, { at: "2026-11-01T00:00:00.000Z" }),
    );
    const run = { message: "", running: false, result: "succeeded" };
    assert.deepEqual(runsOf(history, "api"), [
      { ...run, sha: c, since: "2026-11-04T00:00:00.000Z", result: "failed" },
      { ...run, sha: b, since: "2026-11-02T00:00:00.000Z", message: "release api", running: true },
      { ...run, sha: a, since: "2026-11-01T00:00:00.000Z" },
    ]);
  });

  it("takes a shortened commit for the whole one", () => {
    const whole = `${b}${"0".repeat(33)}`;
    assert.ok(healthyUpdate(updates(ran(whole)), "api", b));
  });

  const noEvidence: [string, Partial<RecordedUpdate>][] = [
    ["a failed update", { result: "failed" }],
    ["an update that was killed", { result: "in-progress" }],
    ["an update of some resources only", { flags: ["target"] }],
    ["an update without some resources", { flags: ["exclude-dependents"] }],
    ["a refresh", { kind: "refresh" }],
    ["a destruction", { kind: "destroy" }],
    ["an import of state", { kind: "import" }],
  ];
  for (const [name, update] of noEvidence)
    it(`takes ${name} for no evidence`, () => {
      const history = updates(ran(b, update), ran(a));
      assert.equal(healthyUpdate(history, "api", b), undefined);
      assert.deepEqual(goodShas(history, "api"), [a]);
    });

  it("says that nothing runs after a destruction or a removal", () => {
    assert.equal(runningUpdate(updates(ran(b, { kind: "destroy" }), ran(b)), "api"), undefined);
    assert.equal(runningUpdate(updates({ shas: { web: a } }, ran(b)), "api"), undefined);
    const refreshed = updates(ran(b, { kind: "refresh" }), ran(a));
    assert.equal(runningUpdate(refreshed, "api"), refreshed[1]);
  });

  for (const [name, text] of [
    ["no JSON", "error: not logged in"],
    ["no list", "{}"],
    ["something else", '[{"id": 1}]'],
  ] as const)
    it(`is refused where it is ${name}`, () => {
      assert.throws(() => parseUpdates(text, "--history x.json"), {
        message:
          "--history x.json is no history of a stack: give what `pulumi stack history --json` prints",
        exitCode: 2,
      });
    });

  it("has no applications in an update before there were any, or of another shape", () => {
    const [update] = parseUpdates(
      '[{"kind":"update","startTime":"2026-11-01T00:00:00Z","result":"succeeded","config":{"slipway:apps":{"value":"{\\"api\\":{}}"}}}]',
      "test",
    );
    assert.deepEqual(update?.images, {});
  });
});
