import {
  closeSync,
  fchmodSync,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { UserError, writeTo } from "./user-error.ts";

/**
 * Gives a file a new text in one step: readers see the old one or the new one, never a part.
 * Permissions stay; a symbolic link keeps pointing to the file.
 *
 * @throws UserError where the file no longer has the text that the change was made from, or can't be
 *   written.
 */
export function replaceFile(path: string, expected: string, text: string): void {
  writeTo(path, () => {
    replace(path, expected, text);
  });
}

function replace(path: string, expected: string, text: string): void {
  const target = realpathSync(path);
  const temporary = join(dirname(target), `.slipway-${String(process.pid)}.tmp`);
  const handle = openSync(temporary, "wx", 0o600);
  try {
    writeSync(handle, text);
    fchmodSync(handle, statSync(target).mode & 0o7777);
    fsyncSync(handle);
    if (readFileSync(target, "utf8") !== expected)
      throw new UserError(`${path} was changed meanwhile: run the command again`, 1);
    renameSync(temporary, target);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  } finally {
    closeSync(handle);
  }
}
