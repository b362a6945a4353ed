import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { chartRelease } from "./chart-release.ts";
import { resolveImage } from "./mirror.ts";
import type { Mirror } from "./mirror.ts";

/** Where metrics come from. */
export interface MetricsServerArgs {
  readonly mirror: Mirror;
  readonly replicas: number;
  /**
   * Path in the pod of the CA that signs the certificates of kubelets.
   * @default the CA of the cluster, which signs them on EKS
   */
  readonly kubeletCaPath?: string | undefined;
}

/** CPU and memory of pods and nodes, for autoscaling and `kubectl top`; kubelets' certificates are verified. */
export class MetricsServer extends pulumi.ComponentResource {
  readonly release: k8s.helm.v3.Release;

  constructor(name: string, args: MetricsServerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:addons:MetricsServer", name, {}, opts);
    const { mirror, replicas, kubeletCaPath } = args;
    this.release = chartRelease(
      name,
      "metrics-server",
      {
        namespace: "kube-system",
        mirror,
        values: {
          image: {
            repository: resolveImage("registry.k8s.io/metrics-server/metrics-server", mirror),
          },
          replicas,
          args:
            kubeletCaPath === undefined ? [] : [`--kubelet-certificate-authority=${kubeletCaPath}`],
          podDisruptionBudget: { enabled: replicas > 1, maxUnavailable: 1 },
          updateStrategy: {
            type: "RollingUpdate",
            rollingUpdate: { maxUnavailable: 0, maxSurge: 1 },
          },
          topologySpreadConstraints: [
            {
              maxSkew: 1,
              topologyKey: "kubernetes.io/hostname",
              whenUnsatisfiable: "ScheduleAnyway",
              labelSelector: { matchLabels: { "app.kubernetes.io/name": "metrics-server" } },
            },
          ],
          resources: { requests: { cpu: "100m", memory: "200Mi" }, limits: { memory: "400Mi" } },
        },
      },
      { parent: this },
    );
    this.registerOutputs({});
  }
}
