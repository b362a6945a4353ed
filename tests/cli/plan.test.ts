import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Plan } from "../../plan/plan.ts";
import { root } from "../support/plans.ts";

describe("slipway plan", () => {
  let directory: string;
  before(() => {
    directory = mkdtempSync(join(tmpdir(), "slipway-cli-"));
  });
  after(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  const slipway = (...args: string[]) =>
    spawnSync(process.execPath, [join(root, "cli", "main.ts"), ...args], {
      cwd: directory,
      encoding: "utf8",
      maxBuffer: 1 << 28,
    });

  /** Name and hash of every file that a plan wrote. */
  function written(stack: string): Record<string, string> {
    const out = join(directory, "out", stack);
    return Object.fromEntries(
      readdirSync(out, { recursive: true, encoding: "utf8" })
        .filter((file) => statSync(join(out, file)).isFile())
        .sort()
        .map((file) => [
          file,
          createHash("sha256")
            .update(readFileSync(join(out, file)))
            .digest("hex"),
        ]),
    );
  }

  it("prints at most 60 lines, the last of which says where to look next", () => {
    const { status, stdout, stderr } = slipway("plan", "staging");
    assert.equal(status, 0, stderr);
    const lines = `${stderr}${stdout}`.trimEnd().split("\n");
    assert.ok(lines.length <= 60, `${String(lines.length)} lines`);
    assert.equal(lines.at(-1), "Look at out/staging/report.html");
  });

  it("writes the same bytes twice", () => {
    slipway("plan", "staging");
    const first = written("staging");
    assert.ok("plan.json" in first && "report.html" in first);
    assert.ok(Object.keys(first).filter((file) => file.startsWith("manifests/")).length > 50);
    slipway("plan", "staging");
    assert.deepEqual(written("staging"), first);
    assert.ok(!existsSync(join(directory, "out", "staging.new")));
  });

  it("prints the plan as JSON and writes nothing when asked to", () => {
    const { status, stdout, stderr } = slipway("plan", "local", "--json");
    assert.equal(status, 0, stderr);
    const plan = JSON.parse(stdout) as Plan;
    assert.equal(plan.schemaVersion, 1);
    assert.equal(plan.stack, "local");
    assert.ok(!existsSync(join(directory, "out", "local")));
  });

  it("hides the kubeconfig, which is secret", () => {
    const { stdout } = slipway("plan", "staging", "--json");
    const plan = JSON.parse(stdout) as Plan;
    assert.equal(plan.outputs.kubeconfig, "[secret]");
  });

  it("plans a stack file from anywhere, under any name", () => {
    const file = join(root, "examples", "kaapi.yaml");
    const { status, stdout, stderr } = slipway("plan", "gamma", "--config-file", file);
    assert.equal(status, 0, stderr);
    assert.match(stdout, /^gamma: \d+ resources/);
  });

  it("compares with another revision", () => {
    const { status, stdout, stderr } = slipway("plan", "staging", "--against", "HEAD");
    assert.equal(status, 0, stderr);
    assert.match(stdout, /^Against HEAD: /);
  });

  it("ends with 2 and all mistakes of a configuration, without a stack trace or a file", () => {
    const file = join(directory, "wrong.yaml");
    const text = readFileSync(join(root, "Pulumi.staging.yaml"), "utf8")
      .replace("sha: 7c0b41d9e2f85a3361c4be07a95d28f1034e6bca", "sha: latest")
      .replace("zones: 2", "zones: 9");
    writeFileSync(file, text);
    const { status, stdout, stderr } = slipway("plan", "wrong", "--config-file", file);
    assert.equal(status, 2);
    assert.equal(stdout, "");
    assert.match(stderr, /^2 problems in Pulumi\.wrong\.yaml:$/m);
    assert.match(
      stderr,
      /apps\.api\.image\.sha is "latest": give 7 to 40 hexadecimal digits of a commit \(config slipway:apps\)/,
    );
    assert.match(stderr, /network\.zones is 9: .*\(config slipway:network\)/);
    assert.doesNotMatch(stderr, /\n\s+at /);
    assert.ok(!existsSync(join(directory, "out", "wrong")));
  });

  it("ends with 1 when a policy is violated: a check that cannot fail checks nothing (defect 11)", () => {
    const file = join(directory, "lax.yaml");
    const text = readFileSync(join(root, "Pulumi.production.yaml"), "utf8");
    const lax = text.replace(/(slipway:edge:(?:\n {4}.*)*?\n {4}replicas:) \d/, "$1 1");
    assert.notEqual(lax, text);
    writeFileSync(file, lax);
    const { status, stdout } = slipway("plan", "production", "--config-file", file);
    assert.equal(status, 1);
    assert.match(stdout, /mandatory ingress-controller-replicas/);
  });

  it("ends with 1 and one line where its files can't be written", () => {
    const occupied = mkdtempSync(join(tmpdir(), "slipway-cli-"));
    writeFileSync(join(occupied, "out"), "a file");
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [join(root, "cli", "main.ts"), "plan", "local"],
      { cwd: occupied, encoding: "utf8" },
    );
    rmSync(occupied, { recursive: true });
    assert.equal(status, 1);
    assert.equal(stdout, "");
    assert.match(stderr, /^cannot write out\/local: E\w+: .*$/m);
    assert.doesNotMatch(stderr, /\n\s+at /);
  });

  const wrongUsage: [string, string[], RegExp][] = [
    ["a stack without a file", ["plan", "nowhere"], /there is no \S*Pulumi\.nowhere\.yaml: give /],
    [
      "a file that is missing",
      ["plan", "x", "--config-file", "no.yaml"],
      /there is no no\.yaml: give /,
    ],
    [
      "a stack's name that is none",
      ["plan", "../x"],
      /stack is "\.\.\/x": give a name such as staging/,
    ],
    [
      "a revision that is unknown",
      ["plan", "local", "--against", "no-such"],
      /--against is "no-such"/,
    ],
    ["an option that is unknown", ["plan", "staging", "--loud"], /unknown option '--loud'/],
    ["a command that is unknown", ["launch"], /unknown command 'launch'/],
    ["no stack", ["plan"], /missing required argument 'stack'/],
  ];
  for (const [what, args, message] of wrongUsage)
    it(`ends with 2 and one message for ${what}`, () => {
      const { status, stderr } = slipway(...args);
      assert.equal(status, 2);
      assert.match(stderr, message);
      assert.doesNotMatch(stderr, /\n\s+at /);
    });

  it("ends with 2 and the line of a syntax error", () => {
    const file = join(directory, "broken.yaml");
    writeFileSync(file, "config:\n  slipway:apps: {a: [1\n");
    const { status, stderr } = slipway("plan", "broken", "--config-file", file);
    assert.equal(status, 2);
    assert.match(stderr, /broken\.yaml: .*line \d+/s);
    assert.doesNotMatch(stderr, /\n\s+at /);
  });
});
