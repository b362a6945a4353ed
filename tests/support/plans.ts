import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { evaluate } from "../../plan/evaluate.ts";
import type { RecordedResource, Recording } from "../../plan/monitor.ts";
import { parseStackFile } from "../../plan/stack-file.ts";
import type { StackFile } from "../../plan/stack-file.ts";

export const root = resolve(import.meta.dirname, "..", "..");

/** The stacks that the repository has. */
export const committedStacks = ["staging", "production", "local"] as const;

export function stackFile(stack: string): StackFile {
  return parseStackFile(readFileSync(join(root, `Pulumi.${stack}.yaml`), "utf8"));
}

const recordings = new Map<string, Promise<Recording>>();

/** What the program registers for a committed stack; evaluated once for all tests. */
export function recordingOf(stack: string): Promise<Recording> {
  const known = recordings.get(stack);
  if (known !== undefined) return known;
  const recording = evaluate(stack, stackFile(stack));
  recordings.set(stack, recording);
  return recording;
}

/** The order that the engine keeps: everything that a resource waits for, over any number of steps. */
export class Graph {
  readonly #resources: ReadonlyMap<string, RecordedResource>;

  constructor(resources: readonly RecordedResource[]) {
    this.#resources = new Map(resources.map((resource) => [resource.urn, resource]));
  }

  /** URNs that must exist before the resource does, its parents included. */
  before(urn: string): Set<string> {
    const found = new Set<string>();
    const pending = [urn];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      const resource = this.#resources.get(next);
      if (resource === undefined) continue;
      const { dependencies, parent, provider } = resource;
      for (const target of [...dependencies, ...[parent, provider].filter((x) => x !== undefined)])
        if (!found.has(target)) {
          found.add(target);
          pending.push(target);
        }
    }
    return found;
  }

  resource(urn: string): RecordedResource {
    const found = this.#resources.get(urn);
    if (found === undefined) throw new Error(`no resource ${urn}`);
    return found;
  }
}

/** The resources of one type, or of one type and name. */
export function ofType({ resources }: Recording, type: string, name?: RegExp): RecordedResource[] {
  return resources.filter(
    (resource) => resource.type === type && (name === undefined || name.test(resource.name)),
  );
}

/** The only resource of a type whose name matches. */
export function theOne(recording: Recording, type: string, name?: RegExp): RecordedResource {
  const found = ofType(recording, type, name);
  const [only] = found;
  if (only === undefined || found.length > 1)
    throw new Error(`${String(found.length)} resources of type ${type} match ${String(name)}`);
  return only;
}
