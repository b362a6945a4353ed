import assert from "node:assert/strict";
import { EksCluster } from "../../../components/cluster/eks-cluster.ts";
import { argsIn, eksCluster, key, registrationsWith } from "./eks-fixture.ts";
import { label, mumbai, oregon, record, transformed, valueOf } from "./support.ts";

const creator = "arn:aws:iam::111111111111:role/acme-eks-cluster-creator";

describe("EksCluster: control plane", () => {
  it("asks for exactly these settings, and for nothing that it makes itself", async () => {
    const { inputs } = (await registrationsWith()).one(eksCluster);
    const off = {
      enabled: false,
      // Defaults that the SDK adds.
      resolveConflictsOnCreate: "OVERWRITE",
      resolveConflictsOnUpdate: "OVERWRITE",
    };
    assert.deepEqual(inputs, {
      name: "acme-staging-ap-south-1",
      version: "1.36",
      upgradePolicy: { supportType: "STANDARD" },
      deletionProtection: true,
      vpcId: "vpc-1",
      privateSubnetIds: ["subnet-private"],
      publicSubnetIds: ["subnet-public"],
      endpointPrivateAccess: true,
      endpointPublicAccess: false,
      authenticationMode: "API",
      accessEntries: {
        admin: {
          principalArn: "arn:admin",
          accessPolicies: {
            cluster: { policyArn: "arn:policy", accessScope: { type: "cluster" } },
          },
        },
        deployer: { principalArn: "arn:deployer", kubernetesGroups: ["deployers"] },
      },
      enabledClusterLogTypes: ["api", "audit", "authenticator", "controllerManager", "scheduler"],
      encryptionConfigKeyArn: key,
      clusterTags: { environment: "staging" },
      skipDefaultNodeGroup: true,
      skipDefaultSecurityGroups: true,
      createInstanceRole: false,
      createOidcProvider: false,
      nodeAssociatePublicIpAddress: false,
      bootstrapSelfManagedAddons: false,
      useDefaultVpcCni: true,
      corednsAddonOptions: off,
      kubeProxyAddonOptions: off,
      providerCredentialOpts: {},
    });
  });

  it("opens the public endpoint to the listed ranges only (A02, A03)", async () => {
    const cidrs = ["203.0.113.0/24"];
    const { inputs } = (await registrationsWith({ endpointAccess: { type: "public", cidrs } })).one(
      eksCluster,
    );
    assert.equal(inputs.endpointPublicAccess, true);
    assert.equal(inputs.endpointPrivateAccess, true);
    assert.deepEqual(inputs.publicAccessCidrs, cidrs);
  });

  it("has its log group, encrypted and with an end, before EKS makes one (A09)", async () => {
    const registrations = await registrationsWith();
    const logs = registrations.one("aws:cloudwatch/logGroup:LogGroup");
    assert.deepEqual(logs.inputs, {
      name: "/aws/eks/acme-staging-ap-south-1/cluster",
      retentionInDays: 365,
      kmsKeyId: key,
    });
    assert.ok(registrations.waitsFor(registrations.one(eksCluster), logs));
  });

  it("admits the role that creates it by an access entry alone (A07)", async () => {
    const cluster = (await registrationsWith({ creatorRoleArn: creator })).one(eksCluster);
    assert.deepEqual(cluster.inputs.providerCredentialOpts, { roleArn: creator });
    const entries = cluster.inputs.accessEntries as Record<string, unknown>;
    assert.deepEqual(Object.keys(entries), ["admin", "creator", "deployer"]);
    assert.deepEqual(entries.creator, {
      principalArn: creator,
      accessPolicies: {
        cluster: {
          policyArn: "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy",
          accessScope: { type: "cluster" },
        },
      },
    });
    const { props } = await transformed(cluster, "aws:eks/cluster:Cluster", { version: "1.36" });
    assert.deepEqual(props, {
      version: "1.36",
      accessConfig: {
        authenticationMode: "API",
        bootstrapClusterCreatorAdminPermissions: false,
      },
    });
  });

  it("bounds the roles that the eks component makes", async () => {
    const boundary = "arn:aws:iam::111111111111:policy/acme-staging-boundary";
    const bounded = (await registrationsWith({ permissionsBoundaryArn: boundary })).one(eksCluster);
    const free = (await registrationsWith()).one(eksCluster);
    const role = (cluster: typeof free) => transformed(cluster, "aws:iam/role:Role", {});
    assert.deepEqual((await role(bounded)).props, { permissionsBoundary: boundary });
    assert.deepEqual((await role(free)).props, {});
  });

  it("leaves an unnamed creator the admin that nobody else would be", async () => {
    const cluster = (await registrationsWith()).one(eksCluster);
    const { props } = await transformed(cluster, "aws:eks/cluster:Cluster", {});
    assert.deepEqual(props.accessConfig, {
      authenticationMode: "API",
      bootstrapClusterCreatorAdminPermissions: true,
    });
  });

  it("protects the cluster and nothing that comes and goes with it (A08)", async () => {
    const protectionOf = async (deletionProtection: boolean, type: string) => {
      const cluster = (await registrationsWith({ deletionProtection })).one(eksCluster);
      assert.equal(cluster.protect, false);
      return (await transformed(cluster, type, {})).protect ?? false;
    };
    assert.equal(await protectionOf(true, "aws:eks/cluster:Cluster"), true);
    assert.equal(await protectionOf(true, "aws:eks/accessEntry:AccessEntry"), false);
    assert.equal(await protectionOf(false, "aws:eks/cluster:Cluster"), false);
  });

  it("fails before anything is made when add-on versions are unknown", async () => {
    const registrations = await record(() => {
      assert.throws(
        () => new EksCluster("acme", { ...argsIn(mumbai), version: "1.29" }),
        /known for Kubernetes 1\.29: give them in cluster\.addonVersions/,
      );
    });
    assert.deepEqual(registrations.all.map(label), ["slipway:cluster:EksCluster acme"]);
  });
});

describe("EksCluster: everywhere", () => {
  it("tells what others need to know of it", async () => {
    let told: Promise<string[]> | undefined;
    await record(() => {
      const { name, arn, endpoint, clusterSecurityGroupId, oidcIssuerUrl } = new EksCluster(
        "acme",
        argsIn(mumbai),
      );
      told = Promise.all([name, arn, endpoint, clusterSecurityGroupId, oidcIssuerUrl].map(valueOf));
    });
    assert.deepEqual(await told, [
      "acme-staging-ap-south-1",
      "arn:aws:eks:ap-south-1:111111111111:cluster/acme-staging-ap-south-1",
      "https://cluster.example",
      "sg-cluster",
      "https://issuer.example",
    ]);
  });

  it("names no region, account or partition but its own", async () => {
    for (const place of [mumbai, oregon]) {
      const text = JSON.stringify((await registrationsWith({}, place)).all.map((r) => r.inputs));
      const found = (pattern: RegExp) => [...new Set(text.match(pattern))];
      assert.deepEqual(found(/\b[a-z]{2}(?:-[a-z]+)+-\d\b(?!-)/g), [place.region]);
      assert.deepEqual(found(/\b\d{12}\b/g), [place.accountId]);
      assert.deepEqual(found(/arn:aws[a-z-]*:iam::aws/g), [`arn:${place.partition}:iam::aws`]);
    }
  });
});
