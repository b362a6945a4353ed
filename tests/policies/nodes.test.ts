import { nodeRules } from "../../policies/rules/nodes.ts";
import { cluster, launchTemplate, nodeGroup } from "./aws-fixtures.ts";
import { change, testRules, type CasesByRule } from "./support.ts";

const spot = change(nodeGroup, "capacityType", "SPOT");

export const cases: CasesByRule = {
  "nodes-metadata-guarded": {
    passes: { "IMDSv2 with one hop": [launchTemplate, nodeGroup] },
    fails: {
      "IMDSv1 and a second hop": [
        [change(launchTemplate, "metadataOptions", { httpPutResponseHopLimit: 2 })],
        'metadataOptions.httpTokens is unset: only "required" is allowed',
        "metadataOptions.httpPutResponseHopLimit is 2: only 1 is allowed",
      ],
      "nodes as EKS starts them": [
        [change(nodeGroup, "launchTemplate", undefined)],
        "the node group has no launch template: metadata options cannot be set without one",
      ],
    },
  },
  "nodes-disks-encrypted": {
    passes: { "an encrypted disk": [launchTemplate] },
    fails: {
      "a disk in the clear": [
        [
          change(launchTemplate, "blockDeviceMappings", [
            { deviceName: "/dev/xvda", ebs: { encrypted: "true" } },
            { deviceName: "/dev/xvdb", ebs: { volumeSize: 100 } },
          ]),
        ],
        "ebs.encrypted of /dev/xvdb is unset: only true is allowed",
      ],
      "the disk of the image": [
        [change(launchTemplate, "blockDeviceMappings", undefined)],
        "no block device is mapped: map the root volume with ebs.encrypted",
      ],
    },
  },
  "nodes-closed": {
    passes: {
      "Amazon Linux 2023 without SSH": [launchTemplate, nodeGroup],
      Bottlerocket: [change(nodeGroup, "amiType", "BOTTLEROCKET_ARM_64")],
    },
    fails: {
      "SSH keys": [
        [
          change(launchTemplate, "keyName", "operator"),
          change(nodeGroup, "remoteAccess", { ec2SshKey: "operator" }),
        ],
        "the launch template has a keyName: nodes are reached by SSM, not by SSH",
        "the node group has remoteAccess: nodes are reached by SSM, not by SSH",
      ],
      "Amazon Linux 2": [
        [change(nodeGroup, "amiType", "AL2_x86_64")],
        'amiType is "AL2_x86_64": one of AL2023_ARM_64_STANDARD, AL2023_x86_64_STANDARD, BOTTLEROCKET_ARM_64, BOTTLEROCKET_x86_64 is allowed (config slipway:cluster.compute.nodeGroups.<group>.operatingSystem)',
      ],
    },
  },
  "nodes-survive-interruption": {
    passes: {
      "two nodes on demand": [cluster, nodeGroup],
      "spot beside on demand": [cluster, nodeGroup, spot],
      "one spot node where nothing must be kept": [
        change(cluster, "deletionProtection", false),
        change(spot, "scalingConfig.minSize", 1),
      ],
      "no node groups": [cluster],
    },
    fails: {
      "one spot node of a protected cluster": [
        [cluster, change(spot, "scalingConfig.minSize", 1)],
        "the node groups of a protected cluster may shrink to 1 nodes: 2 or more are needed (config slipway:cluster.compute.nodeGroups.<group>.minSize)",
        "all node groups of a protected cluster are spot: one on demand is needed (config slipway:cluster.compute.nodeGroups.<group>.capacity)",
      ],
    },
  },
};

testRules(nodeRules, cases);
