import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { KubeConfig } from "@kubernetes/client-node";
import { parse } from "yaml";

/** Where the suite runs: all that the tests know of the cluster. */
export interface Environment {
  readonly kubeconfig: KubeConfig;
  /** Configuration in which this cluster differs from stack.yaml, by full key. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Roots of the ACME server, PEM. */
  readonly authority: string;
  /** Whether what an earlier run deployed is used, and left for the next one: for work on a test. */
  readonly keep: boolean;
  /** Whether AWS throttles for five minutes, rather than until it shows. */
  readonly long: boolean;
}

/**
 * Reads the environment; ends with one line and 2 where nothing can be tested, or where the cluster
 * may be somebody's.
 *
 * `KUBECONFIG` names the cluster. `SLIPWAY_TEST_DISPOSABLE=1` says that it may be spoilt (a context
 * of kind says so by its name). `SLIPWAY_TEST_SETTINGS` names a stack file whose `config` replaces
 * keys of stack.yaml. `SLIPWAY_TEST_CA` names the PEM file of the ACME server's roots.
 * `AWS_ENDPOINT_URL` is the AWS emulator, as this machine reaches it. `SLIPWAY_TEST_KEEP=1` keeps
 * what is deployed from run to run. `SLIPWAY_TEST_LONG=1` lets AWS throttle
 * for five minutes, rather than until it shows.
 */
export function readEnvironment(variables: NodeJS.ProcessEnv = process.env): Environment {
  const file = (name: string, what: string): string => {
    const value = variables[name];
    if (value === undefined || !existsSync(value))
      refuse(`${name} is ${value === undefined ? "not set" : `"${value}": no such file`}: ${what}`);
    return value;
  };
  const kubeconfig = new KubeConfig();
  kubeconfig.loadFromFile(file("KUBECONFIG", "name the kubeconfig of a test cluster"));
  const context = kubeconfig.getCurrentContext();
  if (variables.SLIPWAY_TEST_DISPOSABLE !== "1" && !context.startsWith("kind-"))
    refuse(
      `context "${context}" is not marked for tests, which spoil what they find: set SLIPWAY_TEST_DISPOSABLE=1 if nobody needs that cluster`,
    );
  if (spawnSync("pulumi", ["version"]).error !== undefined)
    refuse("no pulumi on PATH: the cluster suite needs the Pulumi command line");
  if (variables.AWS_ENDPOINT_URL === undefined)
    refuse("AWS_ENDPOINT_URL is not set: give the address of an AWS emulator, never of AWS");
  return {
    kubeconfig,
    settings: configOf(
      file("SLIPWAY_TEST_SETTINGS", "name a stack file for this cluster, see docs/testing.md"),
    ),
    authority: readFileSync(
      file("SLIPWAY_TEST_CA", "name the PEM file of the ACME server's roots"),
      "utf8",
    ),
    keep: variables.SLIPWAY_TEST_KEEP === "1",
    long: variables.SLIPWAY_TEST_LONG === "1",
  };
}

function configOf(file: string): Record<string, unknown> {
  const content = parse(readFileSync(file, "utf8")) as { config?: Record<string, unknown> };
  return content.config ?? {};
}

function refuse(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(2);
}
