import { core, eventually } from "./kubernetes.ts";

/**
 * SHA-256 of a file in a volume of a running pod, read by a container that joins the pod: images
 * of applications have no shell.
 */
export async function sha256InVolume(
  pod: { readonly namespace: string; readonly name: string },
  volume: string,
  file: string,
): Promise<string> {
  const container = `read-${String(Date.now())}`;
  const mountPath = "/seen";
  await core.patchNamespacedPodEphemeralcontainers({
    ...pod,
    body: [
      {
        op: "add",
        path: "/spec/ephemeralContainers",
        value: [
          {
            name: container,
            image: "docker.io/library/busybox:1.35.0",
            command: ["sha256sum", `${mountPath}/${file}`],
            volumeMounts: [{ name: volume, mountPath, readOnly: true }],
            securityContext: {
              runAsNonRoot: true,
              allowPrivilegeEscalation: false,
              capabilities: { drop: ["ALL"] },
              seccompProfile: { type: "RuntimeDefault" },
            },
          },
        ],
      },
    ],
  });
  await eventually(`the end of ${container}`, 60, async () => {
    const { status } = await core.readNamespacedPod(pod);
    return status?.ephemeralContainerStatuses?.find(({ name }) => name === container)?.state
      ?.terminated;
  });
  const printed = await core.readNamespacedPodLog({ ...pod, container });
  return printed.split(" ")[0] ?? "";
}
