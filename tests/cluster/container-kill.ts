import type { V1Pod } from "@kubernetes/client-node";
import { apply, core, eventually, remove } from "./kubernetes.ts";

const namespace = "slipway-suite-node";

/**
 * Ends the first container of a pod by SIGKILL, as the kernel does when memory runs out. From inside
 * the pod its first process cannot be killed, so a pod that sees all processes of the node does it.
 *
 * @returns when, by `performance.now()`.
 */
export async function killContainer(pod: V1Pod): Promise<number> {
  const id = pod.status?.containerStatuses?.[0]?.containerID?.split("://")[1];
  if (id === undefined) throw new Error(`pod ${pod.metadata?.name ?? ""} has no container yet`);
  await apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
  const killer = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "killer", namespace },
    spec: {
      nodeName: pod.spec?.nodeName,
      hostPID: true,
      restartPolicy: "Never",
      containers: [
        {
          name: "killer",
          image: "busybox:1.35.0",
          securityContext: { privileged: true },
          command: ["sh", "-c", `grep -l ${id} /proc/[0-9]*/cgroup | cut -d/ -f3 | xargs kill -9`],
        },
      ],
    },
  };
  await remove(killer);
  await apply(killer);
  const phase = await eventually("the end of the killer", 60, async () => {
    const { status } = await core.readNamespacedPod({ namespace, name: "killer" });
    return status?.phase === "Succeeded" || status?.phase === "Failed" ? status.phase : undefined;
  });
  const killed = performance.now();
  if (phase === "Failed") throw new Error(`no process of container ${id} could be killed`);
  await remove({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
  return killed;
}
