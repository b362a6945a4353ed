import { excepted } from "./exceptions.ts";
import { at, hasKey, keysAt, numberAt, shown, shownAll, textAt, textsAt } from "./read.ts";
import { isProtected, lineage, ofType, type Rule } from "./rule.ts";

const cluster = "aws:eks/cluster:Cluster";
const logGroup = "aws:cloudwatch/logGroup:LogGroup";
const controlPlaneLogs = ["api", "audit", "authenticator", "controllerManager", "scheduler"];

/** Kubernetes versions in EKS standard support (1.35 until 2027-03-27, 1.36 until 2027-08-02). */
const supportedVersions = ["1.35", "1.36"];

/** Types whose loss cannot be repaired, so that Pulumi refuses to delete them too. */
const irreplaceable = [
  cluster,
  "aws:ec2/vpc:Vpc",
  "aws:kms/key:Key",
  "aws:rds/instance:Instance",
  "aws:rds/cluster:Cluster",
];

export const clusterRules: readonly Rule[] = [
  {
    name: "eks-endpoint-private",
    description:
      "The API endpoint of a cluster with deletion protection is private (A01; CIS 5.4.2, CKV_AWS_39).",
    tags: ["A01"],
    enforcementLevel: "mandatory",
    validateResource: ({ type, props }, report) => {
      if (type !== cluster || at(props, "deletionProtection") !== true) return;
      const access = at(props, "vpcConfig", "endpointPublicAccess");
      if (access === false) return;
      report(
        `endpointPublicAccess is ${shown(access)} on a protected cluster: only false is allowed (config slipway:cluster.endpointAccess)`,
      );
    },
  },
  {
    name: "eks-endpoint-cidrs",
    description:
      "A public API endpoint is open to listed ranges only (A02; CIS 5.4.1, CKV_AWS_38).",
    tags: ["A02"],
    enforcementLevel: "mandatory",
    validateResource: ({ type, props }, report) => {
      if (type !== cluster) return;
      if (at(props, "vpcConfig", "endpointPublicAccess") === false) return;
      const cidrs = textsAt(props, "vpcConfig", "publicAccessCidrs");
      if (cidrs.length > 0 && !cidrs.some((cidr) => cidr.endsWith("/0"))) return;
      report(
        `the public API endpoint is open to ${cidrs.length > 0 ? shownAll(cidrs) : "everybody"}: list the ranges that need it, none of length /0 (config slipway:cluster.endpointAccess.cidrs)`,
      );
    },
  },
  {
    name: "eks-endpoint-private-access",
    description: "Nodes reach the API endpoint inside the network (A03; CIS 5.4.2).",
    tags: ["A03"],
    enforcementLevel: "mandatory",
    validateResource: ({ type, props }, report) => {
      if (type !== cluster) return;
      const access = at(props, "vpcConfig", "endpointPrivateAccess");
      if (access === true) return;
      report(`endpointPrivateAccess is ${shown(access)}: only true is allowed`);
    },
  },
  {
    name: "eks-control-plane-logs",
    description: "All five control-plane logs are on (A04; CIS 2.1.1, CKV_AWS_37).",
    tags: ["A04"],
    enforcementLevel: "mandatory",
    validateResource: ({ type, props }, report) => {
      if (type !== cluster) return;
      const enabled = textsAt(props, "enabledClusterLogTypes");
      const missing = controlPlaneLogs.filter((log) => !enabled.includes(log));
      if (missing.length === 0) return;
      report(
        `control-plane logs ${shownAll(missing)} are off: enabledClusterLogTypes must hold ${shownAll(controlPlaneLogs)}`,
      );
    },
  },
  {
    name: "eks-secrets-encrypted",
    description:
      "Kubernetes secrets are encrypted with a customer key (A05; CIS 5.3.1, CKV_AWS_58).",
    tags: ["A05"],
    enforcementLevel: "mandatory",
    validateResource: ({ type, props }, report) => {
      if (type !== cluster) return;
      const resources = textsAt(props, "encryptionConfig", "resources");
      const key = hasKey(at(props, "encryptionConfig", "provider"), "keyArn");
      if (key && resources.includes("secrets")) return;
      report(
        `secrets are not encrypted with a customer key: encryptionConfig must name a key and the resource secrets, it names ${key ? "a key" : "no key"} and ${resources.length > 0 ? shownAll(resources) : "no resource"}`,
      );
    },
  },
  {
    name: "eks-version-supported",
    description:
      "The Kubernetes version is pinned and in EKS standard support, and never slips into extended support (A06, EKS-1; CKV_AWS_339).",
    tags: ["A06", "EKS-1"],
    enforcementLevel: "mandatory",
    validateResource: ({ type, props }, report) => {
      if (type !== cluster) return;
      const version = textAt(props, "version");
      if (version === undefined || !supportedVersions.includes(version)) {
        report(
          `version is ${shown(version)}: one of ${shownAll(supportedVersions)} is allowed (config slipway:cluster.version)`,
        );
      }
      const support = at(props, "upgradePolicy", "supportType");
      if (support === "STANDARD") return;
      report(`upgradePolicy.supportType is ${shown(support)}: only "STANDARD" is allowed`);
    },
  },
  {
    name: "eks-access-by-entries",
    description:
      "Only access entries admit to the cluster, also its creator (A07; CIS 4.1.7, 5.5.1).",
    tags: ["A07", "EKS-6"],
    enforcementLevel: "mandatory",
    validateResource: ({ type, name, props }, report) => {
      if (type !== cluster) return;
      const mode = at(props, "accessConfig", "authenticationMode");
      if (mode !== "API") {
        report(`accessConfig.authenticationMode is ${shown(mode)}: only "API" is allowed`);
      }
      const creator = at(props, "accessConfig", "bootstrapClusterCreatorAdminPermissions");
      if (creator === false || excepted("eks-access-by-entries", { type, name })) return;
      report(
        `accessConfig.bootstrapClusterCreatorAdminPermissions is ${shown(creator)}: only false is allowed`,
      );
    },
  },
  {
    name: "eks-access-entries-listed",
    description: "A cluster's administrators are listed as access entries (A07; CIS 5.5.1).",
    tags: ["A07", "ACC-1"],
    enforcementLevel: "mandatory",
    validateStack: ({ resources }, report) => {
      if (ofType(resources, "aws:eks/accessEntry:AccessEntry").length > 0) return;
      for (const { urn } of ofType(resources, cluster)) {
        report("the cluster has no access entry: list those who may use it", urn);
      }
    },
  },
  {
    name: "protection-complete",
    description:
      "Where the cluster has deletion protection, Pulumi protects cluster, network, keys and databases too (A08).",
    tags: ["A08"],
    enforcementLevel: "mandatory",
    validateStack: ({ resources }, report) => {
      if (!isProtected(resources)) return;
      for (const resource of ofType(resources, ...irreplaceable)) {
        if (lineage(resource).some(({ opts }) => opts.protect)) continue;
        report(
          "deletion protection is incomplete: neither this resource nor a component around it has the option protect (config slipway:cluster.deletionProtection)",
          resource.urn,
        );
      }
    },
  },
  {
    name: "log-group-retention",
    description:
      "Every log group has a retention and a customer key (A09, OBS-3; CKV_AWS_66, CKV_AWS_158).",
    tags: ["A09", "OBS-3"],
    enforcementLevel: "mandatory",
    validateResource: ({ type, props }, report) => {
      if (type !== logGroup) return;
      const days = numberAt(props, "retentionInDays") ?? 0;
      if (days < 1) {
        report(
          "the log group keeps its logs for ever: set retentionInDays (config slipway:cluster.logRetentionDays or slipway:network.flowLogRetentionDays)",
        );
      }
      if (!keysAt(props).includes("kmsKeyId")) {
        report("the log group has no customer key: set kmsKeyId");
      }
    },
  },
  {
    name: "log-retention-year",
    description: "A stack with deletion protection keeps its logs for a year (A09; CKV_AWS_338).",
    tags: ["A09"],
    enforcementLevel: "mandatory",
    validateStack: ({ resources }, report) => {
      if (!isProtected(resources)) return;
      for (const { props, urn } of ofType(resources, logGroup)) {
        const days = numberAt(props, "retentionInDays") ?? 0;
        if (days === 0 || days >= 365) continue;
        report(
          `retentionInDays is ${String(days)} in a protected stack: 365 or more is allowed (config slipway:cluster.logRetentionDays, slipway:network.flowLogRetentionDays)`,
          urn,
        );
      }
    },
  },
];
