import { Command } from "commander";
import { Git } from "../delivery/git.ts";
import { Histories } from "../delivery/histories.ts";
import { missingEvidence } from "../delivery/evidence.ts";
import { committedReleases } from "../delivery/past.ts";
import { describeReleases, listReleases } from "../delivery/release-list.ts";
import { openStack } from "../delivery/stack.ts";
import type { Stack } from "../delivery/stack.ts";
import { historyOption } from "./history-option.ts";
import type { HistoryFiles } from "./history-option.ts";
import { root } from "./root.ts";
import { UserError } from "../delivery/user-error.ts";

interface ReleasesFlags {
  readonly history: HistoryFiles;
  readonly offline?: true;
  readonly check?: true | string;
  readonly json?: true;
}

const rows = 10;

/** `slipway releases <stack>`: what ran when. */
export function releasesCommand(): Command {
  return new Command("releases")
    .description("list what ran when, by Pulumi's history and git's")
    .argument("<stack>", "name of the stack, as in Pulumi.<stack>.yaml")
    .option("--json", "print the whole list as JSON")
    .option("--offline", "list what was committed, without asking Pulumi's backend")
    .option(
      "--check [earlier]",
      "fail unless every commit of the file passed the smoke test where it must before; in one stack alone where it is named",
    )
    .addOption(historyOption())
    .action(releases);
}

async function releases(name: string, flags: ReleasesFlags): Promise<void> {
  const stack = openStack(root, name);
  const histories = new Histories(root, flags.history);
  const updates = flags.offline === true ? undefined : await histories.of(name);
  const list = listReleases(
    stack,
    updates,
    await committedReleases(new Git(stack.root), stack.file),
  );
  process.stdout.write(
    flags.json === true
      ? `${JSON.stringify(list, undefined, 2)}\n`
      : `${describeReleases(list, rows).join("\n")}\n`,
  );
  if (flags.check === undefined) return;
  if (updates === undefined)
    throw new UserError("--check asks ECR and Pulumi's histories: drop --offline");
  const missing = await missingEvidence(stack, histories, asked(stack, flags.check));
  if (missing.length > 0) throw new UserError(missing.join("\n"), 1);
}

function asked({ file, configuration }: Stack, check: true | string): readonly string[] {
  const { after } = configuration.releases;
  if (check === true) return after;
  if (after.includes(check)) return [check];
  throw new UserError(
    `--check is ${JSON.stringify(check)}: give one of slipway:releases.after of ${file}: ${after.join(", ") || "none"}`,
  );
}
