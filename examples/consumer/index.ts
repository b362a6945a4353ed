import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { SlipwayOutputs } from "../../outputs.ts";

/** Reads one output with the type that the contract gives it. */
function read<Name extends keyof SlipwayOutputs>(
  platform: pulumi.StackReference,
  name: Name,
): pulumi.Output<NonNullable<SlipwayOutputs[Name]>> {
  return platform.requireOutput(name) as pulumi.Output<NonNullable<SlipwayOutputs[Name]>>;
}

/** Another team's namespace with a settings object that names what the platform offers. */
export default function consumer() {
  const config = new pulumi.Config();
  const platform = new pulumi.StackReference(config.require("platform"));
  const cluster = read(platform, "cluster");
  const provider = new k8s.Provider("platform", {
    kubeconfig: read(platform, "kubeconfig"),
    clusterIdentifier: cluster.apply(({ arn, name }) => arn ?? name),
  });
  const name = pulumi.getProject();
  const labels = { "app.kubernetes.io/name": name, "app.kubernetes.io/managed-by": "pulumi" };
  const namespace = new k8s.core.v1.Namespace(
    name,
    {
      metadata: {
        name,
        labels: { ...labels, "pod-security.kubernetes.io/enforce": "restricted" },
      },
    },
    { provider },
  );
  const settings = new k8s.core.v1.ConfigMap(
    name,
    {
      metadata: { name: "platform", namespace: namespace.metadata.name, labels },
      data: {
        INGRESS_CLASS: read(platform, "ingressClassName"),
        ISSUER: read(platform, "issuers").apply(({ http01 }) => http01),
        API_URL: read(platform, "applications").apply(({ api }) => api?.urls[0] ?? ""),
      },
    },
    { provider },
  );
  return { namespace: namespace.metadata.name, settings: settings.data };
}
