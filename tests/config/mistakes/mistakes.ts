import assert from "node:assert/strict";
import { parseConfiguration } from "../../../config/parse.ts";
import { changed, readDirectory } from "../valid.ts";
import type { Change } from "../valid.ts";

/** What is wrong, the changes that make it so, and the only line that must be said about it. */
export type Mistake = readonly [name: string, changes: readonly Change[], message: string];

/** One test for each wrong value. */
export function refuses(subject: string, mistakes: readonly Mistake[]): void {
  describe(`wrong configuration: ${subject}`, () => {
    for (const [name, changes, message] of mistakes)
      it(`refuses ${name}`, () => {
        const parsed = parseConfiguration(changed(...changes), "staging", readDirectory);
        assert.deepEqual("problems" in parsed ? parsed.problems : [], [message]);
      });
  });
}
