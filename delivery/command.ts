import { spawn } from "node:child_process";
import { statSync } from "node:fs";
import { UserError } from "./user-error.ts";

interface CommandOptions {
  readonly cwd: string;
  /** @default 60 */
  readonly timeoutSeconds?: number;
  /** What it reads from standard input. @default nothing */
  readonly input?: string;
}

/** What a command gave. */
export interface CommandResult {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a program without a shell and gathers what it prints.
 *
 * @throws UserError where the program or the directory is missing, or the program has not ended after
 *   `timeoutSeconds`.
 */
export function runCommand(
  program: string,
  args: readonly string[],
  { cwd, timeoutSeconds = 60, input = "" }: CommandOptions,
): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    // Of a missing directory the system says the same as of a missing program.
    if (statSync(cwd, { throwIfNoEntry: false })?.isDirectory() !== true)
      throw new UserError(`there is no directory ${cwd}: give one that exists`);
    const child = spawn(program, args, {
      cwd,
      stdio: "pipe",
      // Unlike the option timeout, this one does not keep the process alive when nothing was started.
      signal: AbortSignal.timeout(timeoutSeconds * 1000),
    });
    // Who ends without reading it says so by his status.
    child.stdin.on("error", () => undefined).end(input);
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
    child.on("error", (error: NodeJS.ErrnoException) => {
      const why =
        error.code === "ENOENT"
          ? "is not on PATH"
          : error.name === "AbortError"
            ? `${args[0] ?? ""} did not end within ${String(timeoutSeconds)} s`
            : `cannot be run: ${error.message}`;
      reject(new UserError(`${program} ${why}`, 1));
    });
    child.on("close", (status) => {
      // Ended by a signal, it has no status.
      resolve({ status: status ?? 1, stdout: textOf(stdout), stderr: textOf(stderr) });
    });
  });
}

/** The first line of what went wrong, for a message of one line. */
export function firstLine(text: string): string {
  const line = text
    .split("\n")
    .map((each) => each.trim())
    .find((each) => each !== "");
  return (line ?? "no reason given").replace(/^(?:error|fatal):\s*/i, "");
}

function textOf(chunks: readonly Buffer[]): string {
  return Buffer.concat(chunks).toString("utf8");
}
