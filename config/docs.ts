import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { stackFileSchema } from "./json-schema.ts";
import { renderReference } from "./reference.ts";

/** Writes what is generated from the schema; with `--check` says what would change. */

const root = join(import.meta.dirname, "..");

const examples = [
  { title: "The least that an EKS stack says", file: "examples/minimal.yaml" },
  { title: "On a laptop, without AWS", file: "Pulumi.local.yaml" },
  { title: "A JVM service with a slow start", file: "examples/loono.yaml" },
  { title: "A worker beside the API, migrations by Alembic", file: "examples/kaapi.yaml" },
] as const;

/** Generated files by path, as they must be. */
export function generatedFiles(): Readonly<Record<string, string>> {
  const shown = examples.map((example) => ({
    ...example,
    text: readFileSync(join(root, example.file), "utf8"),
  }));
  return {
    "config/stack.schema.json": `${JSON.stringify(stackFileSchema(), undefined, 2)}\n`,
    "docs/configuration.md": renderReference(shown),
  };
}

/** Paths of generated files that are missing or differ from what they must be. */
export function outdatedFiles(read: (file: string) => string | undefined = contentOf): string[] {
  return Object.entries(generatedFiles())
    .filter(([file, text]) => read(file) !== text)
    .map(([file]) => file);
}

function contentOf(file: string): string | undefined {
  try {
    return readFileSync(join(root, file), "utf8");
  } catch {
    return undefined;
  }
}

function main(options: readonly string[]): void {
  const outdated = outdatedFiles();
  if (options.includes("--check")) {
    if (outdated.length === 0) return;
    console.error(`${outdated.join(" and ")} differ from the schema: run \`npm run docs\``);
    process.exitCode = 1;
    return;
  }
  const files = generatedFiles();
  for (const file of outdated) writeFileSync(join(root, file), files[file] ?? "");
  for (const file of outdated) console.log(`wrote ${file}`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) main(process.argv.slice(2));
