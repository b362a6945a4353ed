import { z } from "zod";
import { UserError } from "./user-error.ts";

/** One entry of a stack's history, as Pulumi recorded it when it ended. */
export interface Update {
  /** What was done: update, destroy, refresh, ... */
  readonly kind: string;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly result: "succeeded" | "failed" | "unfinished";
  /** False where only some resources were asked for (`--target`): it says nothing of an application. */
  readonly whole: boolean;
  readonly message: string;
  /** Commit of this repository that it ran from; absent where it ran outside git. */
  readonly revision?: string;
  /** Image of each application. */
  readonly images: Readonly<Record<string, { readonly repository: string; readonly sha: string }>>;
}

const entry = z.object({
  kind: z.string(),
  startTime: z.string(),
  result: z.string(),
  message: z.string().nullish(),
  environment: z.record(z.string(), z.string()).nullish(),
  config: z
    .record(z.string(), z.object({ value: z.string().nullish(), secret: z.boolean().nullish() }))
    .nullish(),
});
const applications = z.record(
  z.string(),
  z.object({ image: z.object({ repository: z.string(), sha: z.string() }) }),
);

/**
 * Reads what `pulumi stack history --json` prints, newest update first.
 *
 * @throws UserError where it is anything else; `source` says whence it came.
 */
export function parseUpdates(text: string, source: string): Update[] {
  const parsed = z.array(entry).safeParse(json(text));
  if (!parsed.success)
    throw new UserError(
      `${source} is no history of a stack: give what \`pulumi stack history --json\` prints`,
      2,
    );
  return parsed.data.map(({ kind, startTime, result, message, environment, config }) => {
    const revision = environment?.["git.head"];
    const applied = applications.safeParse(json(config?.["slipway:apps"]?.value ?? "{}"));
    return {
      kind,
      startedAt: startTime,
      result: result === "succeeded" || result === "failed" ? result : "unfinished",
      whole: !Object.keys(environment ?? {}).some((key) =>
        /^pulumi\.flag\.(?:target|exclude)/.test(key),
      ),
      message: message ?? "",
      ...(revision === undefined ? {} : { revision }),
      images: applied.success
        ? Object.fromEntries(Object.entries(applied.data).map(([app, { image }]) => [app, image]))
        : {},
    };
  });
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
