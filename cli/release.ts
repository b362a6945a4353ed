import { Command } from "commander";
import { prepareRelease } from "../delivery/release.ts";
import { openStack } from "../delivery/stack.ts";
import {
  addReleaseOptions,
  applyRelease,
  releaseOptions,
  requireCleanTree,
} from "./apply-release.ts";
import type { ReleaseFlags } from "./apply-release.ts";
import { root } from "./root.ts";

/** `slipway release <stack> <app> <commit>`: another commit of an application in a stack file. */
export function releaseCommand(): Command {
  const command = new Command("release")
    .description("release a commit: check it, write it into the stack file, plan")
    .argument("<stack>", "name of the stack, as in Pulumi.<stack>.yaml")
    .argument("<app>", "name of the application, as under slipway:apps")
    .argument("<commit>", "7 to 40 hexadecimal digits, or a tag such as v1.2.3");
  return addReleaseOptions(command).action(release);
}

async function release(
  name: string,
  app: string,
  commit: string,
  flags: ReleaseFlags,
): Promise<void> {
  const stack = openStack(root, name);
  if (flags.commit === true) await requireCleanTree(stack);
  const prepared = await prepareRelease(stack, app, commit, releaseOptions(flags));
  await applyRelease("release", stack, prepared, flags);
}
