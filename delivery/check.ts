/** What became of one question that a release asks before anything is changed. */
export interface Check {
  /** `skipped`: it could not be asked, or was waived by name; `refused` stops the release. */
  readonly outcome: "passed" | "skipped" | "refused";
  readonly text: string;
}
