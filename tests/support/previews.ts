import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { changesOfPreview } from "../../plan/changes/from-preview.ts";
import type { StackChanges } from "../../plan/changes/stack-changes.ts";
import { root } from "./plans.ts";

/** Day of all tests that depend on one. */
export const today = "2026-11-21";

/** What the real engine said; `npm run record-previews` records it anew. */
export function recordedPreview(name: string): string {
  const file = join(root, "tests", "golden", "previews", `${name}.json.gz`);
  return gunzipSync(readFileSync(file)).toString("utf8");
}

/** Changes of a recorded preview, whose name begins with that of its stack. */
export function recordedChanges(name: string): Promise<StackChanges> {
  return changesOfPreview(name.split("-")[0] ?? "", recordedPreview(name), today);
}

/** One resource of a preview made by hand. */
export interface PreviewResource {
  readonly op: string;
  readonly type?: string;
  readonly name: string;
  readonly before?: Readonly<Record<string, unknown>>;
  readonly after?: Readonly<Record<string, unknown>>;
  /** Further fields of both states. */
  readonly state?: Readonly<Record<string, unknown>>;
  /** Further fields of the step. */
  readonly step?: Readonly<Record<string, unknown>>;
}

/** Output of `pulumi preview --json` with these resources. */
export function previewOf(
  resources: readonly PreviewResource[],
  rest: Readonly<Record<string, unknown>> = {},
): string {
  const steps = resources.map(({ op, type = "aws:sqs/queue:Queue", name, ...resource }) => {
    const urn = `urn:pulumi:staging::slipway::${type}::${name}`;
    const state = (inputs: unknown) => ({ urn, type, custom: true, inputs, ...resource.state });
    return {
      op,
      urn,
      ...(resource.before === undefined ? {} : { oldState: state(resource.before) }),
      ...(resource.after === undefined ? {} : { newState: state(resource.after) }),
      ...resource.step,
    };
  });
  return JSON.stringify({ steps, ...rest });
}

/** Changes of a preview made by hand. */
export function changesOf(
  resources: readonly PreviewResource[],
  rest?: Readonly<Record<string, unknown>>,
): Promise<StackChanges> {
  return changesOfPreview("staging", previewOf(resources, rest), today);
}
