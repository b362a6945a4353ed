import assert from "node:assert/strict";
import fc from "fast-check";
import { parseConfiguration } from "../../config/parse.ts";
import { property } from "../../config/expectation.ts";
import { changed, readDirectory, valid } from "./valid.ts";

const line = /^[^\n]+ is [^\n]+: [^\n]+ \(config slipway:[^\n]+\)$/u;

/** Every place in a value, as keys from the root. */
function placesOf(value: unknown): string[][] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [
    [key],
    ...placesOf(inner).map((rest) => [key, ...rest]),
  ]);
}

const places = placesOf(valid);
const anyValue = fc.oneof(
  fc.jsonValue(),
  fc.string({ unit: "binary" }),
  fc.string({ unit: "grapheme", minLength: 50 }),
  fc.double(),
  fc.constantFrom(undefined, null, "", "latest", -1, 1e21, [], {}, "0.0.0.0/0", "__proto__"),
);

function wellFormed(raw: Record<string, unknown>, stack = "staging"): void {
  const parsed = parseConfiguration(raw, stack, readDirectory);
  if ("configuration" in parsed) return;
  assert.notEqual(parsed.problems.length, 0);
  for (const problem of parsed.problems) {
    assert.match(problem, line);
    assert.doesNotMatch(problem, /^\s+at |Zod|Invalid input|\[object Object\]|undefined/);
  }
}

describe("whatever a configuration holds", () => {
  it("one place replaced by anything gives a configuration or well-formed problems", () => {
    fc.assert(
      fc.property(fc.constantFrom(...places), anyValue, (place, value) => {
        wellFormed(changed([place.join("/"), value]));
      }),
      { numRuns: 1500 },
    );
  });

  it("several places taken away give a configuration or well-formed problems", () => {
    const some = fc.uniqueArray(fc.constantFrom(...places), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(some, (taken) => {
        const raw = changed();
        for (const place of taken) {
          const holder = place.slice(0, -1).reduce<unknown>(property, raw);
          if (typeof holder === "object" && holder !== null)
            Reflect.deleteProperty(holder, place.at(-1) ?? "");
        }
        wellFormed(raw);
      }),
      { numRuns: 300 },
    );
  });

  it("a key of any name in any mapping gives well-formed problems or a configuration", () => {
    const mappings = places.filter((place) => {
      const value = place.reduce<unknown>(property, valid);
      return typeof value === "object" && value !== null && !Array.isArray(value);
    });
    const anyKey = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom("__proto__", "toString"),
    );
    fc.assert(
      fc.property(fc.constantFrom(...mappings), anyKey, fc.jsonValue(), (place, key, value) => {
        const raw = changed();
        const mapping = place.reduce<unknown>(property, raw) as object;
        Object.defineProperty(mapping, key, { value, enumerable: true });
        wellFormed(raw);
      }),
      { numRuns: 500 },
    );
  });

  it("anything at all gives well-formed problems", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.string(), (raw, stack) => {
        wellFormed(raw, stack);
      }),
      { numRuns: 200 },
    );
  });
});

describe("the commit of an image", () => {
  const isAccepted = (sha: unknown) =>
    "configuration" in
    parseConfiguration(changed(["apps/api/image/sha", sha]), "staging", readDirectory);

  it("may be any 7 to 40 hexadecimal digits", () => {
    const digits = fc.string({
      unit: fc.constantFrom(...("0123456789abcdef".match(/./g) ?? [])),
      minLength: 7,
      maxLength: 40,
    });
    fc.assert(fc.property(digits, isAccepted), { numRuns: 200 });
  });

  it("may be nothing else", () => {
    const other = fc
      .oneof(fc.string(), fc.string({ unit: "binary" }), fc.stringMatching(/^[0-9a-fA-F]{1,60}$/))
      .filter((text) => !/^[0-9a-f]{7,40}$/.test(text));
    fc.assert(
      fc.property(other, (text) => !isAccepted(text)),
      { numRuns: 500 },
    );
  });
});
