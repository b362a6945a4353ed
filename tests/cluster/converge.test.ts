import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ask, edgeAddress } from "./https.ts";
import { eventually } from "./kubernetes.ts";
import { appsOf, platform } from "./platform.ts";
import type { Edit, StackConfig } from "./platform.ts";

/** The demo application with a migration, so that every stage of a first deployment is there. */
const withMigration: Edit = (config) => {
  (appsOf(config).demo as StackConfig).migration = {
    type: "command",
    command: ["/demo-app", "--help"],
    timeoutSeconds: 60,
  };
};

/** Stages on the way to HTTPS, by the types of the resources that end them. */
const stages: Record<string, RegExp> = {
  operators: /helm\.sh\/v3:Release/,
  issuer: /:ClusterIssuer$/,
  secret: /:ExternalSecret$/,
  migration: /batch\/v1:Job$/,
  rollout: /apps\/v1:Deployment$/,
  certificate: /:Certificate$/,
};

/** What \`pulumi up --event-log\` writes, a line each; the engine gives whole seconds. */
interface EngineEvent {
  readonly timestamp: number;
  readonly resOutputsEvent?: { readonly metadata: { readonly type: string } };
}

/** Seconds from the start of a run to the last resource of each stage. */
function stageTimes(eventLog: string): string[] {
  const events = readFileSync(eventLog, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as EngineEvent);
  const started = events[0]?.timestamp ?? 0;
  return Object.entries(stages).map(([stage, type]) => {
    const last = events.findLast(({ resOutputsEvent }) =>
      type.test(resOutputsEvent?.metadata.type ?? ""),
    );
    assert.ok(last, `no ${stage} was made`);
    return `${stage} ${String(last.timestamp - started)} s`;
  });
}

describe("an empty cluster", () => {
  it("serves the application over HTTPS after one up", async () => {
    const started = performance.now();
    const eventLog = join(platform().sandbox.directory, "events.json");
    platform().up(withMigration, "--event-log", eventLog);
    const address = await edgeAddress();
    const { status } = await eventually("an answer over HTTPS", 30, () => ask(address));
    assert.equal(status, 200);
    const seconds = ((performance.now() - started) / 1000).toFixed(0);
    console.log(`      to the first answer over HTTPS: ${seconds} s`);
    console.log(`      ${stageTimes(eventLog).join(", ")}`);
  });

  it("is unchanged by a second up", () => {
    const { seconds } = platform().up(withMigration, "--expect-no-changes");
    console.log(`      second up: ${seconds.toFixed(0)} s`);
  });
});
