import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { readConfiguration } from "../../config.ts";
import { root } from "../support/plans.ts";
import { changed, valid } from "./valid.ts";

/** Reads the configuration from a stack that has these values. */
function read(raw: object, secretKeys: string[] = [], others: Record<string, string> = {}) {
  const texts = Object.entries(raw).map(([key, value]) => [
    `slipway:${key}`,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  pulumi.runtime.setAllConfig(
    { ...(Object.fromEntries(texts) as Record<string, string>), ...others },
    secretKeys,
  );
  return readConfiguration({ environment: "staging", root });
}

function refusal(action: () => unknown): Error {
  try {
    action();
  } catch (error) {
    assert.ok(pulumi.RunError.isInstance(error), String(error));
    return error;
  }
  return assert.fail("the configuration was accepted");
}

describe("reading the configuration of a stack", () => {
  afterEach(() => {
    pulumi.runtime.setAllConfig({});
  });

  it("decodes values and reads the SQL beside the stack file", () => {
    const { configuration, sql } = read(valid);
    assert.equal(configuration.project, "acme");
    assert.equal(configuration.network?.zones, 2);
    assert.deepEqual(Object.keys(sql["api"] ?? {}), [
      "R__active_users.sql",
      "V1__create_users.sql",
      "V2__create_sessions.sql",
    ]);
  });

  it("leaves keys of Pulumi and of providers alone", () => {
    assert.equal(read(valid, [], { "aws:region": "x", "pulumi:tags": "{}" }).sql["web"], undefined);
  });

  it("throws all problems in one error that Pulumi prints without a stack trace", () => {
    const { message } = refusal(() =>
      read(changed(["project", "12345"], ["edge/replicas", 0], ["edje", {}])),
    );
    assert.equal(
      message,
      [
        "3 problems in Pulumi.staging.yaml:",
        '  project is "12345": give 3 to 20 lower-case letters, digits and hyphens, a letter first (config slipway:project)',
        "  edge.replicas is 0: give a whole number from 1 to 20 (config slipway:edge)",
        "  edje is unknown: did you mean edge? allowed here: project, account, region, network, cluster, access, edge, certificates, dns, secrets, mirror, releases, apps (config slipway:edje)",
      ].join("\n"),
    );
  });

  it("refuses an encrypted value and does not show it", () => {
    const { message } = refusal(() => read(changed(["region", "hunter2"]), ["slipway:region"]));
    assert.match(message, /^1 problem in Pulumi\.staging\.yaml:\n {2}region is encrypted: /);
    assert.doesNotMatch(message, /hunter2/);
  });

  it("refuses text that is no JSON where a mapping is needed", () => {
    const { message } = refusal(() => read(changed(["edge", "{ controller:"])));
    assert.match(message, /edge is "\{ controller:": give a mapping with the keys controller, /);
  });

  it("refuses a directory of migrations that is a file", () => {
    const { message } = refusal(() =>
      read(changed(["apps/api/migration/sql/path", "package.json"])),
    );
    assert.match(message, /sql\.path is "package\.json": give a directory that exists/);
  });
});
