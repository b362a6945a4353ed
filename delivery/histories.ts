import { readFileSync } from "node:fs";
import { UserError } from "./user-error.ts";
import { firstLine, runCommand } from "./command.ts";
import { parseUpdates } from "./updates.ts";
import type { Update } from "./updates.ts";

/** Each update is a file of its own in the backend, so that reading all of them takes long. */
const newestUpdates = 200;

/** What a history is called where it is said to lack something: it may have been cut. */
export function historyName(updates: readonly Update[]): string {
  return updates.length < newestUpdates
    ? "Pulumi's history"
    : `Pulumi's newest ${String(updates.length)} updates`;
}

/** Histories of stacks as Pulumi recorded them, each read once. */
export class Histories {
  readonly #root: string;
  readonly #files: Readonly<Record<string, string>>;
  readonly #read = new Map<string, Promise<Update[]>>();

  /** `files` hold, by stack, what `pulumi stack history --json` printed elsewhere. */
  constructor(root: string, files: Readonly<Record<string, string>>) {
    this.#root = root;
    this.#files = files;
  }

  /**
   * The newest updates of a stack, newest first; none where the stack was never made.
   *
   * @throws UserError where the backend can't be asked.
   */
  of(stack: string): Promise<Update[]> {
    const known = this.#read.get(stack);
    if (known !== undefined) return known;
    const file = this.#files[stack];
    const reading = file === undefined ? this.#ask(stack) : this.#readFile(file);
    this.#read.set(stack, reading);
    return reading;
  }

  async #ask(stack: string): Promise<Update[]> {
    const args = ["stack", "history", "--json", "--non-interactive", "--stack", stack];
    const { status, stdout, stderr } = await runCommand(
      "pulumi",
      [...args, "--page-size", String(newestUpdates)],
      { cwd: this.#root, timeoutSeconds: 120 },
    );
    if (status === 0) return parseUpdates(stdout, `the history of ${stack}`);
    if (/no stack named/.test(stderr)) return [];
    throw new UserError(
      `the history of ${stack} can't be read: ${firstLine(stderr)}: log in to its backend (pulumi login), or give --history ${stack}=<file>`,
      1,
    );
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- one shape for both sources
  async #readFile(file: string): Promise<Update[]> {
    let text: string;
    try {
      text = readFileSync(file, "utf8");
    } catch (error) {
      throw new UserError(`--history ${file} can't be read: ${(error as Error).message}`, 2);
    }
    return parseUpdates(text, `--history ${file}`);
  }
}
