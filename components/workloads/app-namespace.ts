import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { imageAdmission } from "./image-admission.ts";
import type { AllowedImages } from "./image-admission.ts";
import { labels } from "./names.ts";
import { networkPolicies } from "./network-policies.ts";
import type { NetworkRules } from "./network-policies.ts";

/** Limits of a namespace. */
export interface Quota {
  /** Sum of CPU requests. */
  readonly cpu: string;
  /** Sum of memory limits. */
  readonly memory: string;
  /** Number of pods. */
  readonly pods: number;
}

export interface AppNamespaceArgs {
  readonly project: string;
  /** Name of the namespace. */
  readonly namespace: string;
  /** Limits of all pods together. */
  readonly quota: Quota;
  /** What its pods may open and accept. Pods with an AWS role may reach AWS on port 443. */
  readonly network: NetworkRules;
  /** What its workloads may run. */
  readonly images: AllowedImages;
  /** Version of the restricted Pod Security standard. @default v1.35 */
  readonly podSecurityVersion?: string;
  /** Whether the namespace stays when the application is removed. @default false */
  readonly retain?: boolean;
}

/**
 * A namespace for one application: restricted Pod Security, its own images alone, a quota, defaults
 * for containers that name no limits, and no traffic but what is declared.
 */
export class AppNamespace extends pulumi.ComponentResource {
  /** Name of the namespace, known once it exists. */
  public readonly namespaceName: pulumi.Output<string>;

  constructor(name: string, args: AppNamespaceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:workloads:AppNamespace", name, {}, opts);
    const appLabels = labels({ project: args.project, name: args.network.app });
    const podSecurityVersion = args.podSecurityVersion ?? "v1.35";

    const admission = imageAdmission(args.images);

    const namespace = new k8s.core.v1.Namespace(
      name,
      {
        metadata: {
          name: args.namespace,
          labels: {
            ...appLabels,
            ...podSecurityLabels(podSecurityVersion),
            ...admission.labels,
          },
          annotations: admission.annotations,
        },
      },
      { parent: this, retainOnDelete: args.retain ?? false },
    );
    this.namespaceName = namespace.metadata.name;

    const inside = { parent: this, dependsOn: [namespace] };
    new k8s.core.v1.ResourceQuota(
      `${name}-quota`,
      {
        metadata: { name: "quota", namespace: args.namespace, labels: appLabels },
        spec: {
          hard: {
            "requests.cpu": args.quota.cpu,
            "limits.memory": args.quota.memory,
            pods: String(args.quota.pods),
            // Public traffic enters by the edge; a load balancer of its own would bypass it.
            "services.loadbalancers": "0",
          },
        },
      },
      inside,
    );
    new k8s.core.v1.LimitRange(
      `${name}-limits`,
      {
        metadata: { name: "container-defaults", namespace: args.namespace, labels: appLabels },
        spec: {
          limits: [
            {
              type: "Container",
              default: { memory: "256Mi", "ephemeral-storage": "1Gi" },
              defaultRequest: { cpu: "50m", memory: "64Mi", "ephemeral-storage": "64Mi" },
            },
          ],
        },
      },
      inside,
    );
    for (const [policy, spec] of Object.entries(networkPolicies(args.network)))
      new k8s.networking.v1.NetworkPolicy(
        `${name}-${policy}`,
        { metadata: { name: policy, namespace: args.namespace, labels: appLabels }, spec },
        inside,
      );

    this.registerOutputs({ namespaceName: this.namespaceName });
  }
}

function podSecurityLabels(version: string): Record<string, string> {
  return Object.fromEntries(
    ["enforce", "audit", "warn"].flatMap((mode) => [
      [`pod-security.kubernetes.io/${mode}`, "restricted"],
      [`pod-security.kubernetes.io/${mode}-version`, version],
    ]),
  );
}
