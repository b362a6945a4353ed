import assert from "node:assert/strict";
import { addon, group, nodeGroup, registrationsWith } from "./eks-fixture.ts";
import type { Registrations } from "./support.ts";

describe("EksCluster: nodes", () => {
  it("makes a managed node group of its settings in private subnets (EKS-2, A12)", async () => {
    const { inputs, ignoreChanges } = (await registrationsWith()).one(nodeGroup, "acme-main");
    assert.deepEqual(inputs, {
      clusterName: "acme-staging-ap-south-1",
      version: "1.36",
      nodeRoleArn: "arn:aws:iam::111111111111:role/acme-node-id",
      subnetIds: ["subnet-private"],
      amiType: "AL2023_x86_64_STANDARD",
      capacityType: "SPOT",
      instanceTypes: ["t3.medium", "t3.large"],
      launchTemplate: { id: "acme-main-id", version: "7" },
      scalingConfig: { desiredSize: 1, minSize: 1, maxSize: 3 },
      updateConfig: { maxUnavailablePercentage: 33 },
      labels: { Environment: "staging" },
      taints: [],
      tags: { Name: "acme-main", environment: "staging" },
    });
    assert.deepEqual(ignoreChanges, ["scalingConfig.desiredSize"], "EKS-3");
  });

  it("follows operating system, architecture, capacity, labels and taints", async () => {
    const changed = {
      ...group,
      instanceTypes: ["m7g.large"],
      architecture: "arm64",
      operatingSystem: "bottlerocket",
      capacity: "onDemand",
      labels: { pool: "batch" },
      taints: [
        { key: "batch", value: "true", effect: "NoSchedule" },
        { key: "spot", effect: "PreferNoSchedule" },
      ],
    } as const;
    const { inputs } = (
      await registrationsWith({
        compute: {
          type: "managedNodeGroups",
          nodeGroups: {
            batch: { ...changed, instanceTypes: ["m7g.large"], taints: [...changed.taints] },
          },
        },
      })
    ).one(nodeGroup);
    assert.equal(inputs.amiType, "BOTTLEROCKET_ARM_64");
    assert.equal(inputs.capacityType, "ON_DEMAND");
    assert.deepEqual(inputs.labels, { Environment: "staging", pool: "batch" });
    assert.deepEqual(inputs.taints, [
      { key: "batch", value: "true", effect: "NO_SCHEDULE" },
      { key: "spot", effect: "PREFER_NO_SCHEDULE" },
    ]);
  });

  it("keeps pods from the node's credentials, and disks encrypted (N01, N02, N03)", async () => {
    const registrations = await registrationsWith();
    const { inputs } = registrations.one("aws:ec2/launchTemplate:LaunchTemplate");
    assert.deepEqual(inputs.metadataOptions, {
      httpEndpoint: "enabled",
      httpTokens: "required",
      httpPutResponseHopLimit: 1,
    });
    assert.deepEqual(inputs.blockDeviceMappings, [
      {
        deviceName: "/dev/xvda",
        ebs: { volumeType: "gp3", volumeSize: 100, encrypted: "true", deleteOnTermination: "true" },
      },
    ]);
    assert.equal(inputs.keyName, undefined);
    assert.equal(registrations.one(nodeGroup).inputs.remoteAccess, undefined);
  });

  it("sizes Bottlerocket's second volume, which holds images and pods", async () => {
    const { inputs } = (
      await registrationsWith({
        compute: {
          type: "managedNodeGroups",
          nodeGroups: {
            main: {
              ...group,
              instanceTypes: ["t3.medium"],
              operatingSystem: "bottlerocket",
              taints: [],
            },
          },
        },
      })
    ).one("aws:ec2/launchTemplate:LaunchTemplate");
    const mappings = inputs.blockDeviceMappings as {
      deviceName: string;
      ebs: { volumeSize: number; encrypted: string };
    }[];
    assert.deepEqual(
      mappings.map(({ deviceName, ebs }) => [deviceName, ebs.volumeSize, ebs.encrypted]),
      [
        ["/dev/xvda", 4, "true"],
        ["/dev/xvdb", 100, "true"],
      ],
    );
  });

  it("gives nodes three policies and no more (A18)", async () => {
    const registrations = await registrationsWith();
    const attached = registrations
      .ofType("aws:iam/rolePolicyAttachment:RolePolicyAttachment")
      .filter(({ inputs }) => inputs.role === "acme-node-id")
      .map(({ inputs }) => inputs.policyArn);
    assert.deepEqual(attached.sort(), [
      "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly",
      "arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy",
      "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore",
    ]);
    assert.equal(registrations.ofType("aws:iam/rolePolicy:RolePolicy").length, 0);
  });
});

describe("EksCluster: add-ons", () => {
  const versionsOf = (registrations: Registrations): Record<string, unknown> =>
    Object.fromEntries(
      registrations
        .ofType(addon)
        .map(({ inputs }) => [String(inputs.addonName), inputs.addonVersion] as const),
    );

  it("pins every one for the Kubernetes version (EKS-1)", async () => {
    const current = versionsOf(await registrationsWith());
    assert.deepEqual(Object.keys(current).sort(), [
      "aws-ebs-csi-driver",
      "coredns",
      "eks-pod-identity-agent",
      "kube-proxy",
      "vpc-cni",
    ]);
    for (const version of Object.values(current))
      assert.match(String(version), /^v\d+\.\d+\.\d+-eksbuild\.\d+$/);
    assert.match(String(current["kube-proxy"]), /^v1\.36\./);
    const previous = versionsOf(await registrationsWith({ version: "1.35" }));
    assert.match(String(previous["kube-proxy"]), /^v1\.35\./);
  });

  it("takes another version where one is given", async () => {
    const addonVersions = { coredns: "v1.14.3-eksbuild.99" };
    const versions = versionsOf(await registrationsWith({ addonVersions }));
    assert.equal(versions.coredns, "v1.14.3-eksbuild.99");
  });

  it("takes over what is there, and enforces network policies (EKS-4)", async () => {
    const registrations = await registrationsWith();
    for (const { inputs } of registrations.ofType(addon)) {
      assert.equal(inputs.resolveConflictsOnCreate, "OVERWRITE");
      assert.equal(inputs.resolveConflictsOnUpdate, "OVERWRITE");
    }
    const { inputs } = registrations.one(addon, "acme-vpc-cni");
    assert.deepEqual(JSON.parse(String(inputs.configurationValues)), {
      env: { ENABLE_PREFIX_DELEGATION: "true", WARM_PREFIX_TARGET: "1" },
      enableNetworkPolicy: "true",
    });
  });

  it("gives those that call AWS a role each, before they start (A17)", async () => {
    const registrations = await registrationsWith();
    const associations = registrations.ofType(
      "aws:eks/podIdentityAssociation:PodIdentityAssociation",
    );
    assert.deepEqual(
      associations.map(({ inputs }) => [inputs.namespace, inputs.serviceAccount, inputs.roleArn]),
      [
        [
          "kube-system",
          "aws-node",
          "arn:aws:iam::111111111111:role/acme-staging-ap-south-1-vpc-cni",
        ],
        [
          "kube-system",
          "ebs-csi-controller-sa",
          "arn:aws:iam::111111111111:role/acme-staging-ap-south-1-aws-ebs-csi-driver",
        ],
      ],
    );
    for (const name of ["vpc-cni", "aws-ebs-csi-driver"])
      assert.ok(
        registrations.waitsFor(
          registrations.one(addon, `acme-${name}`),
          registrations.one(
            "aws:eks/podIdentityAssociation:PodIdentityAssociation",
            `acme-${name}-association`,
          ),
        ),
        name,
      );
  });

  it("come in order: pod network, then nodes with their rights, then what runs on nodes", async () => {
    const registrations = await registrationsWith();
    const nodes = registrations.one(nodeGroup);
    for (const name of ["vpc-cni", "kube-proxy", "eks-pod-identity-agent"])
      assert.ok(registrations.waitsFor(nodes, registrations.one(addon, `acme-${name}`)), name);
    for (const attachment of registrations.ofType(
      "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    ))
      if (attachment.inputs.role === "acme-node-id")
        assert.ok(registrations.waitsFor(nodes, attachment), attachment.name);
    for (const name of ["coredns", "aws-ebs-csi-driver"])
      assert.ok(registrations.waitsFor(registrations.one(addon, `acme-${name}`), nodes), name);
  });
});
