import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { createProvider } from "./provider.ts";

/** A cluster that somebody else made. */
export interface ExistingClusterArgs {
  /** Its identity for Pulumi: another name means another cluster, and replaces all objects. */
  readonly name: string;
  /**
   * Context in the ambient kubeconfig.
   * @default the current context
   */
  readonly context?: string;
}

/** A cluster of the ambient kubeconfig: kind, minikube, any. */
export class ExistingCluster extends pulumi.ComponentResource {
  /** Name of the cluster. */
  readonly name: string;
  /** Provider of all objects in the cluster. */
  readonly provider: k8s.Provider;
  /** How others reach it: by the ambient kubeconfig. */
  readonly connection: { readonly context?: string };

  constructor(name: string, args: ExistingClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:cluster:ExistingCluster", name, {}, opts);

    this.name = args.name;
    this.connection = args.context === undefined ? {} : { context: args.context };
    this.provider = createProvider(
      name,
      { clusterIdentifier: args.name, ...this.connection },
      { parent: this },
    );
    this.registerOutputs({ name: this.name });
  }
}
