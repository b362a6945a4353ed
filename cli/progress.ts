import { clearLine, cursorTo } from "node:readline";

/** Says on standard error what goes on: one line that changes on a terminal, plain lines elsewhere. */
export class Progress {
  readonly #stream: NodeJS.WriteStream;

  constructor(stream: NodeJS.WriteStream = process.stderr) {
    this.#stream = stream;
  }

  readonly step = (text: string): void => {
    if (this.#stream.isTTY) {
      this.clear();
      this.#stream.write(`${text} ...`);
    } else this.#stream.write(`${text}\n`);
  };

  /** Takes the changing line away, so that what follows stands alone. */
  clear(): void {
    if (!this.#stream.isTTY) return;
    clearLine(this.#stream, 0);
    cursorTo(this.#stream, 0);
  }
}
