import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { getCACertificates } from "node:tls";
import { Command, InvalidArgumentError } from "commander";
import { parseResolution } from "../delivery/smoke/client.ts";
import type { Resolution } from "../delivery/smoke/client.ts";
import { smoke } from "../delivery/smoke/smoke.ts";
import { smokeTargets } from "../delivery/smoke/targets.ts";
import { acceptedIssuer } from "../delivery/smoke/trust.ts";
import { openStack } from "../delivery/stack.ts";
import { root } from "./root.ts";
import { UserError } from "../delivery/user-error.ts";

interface SmokeFlags {
  readonly json?: true;
  readonly timeoutSeconds: number;
  readonly ca?: string;
  readonly resolve: readonly Resolution[];
}

/** `slipway smoke <stack>`: whether a deployed stack works for those outside. */
export function smokeCommand(): Command {
  return new Command("smoke")
    .description("ask every application through its public hosts: TLS, health, API docs, redirect")
    .argument("<stack>", "name of the stack, as in Pulumi.<stack>.yaml")
    .option("--json", "print the results as JSON")
    .option("--timeout-seconds <n>", "how long checks are repeated until they pass", seconds, 60)
    .option("--ca <file>", "certificate of an authority to trust besides the public ones, in PEM")
    .option(
      "--resolve <host:port:address>",
      "connect to an address (with a port, if another) instead of asking DNS; repeatable",
      (text, earlier: readonly Resolution[]) => [...earlier, parseResolution(text)],
      [],
    )
    .action(run);
}

async function run(name: string, flags: SmokeFlags): Promise<void> {
  const { configuration } = openStack(root, name);
  const { targets, wildcards } = smokeTargets(configuration);
  const accepted = acceptedIssuer(configuration);
  const results = await smoke(targets, {
    resolutions: flags.resolve,
    timeoutSeconds: flags.timeoutSeconds,
    ...(flags.ca === undefined ? {} : { authorities: withAuthority(flags.ca) }),
    ...(accepted === undefined ? {} : { acceptedIssuer: accepted }),
  });
  const failed = results.filter(({ passed }) => !passed);
  if (flags.json === true)
    process.stdout.write(
      `${JSON.stringify({ schemaVersion: 1, stack: name, passed: failed.length === 0, acceptedIssuer: accepted, results }, undefined, 2)}\n`,
    );
  else {
    const lines = [
      ...results.map(
        ({ app, check, url, passed }) => `${passed ? "ok  " : "FAIL"}  ${app} ${check}  ${url}`,
      ),
      ...wildcards.map(({ app, host }) => `skip  ${app}  ${host}: a wildcard names no host`),
      ...(accepted === undefined
        ? []
        : [
            `note  certificates of ${accepted} are accepted, though browsers trust none (config slipway:certificates)`,
          ]),
      ...(targets.length === 0 ? [`no application of ${name} has a public host to ask`] : []),
    ];
    process.stdout.write(`${lines.join("\n")}\n`);
  }
  if (failed.length > 0)
    throw new UserError(
      failed.map(({ url, reason }) => `${url} failed: ${reason ?? "no reason given"}`).join("\n"),
      1,
    );
}

function seconds(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 3600)
    throw new InvalidArgumentError("give whole seconds from 1 to 3600");
  return value;
}

function withAuthority(file: string): string[] {
  try {
    const pem = readFileSync(file, "utf8");
    new X509Certificate(pem);
    return [...getCACertificates("default"), pem];
  } catch (error) {
    throw new UserError(
      `--ca is ${JSON.stringify(file)}: give a certificate in PEM (${(error as Error).message})`,
    );
  }
}
