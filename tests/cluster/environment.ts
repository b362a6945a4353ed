import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { KubeConfig } from "@kubernetes/client-node";
import { parse } from "yaml";

/** Where the acceptance runs: all that the tests know of the cluster. */
export interface Environment {
  readonly kubeconfig: KubeConfig;
  /** Configuration that this cluster needs to differ, by full key. */
  readonly overrides: Readonly<Record<string, unknown>>;
  /** Authority that signs the certificates, PEM; undefined where the cluster signs them itself. */
  readonly authority: string | undefined;
}

/**
 * Reads the environment, and refuses a cluster that somebody may need.
 *
 * `KUBECONFIG` names the cluster; `SLIPWAY_TEST_DISPOSABLE=1` says that it may be spoilt (a context
 * of kind says so by its name); `SLIPWAY_TEST_SETTINGS` names a stack file whose `config` replaces
 * keys of tests/cluster/stack.yaml; `SLIPWAY_TEST_CA` names the PEM file of the ACME server's roots.
 */
export function readEnvironment(variables: NodeJS.ProcessEnv = process.env): Environment {
  const { KUBECONFIG, SLIPWAY_TEST_DISPOSABLE, SLIPWAY_TEST_SETTINGS, SLIPWAY_TEST_CA } = variables;
  if (KUBECONFIG === undefined || !existsSync(KUBECONFIG))
    refuse(`KUBECONFIG is ${JSON.stringify(KUBECONFIG)}: name the kubeconfig of a test cluster`);
  const kubeconfig = new KubeConfig();
  kubeconfig.loadFromFile(KUBECONFIG);
  const context = kubeconfig.getCurrentContext();
  if (SLIPWAY_TEST_DISPOSABLE !== "1" && !context.startsWith("kind-"))
    refuse(
      `context ${context} is not marked for tests: they delete what they find; set SLIPWAY_TEST_DISPOSABLE=1 if nobody needs that cluster`,
    );
  if (spawnSync("pulumi", ["version"]).error !== undefined)
    refuse("no `pulumi` on PATH: the cluster suite needs the Pulumi command line");
  return {
    kubeconfig,
    overrides: SLIPWAY_TEST_SETTINGS === undefined ? {} : configOf(SLIPWAY_TEST_SETTINGS),
    authority: SLIPWAY_TEST_CA === undefined ? undefined : readFileSync(SLIPWAY_TEST_CA, "utf8"),
  };
}

function configOf(file: string): Record<string, unknown> {
  const content = parse(readFileSync(file, "utf8")) as { config?: Record<string, unknown> };
  return content.config ?? {};
}

/** Ends the run with one line and 2: nothing was tested, so nothing has failed. */
function refuse(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(2);
}
