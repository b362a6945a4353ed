import { z } from "zod";
import { anyText, cidr, dnsLabel, retentionDays } from "../values.ts";

const nodeGroup = z.strictObject({
  instanceTypes: z
    .array(
      z
        .string()
        .regex(/^[a-z0-9-]+\.[a-z0-9-]+$/, { error: "give an instance type such as t3.medium" }),
    )
    .min(1)
    .describe("EC2 instance types, all of one architecture."),
  capacity: z.enum(["onDemand", "spot"]).default("onDemand").describe("How instances are bought."),
  architecture: z
    .enum(["x86_64", "arm64"])
    .default("x86_64")
    .describe("Processor architecture of the instance types."),
  operatingSystem: z
    .enum(["al2023", "bottlerocket"])
    .default("al2023")
    .describe("Operating system of the nodes."),
  minSize: z.int().min(0).max(450).describe("Fewest nodes; also the size at creation."),
  maxSize: z.int().min(1).max(450).describe("Most nodes that the autoscaler may start."),
  diskGib: z.int().min(20).max(16384).default(100).describe("Encrypted root volume in GiB."),
  maxPods: z
    .int()
    .min(8)
    .max(250)
    .default(110)
    .describe("Pods a node, possible by prefix delegation."),
  labels: z
    .record(z.string(), anyText)
    .default({})
    .describe("Node labels besides `Environment=<stack>`."),
  taints: z
    .array(
      z.strictObject({
        key: z.string().min(1).describe("Key."),
        value: anyText.optional().describe("Value."),
        effect: z
          .enum(["NoSchedule", "NoExecute", "PreferNoSchedule"])
          .describe("What happens to pods that do not tolerate it."),
      }),
    )
    .default([])
    .describe("Node taints."),
});

const eks = z.strictObject({
  type: z.literal("eks"),
  version: z
    .string()
    .regex(/^1\.\d{2}$/, { error: "give a Kubernetes version such as 1.36" })
    .default("1.36")
    .describe("Kubernetes version; only those in EKS standard support are accepted."),
  endpointAccess: z
    .discriminatedUnion("type", [
      z.strictObject({ type: z.literal("private") }),
      z.strictObject({
        type: z.literal("public"),
        cidrs: z
          .array(cidr)
          .min(1)
          .describe("Ranges that may reach the endpoint; never 0.0.0.0/0."),
      }),
    ])
    .default({ type: "private" })
    .describe("Who reaches the Kubernetes API; the private endpoint is always on."),
  logRetentionDays: retentionDays.default(365).describe("Days that control-plane logs are kept."),
  deletionProtection: z
    .boolean()
    .default(true)
    .describe("Whether AWS and Pulumi refuse to delete cluster, network and keys."),
  compute: z
    .discriminatedUnion("type", [
      z.strictObject({
        type: z.literal("managedNodeGroups"),
        nodeGroups: z.record(dnsLabel, nodeGroup).describe("Managed node groups by name."),
      }),
      z.strictObject({
        type: z.literal("autoMode"),
        nodePools: z
          .array(z.enum(["general-purpose", "system"]))
          .default(["general-purpose", "system"])
          .describe("Built-in node pools."),
      }),
    ])
    .describe("Nodes: managed node groups with the Cluster Autoscaler, or EKS Auto Mode."),
  addonVersions: z
    .partialRecord(
      z.enum(["vpc-cni", "coredns", "kube-proxy", "eks-pod-identity-agent", "aws-ebs-csi-driver"]),
      z.string().regex(/^v\d+\.\d+\.\d+-eksbuild\.\d+$/, {
        error: "give an add-on version such as v1.21.1-eksbuild.1",
      }),
    )
    .default({})
    .describe(
      "Exact versions of EKS add-ons where they differ from the table of the Kubernetes version.",
    ),
});

const existing = z.strictObject({
  type: z.literal("existing"),
  name: dnsLabel.describe(
    "Name of the cluster: its identity for Pulumi; another name means another cluster.",
  ),
  context: z
    .string()
    .min(1)
    .optional()
    .describe("Context in the kubeconfig. Default: the current one."),
  metricsServer: z
    .enum(["provided", "install"])
    .default("provided")
    .describe(
      "Whether the cluster has metrics-server already, or it is installed here; kubelets' certificates must then be signed by the cluster's authority.",
    ),
});

export const cluster = z
  .discriminatedUnion("type", [eks, existing])
  .describe(
    "EKS cluster that the program makes, or an existing cluster of the ambient kubeconfig (kind, minikube, any).",
  );
