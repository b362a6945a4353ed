import { z } from "zod";

const state = z.looseObject({
  urn: z.string(),
  type: z.string(),
  custom: z.boolean().optional(),
  inputs: z.record(z.string(), z.unknown()).optional(),
  parent: z.string().optional(),
  provider: z.string().optional(),
  dependencies: z.array(z.string()).nullish(),
  protect: z.boolean().optional(),
  retainOnDelete: z.boolean().optional(),
  additionalSecretOutputs: z.array(z.string()).nullish(),
  ignoreChanges: z.array(z.string()).nullish(),
});

const step = z.looseObject({
  op: z.string(),
  urn: z.string(),
  oldState: state.nullish(),
  newState: state.nullish(),
  detailedDiff: z.record(z.string(), z.looseObject({ kind: z.string() })).nullish(),
});

const preview = z.looseObject({
  config: z.record(z.string(), z.string()).nullish(),
  steps: z.array(step).nullish(),
  /** How many resources get which operation. */
  changeSummary: z.record(z.string(), z.number()).nullish(),
  diagnostics: z
    .array(z.looseObject({ message: z.string(), severity: z.string(), urn: z.string().optional() }))
    .nullish(),
});

/** What `pulumi preview --json` prints, as far as it is read here. */
export type Preview = z.infer<typeof preview>;

/** A step of a preview. */
export type PreviewStep = z.infer<typeof step>;

/** State of a resource in a preview. */
export type PreviewState = z.infer<typeof state>;

/**
 * Reads the output of `pulumi preview --json`; undefined where it is something else, such as the
 * text of a preview that could not even start.
 */
export function parsePreview(text: string): Preview | undefined {
  try {
    return preview.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
