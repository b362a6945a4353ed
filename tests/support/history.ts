/** One update as tests write it. */
export interface RecordedUpdate {
  /** Commit of each application. */
  readonly shas: Readonly<Record<string, string>>;
  readonly kind?: string;
  readonly result?: string;
  readonly at?: string;
  readonly revision?: string;
  readonly message?: string;
  readonly flags?: readonly string[];
}

/** What `pulumi stack history --json` prints, newest first; the engine suite has the real thing. */
export function historyJson(...updates: readonly RecordedUpdate[]): string {
  return JSON.stringify(
    updates.map(({ shas, kind, result, at, revision, message, flags }) => ({
      version: 0,
      kind: kind ?? "update",
      startTime: at ?? "2026-11-21T12:25:46.000Z",
      message: message ?? "",
      environment: {
        "exec.kind": "cli",
        ...(revision === undefined ? {} : { "git.head": revision }),
        ...Object.fromEntries((flags ?? []).map((flag) => [`pulumi.flag.${flag}`, "set"])),
      },
      config: {
        "slipway:project": { value: "slipway", secret: false },
        "slipway:apps": {
          value: JSON.stringify(
            Object.fromEntries(
              Object.entries(shas).map(([app, sha]) => [
                app,
                { image: { repository: `registry.example.com/${app}`, sha } },
              ]),
            ),
          ),
          secret: false,
        },
      },
      result: result ?? "succeeded",
      endTime: at ?? "2026-11-21T12:25:50.000Z",
      resourceChanges: { same: 218 },
    })),
  );
}
