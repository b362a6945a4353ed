import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

/** Where a provider finds its cluster. */
interface ClusterLocation {
  readonly clusterIdentifier: pulumi.Input<string>;
  readonly kubeconfig?: pulumi.Input<string>;
  readonly context?: string;
}

/**
 * A provider bound to one cluster. Objects are replaced when `clusterIdentifier` changes, never
 * because a kubeconfig does; fields that somebody else changed with kubectl are taken back instead
 * of failing the run with a conflict.
 */
export function createProvider(
  name: string,
  location: ClusterLocation,
  opts: pulumi.ResourceOptions,
): k8s.Provider {
  return new k8s.Provider(
    name,
    {
      ...location,
      enableServerSideApply: true,
      enablePatchForce: true,
      // Pods notice a change by a hash; replacing the object would leave them without it meanwhile.
      enableConfigMapMutable: true,
    },
    opts,
  );
}
