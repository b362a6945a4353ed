import { execute } from "./execute.ts";
import { apply, core, eventually, isReady } from "./kubernetes.ts";

const name = "prober";
const container = "main";

/** A pod from which the suite opens connections, as harmless as restricted Pod Security wants it. */
export function prober(namespace: string) {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace },
    spec: {
      automountServiceAccountToken: false,
      terminationGracePeriodSeconds: 0,
      securityContext: { runAsNonRoot: true, runAsUser: 65532 },
      containers: [
        {
          name: container,
          image: "busybox:1.35.0",
          command: ["sleep", "3600"],
          securityContext: {
            allowPrivilegeEscalation: false,
            capabilities: { drop: ["ALL"] },
            seccompProfile: { type: "RuntimeDefault" },
          },
        },
      ],
    },
  };
}

/** Starts the prober of a namespace. */
export async function startProber(namespace: string): Promise<void> {
  await apply(prober(namespace));
  await eventually(`the prober in ${namespace}`, 30, async () =>
    isReady(await core.readNamespacedPod({ namespace, name })) ? true : undefined,
  );
}

/** What a shell command prints in the prober. */
export function runInProber(namespace: string, command: string): Promise<string> {
  return execute({ namespace, pod: name, container }, ["sh", "-c", command]);
}

/** Whether the namespace's pods can open a TCP connection; a dropped packet counts after two seconds. */
export async function connects(namespace: string, host: string, port: number): Promise<boolean> {
  const connect = `timeout 2 nc ${host} ${String(port)} < /dev/null > /dev/null 2>&1`;
  // In words: a shell that could not be reached is no closed port.
  const answer = await runInProber(namespace, `${connect} && echo open || echo closed`);
  return answer.trim() === "open";
}
