import "./compile-cache.ts";
import { Command, CommanderError } from "commander";
import { UserError } from "../delivery/user-error.ts";

/** Each command loads what it needs alone: the Pulumi SDK takes longer than a notice. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  plan: async () => (await import("./plan.ts")).planCommand(),
  release: async () => (await import("./release.ts")).releaseCommand(),
  rollback: async () => (await import("./rollback.ts")).rollbackCommand(),
  releases: async () => (await import("./releases.ts")).releasesCommand(),
  smoke: async () => (await import("./smoke.ts")).smokeCommand(),
  notify: async () => (await import("./notify.ts")).notifyCommand(),
  comment: async () => (await import("./comment.ts")).commentCommand(),
  drift: async () => (await import("./drift.ts")).driftCommand(),
  recover: async () => (await import("./recover.ts")).recoverCommand(),
};

/** The command line: `slipway <command>`, one file a command. Exit codes: 0 fine, 1 failed, 2 wrong usage or configuration. */
const program = new Command("slipway")
  .description("From a git SHA to healthy HTTPS on Amazon EKS.")
  .exitOverride()
  .configureOutput({ writeErr: (text) => process.stderr.write(text) })
  .showHelpAfterError("(slipway --help lists the commands)");

try {
  const [name = ""] = process.argv.slice(2);
  const asked = Object.hasOwn(commands, name) ? commands[name] : undefined;
  for (const load of asked === undefined ? Object.values(commands) : [asked])
    program.addCommand((await load()).exitOverride());
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else if (error instanceof UserError) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = error.exitCode;
  } else throw error;
}
