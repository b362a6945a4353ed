import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { PodRole } from "../identity/pod-role.ts";
import { chartRelease } from "./chart-release.ts";
import { loadBalancerStatements } from "./load-balancer-policy.ts";
import { resolveImage } from "./mirror.ts";
import type { Mirror } from "./mirror.ts";

/** Where load balancers are made. */
export interface LoadBalancerControllerArgs {
  readonly mirror: Mirror;
  /** Name of the EKS cluster, with which every load balancer is tagged. */
  readonly clusterName: string;
  readonly vpcId: pulumi.Input<string>;
  readonly region: string;
  readonly partition: pulumi.Input<string>;
  /** The IAM role is called `<prefix>-load-balancer-controller`. */
  readonly roleNamePrefix: string;
}

const namespace = "kube-system";
const serviceAccount = "aws-load-balancer-controller";

/** AWS Load Balancer Controller, for network load balancers of Services and nothing else. */
export class LoadBalancerController extends pulumi.ComponentResource {
  readonly release: k8s.helm.v3.Release;

  constructor(
    name: string,
    args: LoadBalancerControllerArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("slipway:addons:LoadBalancerController", name, {}, opts);
    const role = new PodRole(
      `${name}-role`,
      {
        roleName: `${args.roleNamePrefix}-load-balancer-controller`,
        clusterName: args.clusterName,
        namespace,
        serviceAccount,
        statements: loadBalancerStatements(args),
      },
      { parent: this },
    );
    this.release = chartRelease(
      name,
      "aws-load-balancer-controller",
      { namespace, mirror: args.mirror, values: values(args) },
      // Pods that start before the role's association never get the role.
      { parent: this, dependsOn: [role] },
    );
    this.registerOutputs({});
  }
}

function values({
  mirror,
  clusterName,
  vpcId,
  region,
}: LoadBalancerControllerArgs): Record<string, unknown> {
  return {
    fullnameOverride: serviceAccount,
    image: { repository: resolveImage("public.ecr.aws/eks/aws-load-balancer-controller", mirror) },
    clusterName,
    // Given, because pods may not ask the instance's metadata for them.
    vpcId,
    region,
    replicaCount: 2,
    serviceAccount: { create: true, name: serviceAccount },
    // Otherwise every upgrade of the release makes a new certificate, and a preview always differs.
    keepTLSSecret: true,
    // It would take every Service of type LoadBalancer; the edge names its class itself, and while
    // the webhook is away no Service at all could be made.
    enableServiceMutatorWebhook: false,
    // Application load balancers and what belongs to them are not used, and the role can't make them.
    createIngressClassResource: false,
    ingressClassParams: { create: false },
    enableShield: false,
    enableWaf: false,
    enableWafv2: false,
    podDisruptionBudget: { maxUnavailable: 1 },
    priorityClassName: "system-cluster-critical",
    updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
    podSecurityContext: { fsGroup: 65534, seccompProfile: { type: "RuntimeDefault" } },
    securityContext: {
      runAsNonRoot: true,
      readOnlyRootFilesystem: true,
      allowPrivilegeEscalation: false,
      capabilities: { drop: ["ALL"] },
    },
    resources: { requests: { cpu: "100m", memory: "128Mi" }, limits: { memory: "512Mi" } },
  };
}
