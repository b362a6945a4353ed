import * as pulumi from "@pulumi/pulumi";

/** EKS add-ons of a cluster with managed node groups. */
export type AddonName =
  "vpc-cni" | "kube-proxy" | "eks-pod-identity-agent" | "coredns" | "aws-ebs-csi-driver";

/**
 * Versions by Kubernetes version, as public configurations of running clusters named them in the
 * autumn of 2026. What a region offers:
 * `aws eks describe-addon-versions --kubernetes-version 1.36 --addon-name vpc-cni`.
 */
const table: Readonly<Record<string, Readonly<Record<AddonName, string>>>> = {
  "1.36": {
    "vpc-cni": "v1.22.4-eksbuild.3",
    "kube-proxy": "v1.36.0-eksbuild.21",
    "eks-pod-identity-agent": "v1.3.10-eksbuild.3",
    coredns: "v1.14.3-eksbuild.16",
    "aws-ebs-csi-driver": "v1.63.1-eksbuild.1",
  },
  "1.35": {
    "vpc-cni": "v1.22.4-eksbuild.3",
    "kube-proxy": "v1.35.3-eksbuild.21",
    "eks-pod-identity-agent": "v1.3.10-eksbuild.3",
    coredns: "v1.13.2-eksbuild.21",
    "aws-ebs-csi-driver": "v1.63.1-eksbuild.1",
  },
};

/**
 * The version of every add-on, those given before those of the table.
 *
 * @throws pulumi.RunError that names the add-ons without a version.
 */
export function resolveAddonVersions(
  kubernetesVersion: string,
  given: Partial<Record<string, string>>,
): Record<AddonName, string> {
  const known = table[kubernetesVersion];
  const missing: string[] = [];
  const versionOf = (addon: AddonName): string => {
    const version = given[addon] ?? known?.[addon];
    if (version === undefined) missing.push(addon);
    return version ?? "";
  };
  const versions = {
    "vpc-cni": versionOf("vpc-cni"),
    "kube-proxy": versionOf("kube-proxy"),
    "eks-pod-identity-agent": versionOf("eks-pod-identity-agent"),
    coredns: versionOf("coredns"),
    "aws-ebs-csi-driver": versionOf("aws-ebs-csi-driver"),
  };
  if (missing.length > 0)
    throw new pulumi.RunError(
      `no versions of ${missing.join(", ")} are known for Kubernetes ${kubernetesVersion}: ` +
        `give them in cluster.addonVersions, or one of the versions ${Object.keys(table).join(", ")}`,
    );
  return versions;
}
