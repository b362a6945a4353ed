import { Buffer } from "node:buffer";

/** Operating systems that nodes may run. */
export type OperatingSystem = "al2023" | "bottlerocket";

/** User data in base64 that sets the pods a node may run; EKS merges its own part into it. */
export function nodeUserData(operatingSystem: OperatingSystem, maxPods: number): string {
  const text = operatingSystem === "al2023" ? nodeConfig(maxPods) : bottlerocket(maxPods);
  return Buffer.from(text).toString("base64");
}

/** https://awslabs.github.io/amazon-eks-ami/nodeadm/doc/api/ */
function nodeConfig(maxPods: number): string {
  return [
    "MIME-Version: 1.0",
    'Content-Type: multipart/mixed; boundary="//"',
    "",
    "--//",
    "Content-Type: application/node.eks.aws",
    "",
    "apiVersion: node.eks.aws/v1alpha1",
    "kind: NodeConfig",
    "spec:",
    "  kubelet:",
    "    config:",
    `      maxPods: ${String(maxPods)}`,
    "",
    "--//--",
    "",
  ].join("\n");
}

function bottlerocket(maxPods: number): string {
  return `[settings.kubernetes]\nmax-pods = ${String(maxPods)}\n`;
}
