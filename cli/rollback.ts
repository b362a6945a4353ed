import { Command } from "commander";
import { prepareRollback } from "../delivery/release.ts";
import { openStack } from "../delivery/stack.ts";
import {
  addReleaseOptions,
  applyRelease,
  releaseOptions,
  requireCleanTree,
} from "./apply-release.ts";
import type { ReleaseFlags } from "./apply-release.ts";
import { root } from "./root.ts";

interface RollbackFlags extends ReleaseFlags {
  readonly to?: string;
}

/** `slipway rollback <stack> <app>`: back to a commit that was healthy before. */
export function rollbackCommand(): Command {
  const command = new Command("rollback")
    .description("put the last good commit of an application back: check it, write it, plan")
    .argument("<stack>", "name of the stack, as in Pulumi.<stack>.yaml")
    .argument("<app>", "name of the application, as under slipway:apps")
    .option("--to <commit>", "an earlier one instead of the last; see `slipway releases <stack>`");
  return addReleaseOptions(command).action(rollback);
}

async function rollback(name: string, app: string, flags: RollbackFlags): Promise<void> {
  const stack = openStack(root, name);
  if (flags.commit === true) await requireCleanTree(stack);
  const prepared = await prepareRollback(stack, app, flags.to, releaseOptions(flags));
  await applyRelease("roll back", stack, prepared, flags);
}
