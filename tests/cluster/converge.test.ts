import assert from "node:assert/strict";
import { ask, edgeAddress } from "./https.ts";
import { eventually } from "./kubernetes.ts";
import { platform } from "./platform.ts";

describe("an empty cluster", () => {
  it("serves the application over HTTPS after one up", async () => {
    const { seconds } = platform().up();
    const address = await edgeAddress();
    const answer = await eventually("an answer over HTTPS", 30, () => ask(address));
    assert.equal(answer.status, 200);
    console.log(`      empty cluster to HTTPS: up ${seconds.toFixed(0)} s`);
  });

  it("is unchanged by a second up", () => {
    const { seconds } = platform().up(undefined, "--expect-no-changes");
    console.log(`      second up: ${seconds.toFixed(0)} s`);
  });
});
