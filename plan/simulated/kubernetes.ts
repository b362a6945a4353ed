import { hexOf, recordOf, textOf } from "./account.ts";
import type { Properties, Simulated } from "./account.ts";

/** Answers for one Kubernetes object or Helm release as if it had just been created. */
export function simulateKubernetes(
  type: string,
  logicalName: string,
  inputs: Properties,
  region: string,
): Simulated {
  const metadata = recordOf(inputs.metadata);
  if (type === "kubernetes:helm.sh/v3:Release") {
    const name = textOf(inputs.name, logicalName);
    const namespace = textOf(inputs.namespace, "default");
    return {
      id: `${namespace}/${name}`,
      state: { ...inputs, status: { name, namespace, revision: 1, status: "deployed" } },
    };
  }
  const name = textOf(metadata.name, logicalName);
  const namespace = textOf(metadata.namespace, "");
  const id = namespace === "" ? name : `${namespace}/${name}`;
  if (recordOf(inputs.spec).type !== "LoadBalancer") return { id, state: inputs };
  const hostname = `k8s-${name.slice(0, 8)}-${hexOf(id, 10)}.elb.${region}.amazonaws.com`;
  return { id, state: { ...inputs, status: { loadBalancer: { ingress: [{ hostname }] } } } };
}
