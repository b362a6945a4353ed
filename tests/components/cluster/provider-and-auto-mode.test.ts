import assert from "node:assert/strict";
import * as k8s from "@pulumi/kubernetes";
import { EksCluster } from "../../../components/cluster/eks-cluster.ts";
import { ExistingCluster } from "../../../components/cluster/existing-cluster.ts";
import {
  addon,
  argsIn,
  eksCluster,
  nodeGroup,
  provider,
  registrationsWith,
} from "./eks-fixture.ts";
import { label, mumbai, record } from "./support.ts";

const autoMode = { type: "autoMode", nodePools: ["general-purpose", "system"] } as const;

describe("EksCluster: provider", () => {
  it("is bound to this cluster's endpoint and identity (EKS-7)", async () => {
    const { inputs } = (await registrationsWith()).one(provider);
    assert.deepEqual(inputs, {
      kubeconfig: '{"kind":"Config"}',
      clusterIdentifier: "arn:aws:eks:ap-south-1:111111111111:cluster/acme-staging-ap-south-1",
      enableServerSideApply: "true",
      enablePatchForce: "true",
      enableConfigMapMutable: "true",
    });
  });

  it("waits for nodes and add-ons, so that objects come after and go before them", async () => {
    const registrations = await registrationsWith();
    const itself = registrations.one(provider);
    const earlier = [
      registrations.one(eksCluster),
      ...registrations.ofType(addon),
      ...registrations.ofType(nodeGroup),
    ];
    assert.equal(earlier.length, 7);
    for (const each of earlier) assert.ok(registrations.waitsFor(itself, each), label(each));
  });

  it("is what objects in the cluster are made with", async () => {
    const registrations = await record(() => {
      const cluster = new EksCluster("acme", argsIn(mumbai));
      new k8s.core.v1.Namespace(
        "app",
        { metadata: { name: "app" } },
        { provider: cluster.provider },
      );
    });
    const namespace = registrations.one("kubernetes:core/v1:Namespace");
    assert.equal(namespace.provider, label(registrations.one(provider)));
  });

  it("of an existing cluster is the ambient kubeconfig's, under the name given", async () => {
    const registrations = await record(() => {
      new ExistingCluster("kind", { name: "kind-dev", context: "kind-kind" });
    });
    assert.deepEqual(registrations.one(provider).inputs, {
      clusterIdentifier: "kind-dev",
      context: "kind-kind",
      enableServerSideApply: "true",
      enablePatchForce: "true",
      enableConfigMapMutable: "true",
    });
  });
});

describe("EksCluster: Auto Mode", () => {
  it("leaves nodes and add-ons to EKS, in private subnets only", async () => {
    const registrations = await registrationsWith({
      compute: { ...autoMode, nodePools: [...autoMode.nodePools] },
    });
    const { inputs } = registrations.one(eksCluster);
    assert.deepEqual(inputs.autoMode, {
      enabled: true,
      createNodeRole: true,
      computeConfig: { nodePools: ["general-purpose", "system"] },
    });
    assert.deepEqual(inputs.privateSubnetIds, ["subnet-private"]);
    assert.equal(inputs.publicSubnetIds, undefined);
    const aws = new Set(
      registrations.all.map(({ type }) => type).filter((t) => t.startsWith("aws:")),
    );
    assert.deepEqual([...aws], ["aws:cloudwatch/logGroup:LogGroup"]);
    assert.ok(registrations.waitsFor(registrations.one(provider), registrations.one(eksCluster)));
  });

  it("enforces network policies, which it would only accept otherwise", async () => {
    const registrations = await registrationsWith({
      compute: { ...autoMode, nodePools: [...autoMode.nodePools] },
    });
    const { inputs, provider: usedProvider } = registrations.one("kubernetes:core/v1:ConfigMap");
    assert.deepEqual(inputs.data, { "enable-network-policy-controller": "true" });
    const { name, namespace } = inputs.metadata as Record<string, unknown>;
    assert.deepEqual([namespace, name], ["kube-system", "amazon-vpc-cni"]);
    assert.equal(usedProvider, label(registrations.one(provider)));
  });

  it("needs no table of add-on versions", async () => {
    const registrations = await registrationsWith({
      version: "1.37",
      compute: { ...autoMode, nodePools: [...autoMode.nodePools] },
    });
    assert.equal(registrations.one(eksCluster).inputs.version, "1.37");
  });
});
