import assert from "node:assert/strict";
import { ExternalSecrets } from "../../../components/addons/external-secrets.ts";
import type { ExternalSecretsArgs } from "../../../components/addons/external-secrets.ts";
import { MetricsServer } from "../../../components/addons/metrics-server.ts";
import { Reloader } from "../../../components/addons/reloader.ts";
import { at, record } from "../../support/recording.ts";
import { imagesOf, mirrored, upstream } from "./support.ts";

const aws = {
  clusterName: "acme-staging",
  roleNamePrefix: "acme-staging",
  readerRolePattern: "arn:aws:iam::111111111111:role/acme-staging-*-secrets-reader",
};

async function recordExternalSecrets(given: Partial<ExternalSecretsArgs> = {}) {
  const { recording, result } = await record(() => {
    const { roleArn } = new ExternalSecrets("secrets", {
      mirror: upstream,
      replicas: 2,
      ...given,
    });
    return { roleArn };
  });
  return { recording, result, values: recording.values("external-secrets") };
}

describe("external-secrets", () => {
  it("may take on the roles of readers, and nothing else", async () => {
    const { recording, result } = await recordExternalSecrets({ aws });
    assert.deepEqual(recording.statements(), [
      {
        Sid: "AssumeReaders",
        Effect: "Allow",
        Action: ["sts:AssumeRole", "sts:TagSession"],
        Resource: [aws.readerRolePattern],
      },
    ]);
    assert.equal(result.roleArn, "arn:aws:iam::111111111111:role/acme-staging-external-secrets");
    const association = recording.one("podIdentityAssociation:PodIdentityAssociation");
    assert.equal(association.inputs.serviceAccount, "external-secrets");
    assert.ok(recording.waitsFor(recording.one("Release"), association));
  });

  it("has no AWS role outside AWS", async () => {
    const { recording, result } = await recordExternalSecrets();
    assert.equal(result.roleArn, undefined);
    assert.deepEqual(recording.all("role:Role"), []);
  });

  it("does not work across namespaces, and has no definitions for that", async () => {
    const { values } = await recordExternalSecrets({ aws });
    const off = {
      processClusterStore: "createClusterSecretStore",
      processClusterExternalSecret: "createClusterExternalSecret",
      processClusterPushSecret: "createClusterPushSecret",
      processClusterGenerator: "createClusterGenerator",
    };
    for (const [process, create] of Object.entries(off)) {
      assert.equal(values[process], false, process);
      assert.equal(at(values.crds, create), false, create);
    }
  });

  it("writes generated values to the store", async () => {
    const { values } = await recordExternalSecrets({ aws });
    assert.equal(values.processPushSecret, true);
    assert.equal(at(values, "crds.createPushSecret"), true);
  });

  it("serves cluster-wide stores outside AWS, where credentials lie in another namespace", async () => {
    const { values } = await recordExternalSecrets();
    assert.equal(values.processClusterStore, true);
    assert.equal(at(values, "crds.createClusterSecretStore"), true);
  });

  it("lets one of several pods work, and its webhook fails closed", async () => {
    const { values } = await recordExternalSecrets({ replicas: 3 });
    assert.equal(values.replicaCount, 3);
    assert.equal(values.leaderElect, true);
    assert.equal(at(values, "webhook.replicaCount"), 3);
    assert.equal(at(values, "webhook.failurePolicy"), "Fail");
    assert.equal(at(values, "podDisruptionBudget.enabled"), true);
  });

  it("asks an emulator where one is named, and may reach its port instead of 443", async () => {
    const endpoint = "http://aws.example.test:4566";
    const { recording, values } = await recordExternalSecrets({ endpoint });
    assert.deepEqual(values.extraEnv, [
      { name: "AWS_SECRETSMANAGER_ENDPOINT", value: endpoint },
      { name: "AWS_STS_ENDPOINT", value: endpoint },
      { name: "AWS_ECR_ENDPOINT", value: endpoint },
    ]);
    const ports = (from: typeof recording): unknown =>
      at(from.one("NetworkPolicy", "secret-stores").inputs, "spec.egress.0.ports.0.port");
    assert.equal(ports(recording), 4566);
    const usual = await recordExternalSecrets({ egressCidrs: ["10.10.0.0/16"] });
    assert.deepEqual(usual.values.extraEnv, []);
    assert.equal(ports(usual.recording), 443);
    assert.deepEqual(
      at(usual.recording.one("NetworkPolicy", "secret-stores").inputs, "spec.egress.0.to"),
      [{ ipBlock: { cidr: "10.10.0.0/16" } }],
    );
    for (const [url, port] of [
      ["https://aws.example.test", 443],
      ["http://aws.example.test", 80],
    ] as const)
      assert.equal(ports((await recordExternalSecrets({ endpoint: url })).recording), port);
  });

  it("takes all three images from the mirror", async () => {
    const { values } = await recordExternalSecrets({ mirror: mirrored });
    assert.deepEqual(
      imagesOf(values),
      Array(3).fill("registry.example.com/mirror/external-secrets/external-secrets"),
    );
  });
});

describe("metrics-server", () => {
  const recordServer = async (kubeletCaPath?: string) => {
    const { recording } = await record(() => {
      new MetricsServer("metrics", { mirror: mirrored, replicas: 2, kubeletCaPath });
    });
    return recording;
  };

  it("verifies kubelets, by an authority of their own where one is named", async () => {
    const usual = (await recordServer()).values("metrics-server");
    assert.deepEqual(usual.args, []);
    const own = (await recordServer("/etc/ca.crt")).values("metrics-server");
    assert.deepEqual(own.args, ["--kubelet-certificate-authority=/etc/ca.crt"]);
    for (const values of [usual, own]) assert.doesNotMatch(JSON.stringify(values), /insecure/);
  });

  it("runs in kube-system with an image of the mirror", async () => {
    const recording = await recordServer();
    assert.equal(recording.one("Release").inputs.namespace, "kube-system");
    assert.deepEqual(recording.all("Namespace"), []);
    assert.deepEqual(imagesOf(recording.values("metrics-server")), [
      "registry.example.com/mirror/metrics-server/metrics-server",
    ]);
  });
});

describe("reloader", () => {
  it("restarts by annotation, once, and leaves Jobs alone", async () => {
    const { recording } = await record(() => {
      new Reloader("reloader", { mirror: mirrored });
    });
    const values = recording.values("reloader");
    assert.equal(at(values, "reloader.reloadStrategy"), "annotations");
    assert.equal(at(values, "reloader.deployment.replicas"), 1);
    assert.equal(at(values, "reloader.ignoreJobs"), true);
    assert.equal(at(values, "reloader.ignoreCronJobs"), true);
    assert.deepEqual(imagesOf(values), ["registry.example.com/mirror/stakater/reloader"]);
    assert.ok(recording.waitsFor(recording.one("Release"), recording.one("Namespace")));
  });
});
