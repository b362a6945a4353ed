import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { root } from "./engine.ts";

const reader = join(root, "tests", "cluster", "kubernetes.ts");
const suite = [
  join(root, "node_modules", "mocha", "bin", "mocha.js"),
  "--config",
  "tests/cluster/.mocharc.json",
];

describe("the environment of the cluster suite", () => {
  let directory: string;
  let complete: Record<string, string>;

  /** Writes a file and gives its path. */
  function write(name: string, text: string): string {
    const file = join(directory, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    return file;
  }

  const kubeconfig = (context: string) =>
    write(
      context,
      JSON.stringify({
        clusters: [{ name: "test", cluster: { server: "https://127.0.0.1:1" } }],
        users: [{ name: "test", user: {} }],
        contexts: [{ name: context, context: { cluster: "test", user: "test" } }],
        "current-context": context,
      }),
    );

  before(() => {
    directory = mkdtempSync(join(tmpdir(), "slipway-environment-"));
    chmodSync(write("bin/pulumi", "#!/bin/sh\n"), 0o755);
    complete = {
      PATH: join(directory, "bin"),
      KUBECONFIG: kubeconfig("production"),
      SLIPWAY_TEST_DISPOSABLE: "1",
      SLIPWAY_TEST_SETTINGS: write("settings.yaml", "config: {}\n"),
      SLIPWAY_TEST_CA: write("root.pem", ""),
      AWS_ENDPOINT_URL: "http://127.0.0.1:1",
    };
  });
  after(() => {
    rmSync(directory, { recursive: true });
  });

  /** Reads the complete environment with changes; undefined takes a variable away. */
  function read(changes: Record<string, string | undefined>, program = [reader]) {
    const env: NodeJS.ProcessEnv = { ...complete, ...changes };
    return spawnSync(process.execPath, program, { cwd: root, env, encoding: "utf8" });
  }

  function assertRefused(changes: Record<string, string | undefined>, message: string): void {
    const { status, stdout, stderr } = read(changes);
    assert.equal(stderr, `${message}\n`);
    assert.equal(stdout, "");
    assert.equal(status, 2);
  }

  it("is accepted where it is complete", () => {
    const { status, stderr } = read({});
    assert.equal(stderr, "");
    assert.equal(status, 0);
  });

  it("names what is missing", () => {
    assertRefused(
      { KUBECONFIG: undefined },
      "KUBECONFIG is not set: name the kubeconfig of a test cluster",
    );
    assertRefused(
      { KUBECONFIG: "/nowhere" },
      'KUBECONFIG is "/nowhere": no such file: name the kubeconfig of a test cluster',
    );
    assertRefused(
      { SLIPWAY_TEST_SETTINGS: undefined },
      "SLIPWAY_TEST_SETTINGS is not set: name a stack file for this cluster, see docs/testing.md",
    );
    assertRefused(
      { SLIPWAY_TEST_CA: undefined },
      "SLIPWAY_TEST_CA is not set: name the PEM file of the ACME server's roots",
    );
    assertRefused(
      { AWS_ENDPOINT_URL: undefined },
      "AWS_ENDPOINT_URL is not set: give the address of an AWS emulator, never of AWS",
    );
    assertRefused(
      { PATH: "/nowhere" },
      "no pulumi on PATH: the cluster suite needs the Pulumi command line",
    );
  });

  it("must say that the cluster may be spoilt, unless kind made it", () => {
    assertRefused(
      { SLIPWAY_TEST_DISPOSABLE: undefined },
      'context "production" is not marked for tests, which spoil what they find: set SLIPWAY_TEST_DISPOSABLE=1 if nobody needs that cluster',
    );
    const kind = { SLIPWAY_TEST_DISPOSABLE: undefined, KUBECONFIG: kubeconfig("kind-suite") };
    assert.equal(read(kind).status, 0);
  });

  it("ends the suite with that line alone", () => {
    const { status, stdout, stderr } = read({ KUBECONFIG: undefined }, suite);
    assert.equal(stderr, "KUBECONFIG is not set: name the kubeconfig of a test cluster\n");
    assert.equal(stdout, "");
    assert.equal(status, 2);
  });
});
