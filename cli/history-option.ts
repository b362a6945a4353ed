import { Option } from "commander";
import { UserError } from "../delivery/user-error.ts";

/** Files with histories by stack. */
export type HistoryFiles = Readonly<Record<string, string>>;

/** `--history <stack=file>`, repeatable: histories that were recorded elsewhere. */
export function historyOption(): Option {
  return new Option(
    "--history <stack=file>",
    "take what `pulumi stack history --json` printed instead of asking the backend; repeatable",
  )
    .default({})
    .argParser(read);
}

function read(text: string, earlier: HistoryFiles): HistoryFiles {
  const [, stack, file] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  if (stack === undefined || file === undefined)
    throw new UserError(`--history is ${JSON.stringify(text)}: give <stack>=<file>`);
  return { ...earlier, [stack]: file };
}
