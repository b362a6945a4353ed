import { apps, change, core, eventually } from "./kubernetes.ts";

/**
 * Leads the names under a zone to an address, for all who ask the cluster's DNS: cert-manager, and an
 * ACME server in or beside the cluster. CoreDNS prefers the block of the most specific zone.
 *
 * @returns what undoes it.
 */
export async function leadNames(zone: string, address: string): Promise<() => Promise<void>> {
  const { data = {} } = await core.readNamespacedConfigMap(coredns);
  const before = data["Corefile"] ?? "";
  const block = `${zone}:53 {
    errors
    template IN A ${zone} {
        answer "{{ .Name }} 5 IN A ${address}"
    }
    template IN ANY ${zone} {
        rcode NOERROR
    }
}
`;
  await writeCorefile(block + before);
  return () => writeCorefile(before);
}

const coredns = { namespace: "kube-system", name: "coredns" };

/** Restarts CoreDNS, which a running one would notice only after a minute or so. */
async function writeCorefile(Corefile: string): Promise<void> {
  await change({ apiVersion: "v1", kind: "ConfigMap", metadata: coredns, data: { Corefile } });
  const annotations = { "slipway-test/restarted": new Date().toISOString() };
  await change({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: coredns,
    spec: { template: { metadata: { annotations } } },
  });
  await eventually("CoreDNS with its new configuration", 120, async () => {
    const { metadata, spec, status } = await apps.readNamespacedDeployment(coredns);
    const complete =
      status?.observedGeneration === metadata?.generation &&
      status?.updatedReplicas === spec?.replicas &&
      status?.readyReplicas === spec?.replicas &&
      status?.replicas === spec?.replicas;
    return complete ? true : undefined;
  });
}
