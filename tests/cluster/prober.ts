import { PassThrough } from "node:stream";
import { Exec } from "@kubernetes/client-node";
import type { V1Status } from "@kubernetes/client-node";
import { apply, core, environment, eventually, isReady } from "./kubernetes.ts";

const name = "prober";

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
          name: "main",
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

/** Runs a shell command in the prober: what it printed, or undefined where it failed. */
export async function runInProber(namespace: string, command: string): Promise<string | undefined> {
  const output = new PassThrough();
  let printed = "";
  output.setEncoding("utf8").on("data", (text: string) => (printed += text));
  const status = await new Promise<V1Status>((resolve, reject) => {
    new Exec(environment.kubeconfig)
      .exec(namespace, name, "main", ["sh", "-c", command], output, output, null, false, resolve)
      .catch(reject);
  });
  return status.status === "Success" ? printed : undefined;
}

/** Whether the namespace's pods can open a TCP connection; a dropped packet counts after two seconds. */
export async function connects(namespace: string, host: string, port: number): Promise<boolean> {
  const command = `timeout 2 nc ${host} ${String(port)} < /dev/null`;
  return (await runInProber(namespace, command)) !== undefined;
}
