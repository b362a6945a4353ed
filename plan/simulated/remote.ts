import { expandEksCluster } from "./eks-cluster.ts";
import { expandVpc } from "./vpc.ts";
import type { Properties } from "./account.ts";
import type { Registrar } from "./registrar.ts";

/**
 * Remote components run in their provider's process. Here the same kinds of children are registered
 * that their public sources register, so that policies and cost see them without a provider.
 */
const expansions: Readonly<Record<string, (registrar: Registrar) => Promise<Properties>>> = {
  "awsx:ec2:Vpc": expandVpc,
  "eks:index:Cluster": expandEksCluster,
};

/** Outputs of a remote component, or undefined where its type is not known. */
export async function expandRemote(
  type: string,
  registrar: Registrar,
): Promise<Properties | undefined> {
  return expansions[type]?.(registrar);
}
