import assert from "node:assert/strict";
import { CertManager } from "../../../components/addons/cert-manager.ts";
import { ClusterIssuers } from "../../../components/addons/cluster-issuers.ts";
import type { ClusterIssuersArgs } from "../../../components/addons/cluster-issuers.ts";
import type { Recording } from "../../support/recording.ts";
import { at, record } from "../../support/recording.ts";
import { upstream } from "./support.ts";

const letsEncrypt = {
  type: "letsEncrypt",
  directory: "staging",
  email: "devops@example.com",
} as const;
const acme = { type: "acme", server: "https://ca.example.com/dir", email: "a@b.example" } as const;
const zones = {
  "example.com": { hostedZoneId: "Z0123456789ABC" },
  "example.org": { hostedZoneId: "Z9876543210XYZ" },
  "example.net": {},
};

async function recordIssuers(given: Partial<ClusterIssuersArgs>) {
  const { recording, result } = await record(() => {
    const certManager = new CertManager("certs", { mirror: upstream, replicas: 1 });
    const { http01, dns01 } = new ClusterIssuers(
      "issuers",
      { issuer: letsEncrypt, zones: {}, ingressClassName: "nginx", ...given },
      { dependsOn: [certManager] },
    );
    return { http01, dns01 };
  });
  return { recording, result };
}

const specOf = (recording: Recording, name: string): unknown =>
  recording.one("ClusterIssuer", name).inputs.spec;

describe("cluster issuers", () => {
  for (const [directory, host] of [
    ["staging", "acme-staging-v02"],
    ["production", "acme-v02"],
  ] as const)
    it(`ask Let's Encrypt's ${directory} directory, by HTTP through the edge`, async () => {
      const { recording, result } = await recordIssuers({ issuer: { ...letsEncrypt, directory } });
      const name = `clusterissuer-letsencrypt-${directory}`;
      assert.deepEqual(specOf(recording, name), {
        acme: {
          server: `https://${host}.api.letsencrypt.org/directory`,
          email: "devops@example.com",
          privateKeySecretRef: { name: `${name}-secret` },
          solvers: [{ http01: { ingress: { ingressClassName: "nginx" } } }],
        },
      });
      assert.deepEqual(result, { http01: { name }, dns01: undefined });
    });

  it("prove names by DNS in each zone that has an id, with the same account", async () => {
    const { recording, result } = await recordIssuers({ zones, region: "eu-west-1" });
    const name = "clusterissuer-letsencrypt-staging";
    assert.deepEqual(at(specOf(recording, `${name}-dns`), "acme.solvers"), [
      {
        selector: { dnsZones: ["example.com"] },
        dns01: { route53: { hostedZoneID: "Z0123456789ABC", region: "eu-west-1" } },
      },
      {
        selector: { dnsZones: ["example.org"] },
        dns01: { route53: { hostedZoneID: "Z9876543210XYZ", region: "eu-west-1" } },
      },
    ]);
    assert.equal(
      at(specOf(recording, `${name}-dns`), "acme.privateKeySecretRef.name"),
      `${name}-secret`,
    );
    assert.ok(
      recording.waitsFor(
        recording.one("ClusterIssuer", `${name}-dns`),
        recording.one("ClusterIssuer", name),
      ),
    );
    assert.deepEqual(result, { http01: { name }, dns01: { name: `${name}-dns` } });
  });

  it("ask another ACME server that its own authorities vouch for", async () => {
    const { recording, result } = await recordIssuers({
      issuer: { ...acme, caBundle: "Y2E=" },
      zones,
    });
    assert.equal(result.http01.name, "clusterissuer-acme");
    assert.equal(result.dns01?.name, "clusterissuer-acme-dns");
    const spec = specOf(recording, "clusterissuer-acme");
    assert.equal(at(spec, "acme.server"), acme.server);
    assert.equal(at(spec, "acme.caBundle"), "Y2E=");
    assert.equal(at(spec, "acme.privateKeySecretRef.name"), "clusterissuer-acme-secret");
  });

  it("open the port of an ACME server that is not 443, before it is asked", async () => {
    const { recording } = await recordIssuers({
      issuer: { ...acme, server: "https://pebble.test:14000/dir" },
    });
    const policy = recording.one("NetworkPolicy", "acme-server");
    assert.equal(at(policy.inputs, "metadata.namespace"), "cert-manager");
    assert.deepEqual(at(policy.inputs, "spec.egress.0.ports"), [{ port: 14000, protocol: "TCP" }]);
    assert.ok(recording.waitsFor(recording.one("ClusterIssuer"), policy));
    const usual = await recordIssuers({ issuer: acme });
    assert.throws(() => usual.recording.one("NetworkPolicy", "acme-server"));
  });

  it("make an authority in the cluster that signs any name", async () => {
    const { recording, result } = await recordIssuers({ issuer: { type: "selfSigned" } });
    const name = "clusterissuer-self-signed";
    assert.deepEqual(result, { http01: { name }, dns01: { name } });
    const [bootstrap, authority, issuer] = [
      recording.one("ClusterIssuer", `${name}-bootstrap`),
      recording.one("Certificate"),
      recording.one("ClusterIssuer", name),
    ];
    assert.deepEqual(bootstrap.inputs.spec, { selfSigned: {} });
    assert.equal(at(authority.inputs, "metadata.namespace"), "cert-manager");
    assert.equal(at(authority.inputs, "spec.isCA"), true);
    assert.equal(at(authority.inputs, "spec.issuerRef.name"), `${name}-bootstrap`);
    assert.deepEqual(issuer.inputs.spec, {
      ca: { secretName: at(authority.inputs, "spec.secretName") },
    });
    assert.ok(recording.waitsFor(authority, bootstrap));
    assert.ok(recording.waitsFor(issuer, authority));
  });

  it("come after cert-manager, and are awaited for two minutes", async () => {
    for (const issuer of [letsEncrypt, { type: "selfSigned" }] as const) {
      const { recording } = await recordIssuers({ issuer, zones });
      const release = recording.one("Release", "cert-manager");
      const objects = [...recording.all("ClusterIssuer"), ...recording.all("Certificate")];
      assert.ok(objects.length >= 2);
      for (const object of objects) {
        assert.ok(recording.waitsFor(object, release), object.name);
        assert.equal(
          at(object.inputs, ["metadata", "annotations", "pulumi.com/waitFor"]),
          "condition=Ready",
        );
        assert.equal(object.timeouts.create, "2m");
      }
    }
  });
});
