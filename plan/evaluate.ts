import { dirname, resolve } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { startRecording } from "./monitor.ts";
import type { Recording } from "./monitor.ts";
import type { Account } from "./simulated/account.ts";
import type { StackFile } from "./stack-file.ts";

/** The program's one entry: what Pulumi runs as well. */
type Program = () => unknown;

/** A program and the account that it is run against. */
export interface ProgramInAccount {
  /** Name in Pulumi.yaml. */
  readonly project: string;
  /** File of the program, from the root of the repository. */
  readonly entry: string;
  readonly account: Account;
}

/** Account in which a plan without an account guard is made; AWS's documentation uses it. */
const documentationAccount = "123456789012";

/**
 * Runs the program for one stack in this process against a simulated account: no engine, no
 * provider, no network.
 *
 * @throws pulumi.RunError with all mistakes of the configuration.
 */
export async function evaluate(stack: string, file: StackFile): Promise<Recording> {
  const account = file.config["slipway:account"] as { allowedAccountIds?: unknown } | undefined;
  const accountIds: unknown = account?.allowedAccountIds;
  const first: unknown = Array.isArray(accountIds) ? accountIds[0] : undefined;
  const region = file.config["slipway:region"];
  return evaluateProgram(stack, file, {
    project: "slipway",
    entry: "index.ts",
    account: {
      accountId: typeof first === "string" ? first : documentationAccount,
      region: typeof region === "string" ? region : "local",
    },
  });
}

/**
 * Runs a program of this repository for one stack in the same way.
 *
 * @throws pulumi.RunError with all mistakes of the configuration.
 */
export async function evaluateProgram(
  stack: string,
  file: StackFile,
  { project, entry, account }: ProgramInAccount,
): Promise<Recording> {
  const config = Object.fromEntries(
    Object.entries(file.config).map(([key, value]) => [
      key,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
  pulumi.runtime.setAllConfig(config, [...file.secretKeys]);
  const recording = await startRecording(project, stack, account);
  const program = await loadProgram(entry);
  // The SDK takes a stack trace for each of its thousands of promises: three frames tell enough.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 3;
  // The SDK keeps a second promise of the program that nobody handles: it must not fail.
  const failures: unknown[] = [];
  await pulumi.runtime.runInPulumiStack(async () => {
    try {
      return await program();
    } catch (error) {
      failures.push(error);
      return {};
    }
  });
  await pulumi.runtime.disconnect();
  Error.stackTraceLimit = stackTraceLimit;
  if (failures.length > 0) throw failures[0];
  return recording;
}

async function loadProgram(entry: string): Promise<Program> {
  const file = resolve(dirname(import.meta.dirname), entry);
  const module = (await import(file)) as { default: Program };
  return module.default;
}
