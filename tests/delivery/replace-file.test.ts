import assert from "node:assert/strict";
import {
  chmodSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { replaceFile } from "../../delivery/replace-file.ts";

describe("replacing a file", () => {
  let directory: string;
  let file: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "slipway-file-"));
    file = join(directory, "Pulumi.staging.yaml");
    writeFileSync(file, "old");
  });
  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  it("keeps permissions and leaves nothing beside it", () => {
    chmodSync(file, 0o640);
    replaceFile(file, "old", "new");
    assert.equal(readFileSync(file, "utf8"), "new");
    assert.equal(statSync(file).mode & 0o7777, 0o640);
    assert.deepEqual(readdirSync(directory), ["Pulumi.staging.yaml"]);
  });

  it("never writes into the old file, so that a reader sees one or the other", () => {
    const before = statSync(file).ino;
    replaceFile(file, "old", "new");
    assert.notEqual(statSync(file).ino, before);
  });

  it("goes through a symbolic link", () => {
    const link = join(directory, "link.yaml");
    symlinkSync(file, link);
    replaceFile(link, "old", "new");
    assert.ok(lstatSync(link).isSymbolicLink());
    assert.equal(readFileSync(file, "utf8"), "new");
  });

  it("refuses a file that somebody else changed, and leaves it so", () => {
    writeFileSync(file, "theirs");
    assert.throws(() => {
      replaceFile(file, "old", "new");
    }, /was changed meanwhile: run the command again/);
    assert.equal(readFileSync(file, "utf8"), "theirs");
    assert.deepEqual(readdirSync(directory), ["Pulumi.staging.yaml"]);
  });

  it("fails with one line that has path and reason where it can't be written", () => {
    const temporary = join(directory, `.slipway-${String(process.pid)}.tmp`);
    writeFileSync(temporary, "");
    assert.throws(
      () => {
        replaceFile(file, "old", "new");
      },
      {
        name: "Error",
        message: `cannot write ${file}: EEXIST: file already exists, open '${temporary}'`,
        exitCode: 1,
      },
    );
    assert.equal(readFileSync(file, "utf8"), "old");
  });
});
