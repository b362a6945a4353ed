import { clusterRules } from "../../policies/rules/cluster.ts";
import { accessEntry, cluster, key, logGroup, vpc } from "./aws-fixtures.ts";
import { change, testRules, type CasesByRule } from "./support.ts";

const unprotected = change(cluster, "deletionProtection", false);
const publicEndpoint = change(cluster, "vpcConfig.endpointPublicAccess", true);

export const cases: CasesByRule = {
  "eks-endpoint-private": {
    passes: {
      "a private endpoint": [cluster],
      "a public endpoint where nothing must be kept": [
        change(publicEndpoint, "deletionProtection", false),
      ],
    },
    fails: {
      "a public endpoint of a protected cluster": [
        [publicEndpoint],
        "endpointPublicAccess is true on a protected cluster: only false is allowed (config slipway:cluster.endpointAccess)",
      ],
    },
  },
  "eks-endpoint-cidrs": {
    passes: {
      "a private endpoint": [cluster],
      "a public endpoint for listed ranges": [
        change(publicEndpoint, "vpcConfig.publicAccessCidrs", ["192.0.2.0/24"]),
      ],
    },
    fails: {
      "a public endpoint without ranges": [
        [publicEndpoint],
        "the public API endpoint is open to everybody: list the ranges that need it, none of length /0 (config slipway:cluster.endpointAccess.cidrs)",
      ],
      "a public endpoint for the world": [
        [change(publicEndpoint, "vpcConfig.publicAccessCidrs", ["192.0.2.0/24", "::/0"])],
        "the public API endpoint is open to 192.0.2.0/24, ::/0: list the ranges that need it, none of length /0 (config slipway:cluster.endpointAccess.cidrs)",
      ],
    },
  },
  "eks-endpoint-private-access": {
    passes: { "an endpoint inside the network": [cluster] },
    fails: {
      "an endpoint outside only": [
        [change(cluster, "vpcConfig.endpointPrivateAccess", false)],
        "endpointPrivateAccess is false: only true is allowed",
      ],
    },
  },
  "eks-control-plane-logs": {
    passes: { "all five logs": [cluster] },
    fails: {
      "one log of five": [
        [change(cluster, "enabledClusterLogTypes", ["audit"])],
        "control-plane logs api, authenticator, controllerManager, scheduler are off: enabledClusterLogTypes must hold api, audit, authenticator, controllerManager, scheduler",
      ],
    },
  },
  "eks-secrets-encrypted": {
    passes: { "secrets under a customer key": [cluster] },
    fails: {
      "secrets without a key": [
        [change(cluster, "encryptionConfig", undefined)],
        "secrets are not encrypted with a customer key: encryptionConfig must name a key and the resource secrets, it names no key and no resource",
      ],
    },
  },
  "eks-version-supported": {
    passes: {
      "the newest version": [cluster],
      "the version before": [change(cluster, "version", "1.35")],
    },
    fails: {
      "a version whose support ends": [
        [change(cluster, "version", "1.34")],
        'version is "1.34": one of 1.35, 1.36 is allowed (config slipway:cluster.version)',
      ],
      "a version that AWS chooses, with extended support": [
        [change(change(cluster, "version", undefined), "upgradePolicy", undefined)],
        "version is unset: one of 1.35, 1.36 is allowed (config slipway:cluster.version)",
        'upgradePolicy.supportType is unset: only "STANDARD" is allowed',
      ],
    },
  },
  "eks-access-by-entries": {
    passes: {
      "access entries, with the creator that @pulumi/eks insists on": [cluster],
      "access entries only": [
        {
          ...change(cluster, "accessConfig.bootstrapClusterCreatorAdminPermissions", false),
          name: "acme-staging-own",
        },
      ],
    },
    fails: {
      "the aws-auth ConfigMap": [
        [change(cluster, "accessConfig.authenticationMode", "CONFIG_MAP")],
        'accessConfig.authenticationMode is "CONFIG_MAP": only "API" is allowed',
      ],
      "an implicit administrator of a cluster made otherwise": [
        [{ ...cluster, name: "acme-staging-own" }],
        "accessConfig.bootstrapClusterCreatorAdminPermissions is true: only false is allowed",
      ],
    },
  },
  "eks-access-entries-listed": {
    passes: { "a cluster with an access entry": [cluster, accessEntry] },
    fails: {
      "a cluster that admits nobody": [
        [cluster],
        "the cluster has no access entry: list those who may use it",
      ],
    },
  },
  "protection-complete": {
    passes: {
      "a protected stack": [cluster, vpc, key],
      "protection by the component around": [
        cluster,
        { ...vpc, name: "acme-staging-network", props: {}, type: "awsx:ec2:Vpc" },
        { ...vpc, protect: false, parent: "acme-staging-network" },
      ],
      "a stack that may go": [unprotected, { ...vpc, protect: false }],
    },
    fails: {
      "a key that Pulumi may delete": [
        [cluster, vpc, { ...key, protect: false }],
        "deletion protection is incomplete: neither this resource nor a component around it has the option protect (config slipway:cluster.deletionProtection)",
      ],
    },
  },
  "log-group-retention": {
    passes: { "a retention and a key": [logGroup] },
    fails: {
      "logs for ever, in the clear": [
        [change(change(logGroup, "retentionInDays", 0), "kmsKeyId", undefined)],
        "the log group keeps its logs for ever: set retentionInDays (config slipway:cluster.logRetentionDays or slipway:network.flowLogRetentionDays)",
        "the log group has no customer key: set kmsKeyId",
      ],
    },
  },
  "log-retention-year": {
    passes: {
      "a year in a protected stack": [cluster, logGroup],
      "less where nothing must be kept": [unprotected, change(logGroup, "retentionInDays", 30)],
    },
    fails: {
      "less in a protected stack": [
        [cluster, change(logGroup, "retentionInDays", 90)],
        "retentionInDays is 90 in a protected stack: 365 or more is allowed (config slipway:cluster.logRetentionDays, slipway:network.flowLogRetentionDays)",
      ],
    },
  },
};

testRules(clusterRules, cases);
