import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { contractVersion } from "../outputs.ts";
import { contractEntries } from "./contract.ts";

/** docs/outputs.md as the contract has it. */
export function outputsMarkdown(): string {
  const rows = contractEntries().map(
    ({ path, type, optional, secret, description }) =>
      `| \`${path}\` | ${type}${optional ? ", optional" : ""}${secret ? ", **secret**" : ""} | ${description} |`,
  );
  return [
    "<!-- Generated from outputs.ts by `npm run docs`; do not edit. -->",
    "",
    "# Stack outputs",
    "",
    `Contract version ${String(contractVersion)}. Other teams read these through a \`StackReference\`; the types are`,
    "`SlipwayOutputs` of [outputs.ts](../outputs.ts), and [examples/consumer](../examples/consumer)",
    "is a program that uses them. A name or a type does not change within a contract version:",
    "`npm test` compares with the released contract in `tests/golden/`.",
    "",
    "| output | type | meaning |",
    "| --- | --- | --- |",
    ...rows,
    "",
  ].join("\n");
}

if (import.meta.main) {
  const file = join(import.meta.dirname, "..", "docs", "outputs.md");
  const text = outputsMarkdown();
  if (!process.argv.includes("--check")) writeFileSync(file, text);
  else if (readFileSync(file, "utf8") !== text) {
    process.stderr.write("docs/outputs.md is out of date: run `npm run docs`\n");
    process.exitCode = 1;
  }
}
