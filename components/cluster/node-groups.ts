import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { serviceTrust } from "../identity/policy.ts";
import { nodeUserData } from "./node-user-data.ts";
import type { OperatingSystem } from "./node-user-data.ts";

/** A managed node group. */
export interface NodeGroup {
  /** EC2 instance types, all of one architecture. */
  readonly instanceTypes: string[];
  /** How instances are bought. */
  readonly capacity: "onDemand" | "spot";
  /** Processor architecture of the instance types. */
  readonly architecture: "x86_64" | "arm64";
  /** Operating system of the nodes. */
  readonly operatingSystem: OperatingSystem;
  /** Fewest nodes; also the size at creation. */
  readonly minSize: number;
  /** Most nodes that the autoscaler may start. */
  readonly maxSize: number;
  /** Encrypted volume of the node in GiB. */
  readonly diskGib: number;
  /** Pods a node. */
  readonly maxPods: number;
  /** Node labels besides `Environment`. */
  readonly labels: Record<string, string>;
  /** Node taints. */
  readonly taints: Taint[];
}

/** Keeps pods that do not tolerate it from a node. */
export interface Taint {
  readonly key: string;
  readonly value?: string | undefined;
  readonly effect: "NoSchedule" | "NoExecute" | "PreferNoSchedule";
}

interface NodeGroupsArgs {
  readonly clusterName: pulumi.Input<string>;
  readonly version: string;
  readonly environment: string;
  readonly partition: pulumi.Input<string>;
  /** Service principal of EC2, which differs between partitions. */
  readonly ec2Service: pulumi.Input<string>;
  readonly privateSubnetIds: pulumi.Input<string[]>;
  readonly nodeGroups: Record<string, NodeGroup>;
}

/** Exactly what a node needs to join, pull images and be reached by Session Manager (A18). */
const nodePolicies = [
  "AmazonEKSWorkerNodePolicy",
  "AmazonEC2ContainerRegistryPullOnly",
  "AmazonSSMManagedInstanceCore",
];

const amiTypes = {
  al2023: { x86_64: "AL2023_x86_64_STANDARD", arm64: "AL2023_ARM_64_STANDARD" },
  bottlerocket: { x86_64: "BOTTLEROCKET_x86_64", arm64: "BOTTLEROCKET_ARM_64" },
} as const;

const taintEffects = {
  NoSchedule: "NO_SCHEDULE",
  NoExecute: "NO_EXECUTE",
  PreferNoSchedule: "PREFER_NO_SCHEDULE",
} as const;

/** Managed node groups that share a node role, each with a launch template. */
export function createNodeGroups(
  name: string,
  args: NodeGroupsArgs,
  opts: { parent: pulumi.Resource; dependsOn: pulumi.Resource[] },
): aws.eks.NodeGroup[] {
  const { parent } = opts;
  const role = new aws.iam.Role(
    `${name}-node`,
    {
      description: `Nodes of ${name}`,
      assumeRolePolicy: pulumi.output(args.ec2Service).apply(serviceTrust),
    },
    { parent },
  );
  const attachments = nodePolicies.map(
    (policy) =>
      new aws.iam.RolePolicyAttachment(
        `${name}-node-${policy}`,
        {
          role: role.name,
          policyArn: pulumi.interpolate`arn:${args.partition}:iam::aws:policy/${policy}`,
        },
        { parent },
      ),
  );
  return Object.entries(args.nodeGroups).map(([key, group]) => {
    const template = createLaunchTemplate(`${name}-${key}`, group, args.environment, parent);
    return new aws.eks.NodeGroup(
      `${name}-${key}`,
      {
        clusterName: args.clusterName,
        version: args.version,
        nodeRoleArn: role.arn,
        subnetIds: args.privateSubnetIds,
        amiType: amiTypes[group.operatingSystem][group.architecture],
        capacityType: group.capacity === "spot" ? "SPOT" : "ON_DEMAND",
        instanceTypes: group.instanceTypes,
        launchTemplate: {
          id: template.id,
          version: template.latestVersion.apply((version) => String(version)),
        },
        scalingConfig: {
          desiredSize: group.minSize,
          minSize: group.minSize,
          maxSize: group.maxSize,
        },
        updateConfig: { maxUnavailablePercentage: 33 },
        labels: { Environment: args.environment, ...group.labels },
        taints: group.taints.map(({ key: taint, value, effect }) => ({
          key: taint,
          ...(value === undefined ? {} : { value }),
          effect: taintEffects[effect],
        })),
        tags: { Name: `${name}-${key}`, environment: args.environment },
      },
      {
        parent,
        // After creation the size belongs to the autoscaler.
        ignoreChanges: ["scalingConfig.desiredSize"],
        // Without its policies a node cannot join; without them on destroy it cannot leave cleanly.
        dependsOn: [...attachments, ...opts.dependsOn],
      },
    );
  });
}

function createLaunchTemplate(
  name: string,
  group: NodeGroup,
  environment: string,
  parent: pulumi.Resource,
): aws.ec2.LaunchTemplate {
  const tags = { Name: name, environment };
  return new aws.ec2.LaunchTemplate(
    name,
    {
      description: `Nodes of ${name}`,
      updateDefaultVersion: true,
      // A hop limit of 1 keeps pods from the node's credentials; theirs come by Pod Identity.
      metadataOptions: {
        httpEndpoint: "enabled",
        httpTokens: "required",
        httpPutResponseHopLimit: 1,
      },
      blockDeviceMappings: volumes(group),
      userData: nodeUserData(group.operatingSystem, group.maxPods),
      tagSpecifications: ["instance", "volume", "network-interface"].map((resourceType) => ({
        resourceType,
        tags,
      })),
      tags,
    },
    { parent },
  );
}

/** Bottlerocket keeps its system on a small volume of its own, images and pods on a second one. */
function volumes(group: NodeGroup): aws.types.input.ec2.LaunchTemplateBlockDeviceMapping[] {
  const volume = (deviceName: string, volumeSize: number) => ({
    deviceName,
    ebs: { volumeType: "gp3", volumeSize, encrypted: "true", deleteOnTermination: "true" },
  });
  return group.operatingSystem === "al2023"
    ? [volume("/dev/xvda", group.diskGib)]
    : [volume("/dev/xvda", 4), volume("/dev/xvdb", group.diskGib)];
}
