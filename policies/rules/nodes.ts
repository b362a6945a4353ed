import { at, hasKey, judgeEach, listAt, numberAt, shown, shownAll, textAt } from "./read.ts";
import { isProtected, ofType, type Rule } from "./rule.ts";

const launchTemplate = "aws:ec2/launchTemplate:LaunchTemplate";
const nodeGroup = "aws:eks/nodeGroup:NodeGroup";

/** Operating systems made for containers, that AWS still updates. */
const imageTypes = [
  "AL2023_x86_64_STANDARD",
  "AL2023_ARM_64_STANDARD",
  "BOTTLEROCKET_x86_64",
  "BOTTLEROCKET_ARM_64",
];

export const nodeRules: readonly Rule[] = [
  {
    name: "nodes-metadata-guarded",
    description:
      "Nodes require IMDSv2 and let no pod reach it over a second hop (N01; CKV_AWS_79, CKV_AWS_341).",
    tags: ["N01", "EKS-2"],
    enforcementLevel: "mandatory",
    validateResource: ({ type, props }, report) => {
      if (type === nodeGroup && !hasKey(props, "launchTemplate")) {
        report("the node group has no launch template: metadata options cannot be set without one");
      }
      if (type !== launchTemplate) return;
      const tokens = at(props, "metadataOptions", "httpTokens");
      if (tokens !== "required") {
        report(`metadataOptions.httpTokens is ${shown(tokens)}: only "required" is allowed`);
      }
      const hops = at(props, "metadataOptions", "httpPutResponseHopLimit");
      if (hops === 1) return;
      report(`metadataOptions.httpPutResponseHopLimit is ${shown(hops)}: only 1 is allowed`);
    },
  },
  {
    name: "nodes-disks-encrypted",
    description: "The disks of nodes are encrypted (N02; NAG EC26).",
    tags: ["N02"],
    enforcementLevel: "mandatory",
    validateResource: ({ type, props }, report) => {
      if (type !== launchTemplate) return;
      const disks = listAt(props, "blockDeviceMappings");
      if (disks.length === 0) {
        report("no block device is mapped: map the root volume with ebs.encrypted");
      }
      judgeEach(disks, (disk) => {
        const encrypted = at(disk, "ebs", "encrypted");
        if (encrypted === true || encrypted === "true") return;
        report(
          `ebs.encrypted of ${textAt(disk, "deviceName") ?? "a volume"} is ${shown(encrypted)}: only true is allowed`,
        );
      });
    },
  },
  {
    name: "nodes-closed",
    description:
      "Nodes run an operating system made for containers and have no SSH access (N03; CKV_AWS_100).",
    tags: ["N03"],
    enforcementLevel: "mandatory",
    validateResource: ({ type, props }, report) => {
      if (type === launchTemplate && hasKey(props, "keyName")) {
        report("the launch template has a keyName: nodes are reached by SSM, not by SSH");
      }
      if (type !== nodeGroup) return;
      if (hasKey(props, "remoteAccess")) {
        report("the node group has remoteAccess: nodes are reached by SSM, not by SSH");
      }
      const image = textAt(props, "amiType");
      if (image !== undefined && imageTypes.includes(image)) return;
      report(
        `amiType is ${shown(image)}: one of ${shownAll(imageTypes)} is allowed (config slipway:cluster.compute.nodeGroups.<group>.operatingSystem)`,
      );
    },
  },
  {
    name: "nodes-survive-interruption",
    description:
      "A cluster with deletion protection has two nodes or more, and some that are not spot (EKS-2).",
    tags: ["EKS-2"],
    enforcementLevel: "mandatory",
    validateStack: ({ resources }, report) => {
      const groups = ofType(resources, nodeGroup);
      if (!isProtected(resources) || groups.length === 0) return;
      const fewest = groups
        .map(({ props }) => numberAt(props, "scalingConfig", "minSize") ?? 0)
        .reduce((sum, size) => sum + size, 0);
      if (fewest < 2) {
        report(
          `the node groups of a protected cluster may shrink to ${String(fewest)} nodes: 2 or more are needed (config slipway:cluster.compute.nodeGroups.<group>.minSize)`,
        );
      }
      if (groups.some(({ props }) => textAt(props, "capacityType") !== "SPOT")) return;
      report(
        "all node groups of a protected cluster are spot: one on demand is needed (config slipway:cluster.compute.nodeGroups.<group>.capacity)",
      );
    },
  },
];
