import assert from "node:assert/strict";
import { firstLine, runCommand } from "../../delivery/command.ts";

const node = (script: string, timeoutSeconds?: number) =>
  runCommand(process.execPath, ["-e", script], {
    cwd: ".",
    ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }),
  });

describe("running a program", () => {
  it("gives all that it printed and how it ended", async () => {
    const script = 'console.log("é".repeat(100000)); console.error("no"); process.exitCode = 3';
    assert.deepEqual(await node(script), {
      status: 3,
      stdout: `${"é".repeat(100000)}\n`,
      stderr: "no\n",
    });
  });

  it("lets it read what it is given, and nothing otherwise", async () => {
    assert.equal((await runCommand("cat", [], { cwd: ".", input: "état" })).stdout, "état");
    assert.equal((await runCommand("cat", [], { cwd: "." })).stdout, "");
    assert.equal(
      (await runCommand("true", [], { cwd: ".", input: "x".repeat(1 << 20) })).status,
      0,
    );
  });

  it("fails when it is missing", async () => {
    await assert.rejects(runCommand("no-such-program", [], { cwd: "." }), {
      message: "no-such-program is not on PATH",
      exitCode: 1,
    });
  });

  for (const [what, cwd] of [
    ["is missing", "/nowhere"],
    ["is a file", import.meta.filename],
  ] as const)
    it(`names the directory that ${what}`, async () => {
      await assert.rejects(runCommand(process.execPath, ["-e", ""], { cwd }), {
        message: `there is no directory ${cwd}: give one that exists`,
        exitCode: 2,
      });
    });

  it("ends one that hangs, and says so", async () => {
    await assert.rejects(node("setInterval(() => {}, 1000)", 1), / -e did not end within 1 s$/);
  });

  it("counts one that was killed as failed", async () => {
    assert.equal((await node('process.kill(process.pid, "SIGKILL")')).status, 1);
  });

  it("finds the line that says what is wrong", () => {
    assert.equal(
      firstLine("\n  error: no stack named 'x' found\nmore"),
      "no stack named 'x' found",
    );
    assert.equal(firstLine("\n"), "no reason given");
  });
});
