import { connect } from "node:tls";
import type { KubernetesObject } from "@kubernetes/client-node";
import { demoHost } from "./https.ts";
import { change, custom, environment, eventually } from "./kubernetes.ts";

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
  readonly [key: string]: unknown;
}

/** What cert-manager's objects have in common. */
export interface Certified extends KubernetesObject {
  readonly spec: Record<string, unknown>;
  readonly status?: { readonly conditions?: readonly Condition[]; readonly revision?: number };
}

const api = { group: "cert-manager.io", version: "v1" };

/** Serial number of the certificate with which an edge answers; fails where no known root signed it. */
export function serialAt(address: string, host = demoHost): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({
      host: address,
      port: 443,
      servername: host,
      ca: environment.authority,
      timeout: 5000,
    });
    socket.on("secureConnect", () => {
      resolve(socket.getPeerCertificate().serialNumber);
      socket.destroy();
    });
    socket.on("timeout", () => socket.destroy(new Error("no handshake within 5 s")));
    socket.on("error", reject);
  });
}

/** The Certificate of an application's route. */
export async function certificateOf(app: string): Promise<Certified> {
  return (await custom.getNamespacedCustomObject({
    ...api,
    namespace: app,
    plural: "certificates",
    name: `${app}-tls-secret`,
  })) as Certified;
}

/** Condition of an object by its type. */
export function conditionOf({ status }: Certified, type: string): Condition | undefined {
  return status?.conditions?.find((condition) => condition.type === type);
}

/** Has a certificate renewed now, as `cmctl renew` does: by the condition that starts an issuance. */
export async function renew(app: string): Promise<void> {
  const certificate = await certificateOf(app);
  const others = certificate.status?.conditions?.filter(({ type }) => type !== "Issuing") ?? [];
  const issuing = {
    type: "Issuing",
    status: "True",
    reason: "ManuallyTriggered",
    message: "renewed by a test",
    lastTransitionTime: new Date().toISOString(),
  };
  await custom.replaceNamespacedCustomObjectStatus({
    ...api,
    namespace: app,
    plural: "certificates",
    name: `${app}-tls-secret`,
    body: { ...certificate, status: { ...certificate.status, conditions: [...others, issuing] } },
  });
}

/**
 * Has the ACME issuer ask an address where nothing answers, as when its server is down.
 *
 * @returns what brings the server back.
 */
export async function stopAcme(): Promise<() => Promise<void>> {
  const { items } = (await custom.listClusterCustomObject(issuers)) as { items: Certified[] };
  const issuer = items.find(({ spec }) => "acme" in spec);
  if (issuer === undefined) throw new Error("no issuer is of ACME");
  const name = issuer.metadata?.name ?? "";
  const { server } = issuer.spec["acme"] as { server: string };
  const undo = (): Promise<void> => leadTo(name, server, "True");
  try {
    await leadTo(name, `https://${new URL(server).hostname}/down`, "False");
  } catch (error) {
    await undo();
    throw error;
  }
  return undo;
}

const issuers = { ...api, plural: "clusterissuers" };

async function leadTo(name: string, server: string, ready: "True" | "False"): Promise<void> {
  const read = async (): Promise<Certified> =>
    (await custom.getClusterCustomObject({ ...issuers, name })) as Certified;
  await change({
    apiVersion: "cert-manager.io/v1",
    kind: "ClusterIssuer",
    metadata: { name },
    spec: { acme: { server } },
  });
  await eventually(`an issuer that is ${ready === "True" ? "" : "not "}ready`, 60, async () =>
    conditionOf(await read(), "Ready")?.status === ready ? true : undefined,
  );
}
