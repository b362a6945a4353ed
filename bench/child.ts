import "../cli/compile-cache.ts";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { evaluate } from "../plan/evaluate.ts";
import { parseStackFile } from "../plan/stack-file.ts";

/**
 * The program alone, without policies and files: staging as it is, or with so many copies of its
 * first application instead.
 */
const copies = Number(process.argv[2] ?? "0");
const stackFile = join(import.meta.dirname, "..", "Pulumi.staging.yaml");
const file = parseStackFile(readFileSync(stackFile, "utf8"));
const apps = file.config["slipway:apps"] as Record<string, { readonly route?: object }>;
const [first] = Object.values(apps);
const copy = { ...first, route: undefined };
const many = Array.from({ length: copies }, (_, index) => [`app-${String(index)}`, copy] as const);
await evaluate("staging", {
  ...file,
  config: { ...file.config, "slipway:apps": copies === 0 ? apps : Object.fromEntries(many) },
});
