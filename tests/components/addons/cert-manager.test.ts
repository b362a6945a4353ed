import assert from "node:assert/strict";
import { CertManager } from "../../../components/addons/cert-manager.ts";
import type { CertManagerArgs } from "../../../components/addons/cert-manager.ts";
import { at, record } from "../../support/recording.ts";
import { imagesOf, mirrored, upstream } from "./support.ts";

const route53 = {
  clusterName: "acme-staging",
  roleNamePrefix: "acme-staging",
  hostedZoneIds: ["Z0123456789ABC", "Z9876543210XYZ"],
  partition: "aws",
};

async function recordCertManager(given: Partial<CertManagerArgs> = {}) {
  const { recording } = await record(() => {
    new CertManager("certs", { mirror: upstream, replicas: 2, ...given });
  });
  return { recording, values: recording.values("cert-manager") };
}

describe("cert-manager", () => {
  it("brings its definitions and takes them along when it goes", async () => {
    const { recording, values } = await recordCertManager();
    assert.deepEqual(values.crds, { enabled: true, keep: false });
    const { inputs } = recording.one("Release");
    assert.equal(inputs.chart, "oci://quay.io/jetstack/charts/cert-manager");
    assert.equal(inputs.namespace, "cert-manager");
  });

  it("runs with group 1001 for its files", async () => {
    const { values } = await recordCertManager();
    assert.deepEqual(values.securityContext, {
      runAsNonRoot: true,
      fsGroup: 1001,
      seccompProfile: { type: "RuntimeDefault" },
    });
  });

  it("is ready only when its API answers", async () => {
    const { values } = await recordCertManager();
    assert.equal(at(values, "startupapicheck.enabled"), true);
  });

  it("has as many pods of every part as are asked for, and keeps one through disruptions", async () => {
    for (const replicas of [1, 3]) {
      const { values } = await recordCertManager({ replicas });
      for (const part of [values, values.webhook, values.cainjector]) {
        assert.equal(at(part, "replicaCount"), replicas);
        assert.equal(at(part, "podDisruptionBudget.enabled"), replicas > 1);
      }
    }
  });

  it("takes all five images from the mirror", async () => {
    const { values } = await recordCertManager({ mirror: mirrored });
    assert.deepEqual(
      imagesOf(values).sort(),
      ["acmesolver", "cainjector", "controller", "startupapicheck", "webhook"].map(
        (part) => `registry.example.com/mirror/jetstack/cert-manager-${part}`,
      ),
    );
  });

  it("may write TXT records of its zones, and nothing else in Route 53", async () => {
    const { recording } = await recordCertManager({ route53 });
    const zones = [
      "arn:aws:route53:::hostedzone/Z0123456789ABC",
      "arn:aws:route53:::hostedzone/Z9876543210XYZ",
    ];
    assert.deepEqual(recording.statements(), [
      {
        Sid: "AnyZoneByName",
        Effect: "Allow",
        Action: ["route53:ListHostedZonesByName"],
        Resource: ["*"],
      },
      {
        Sid: "ChallengeRecords",
        Effect: "Allow",
        Action: ["route53:ChangeResourceRecordSets"],
        Resource: zones,
        Condition: {
          "ForAllValues:StringEquals": { "route53:ChangeResourceRecordSetsRecordTypes": ["TXT"] },
        },
      },
      {
        Sid: "ListRecords",
        Effect: "Allow",
        Action: ["route53:ListResourceRecordSets"],
        Resource: zones,
      },
      {
        Sid: "ChangeProgress",
        Effect: "Allow",
        Action: ["route53:GetChange"],
        Resource: ["arn:aws:route53:::change/*"],
      },
    ]);
  });

  it("starts its pods after they have their AWS role", async () => {
    const { recording } = await recordCertManager({ route53 });
    const association = recording.one("podIdentityAssociation:PodIdentityAssociation");
    assert.equal(association.inputs.namespace, "cert-manager");
    assert.equal(association.inputs.serviceAccount, "cert-manager");
    assert.ok(recording.waitsFor(recording.one("Release"), association));
    assert.ok(recording.one("NetworkPolicy", "pod-identity"));
  });

  it("asks only the cluster's DNS where it proves names by DNS, and has no AWS role otherwise", async () => {
    const dns = await recordCertManager({ route53 });
    assert.equal(dns.values.dns01RecursiveNameserversOnly, true);
    const { recording, values } = await recordCertManager();
    assert.equal(values.dns01RecursiveNameserversOnly, undefined);
    assert.deepEqual(recording.all("role:Role"), []);
    assert.throws(() => recording.one("NetworkPolicy", "pod-identity"));
  });
});
