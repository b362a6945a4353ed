import assert from "node:assert/strict";
import {
  ingressNginxOnly,
  portableAnnotations,
  routeAnnotations,
} from "../../../components/workloads/route-annotations.ts";
import { at } from "../../support/recording.ts";
import { listAt, recordWorkload } from "./support.ts";
import type { Recording } from "../../support/recording.ts";

const route = { hosts: ["api.example.com", "api2.example.com"], paths: ["/v1", "/v2"] };
const certificates = {
  challenge: "http01" as const,
  renewBeforePercentage: 33,
  readyTimeoutSeconds: 300,
  retain: false,
};
const nginx = "nginx.ingress.kubernetes.io/";
const cors = {
  allowOrigins: ["https://www.example.com", "http://localhost:3000"],
  allowMethods: ["GET", "POST"],
  allowHeaders: ["Authorization"],
  allowCredentials: true,
  maxAgeSeconds: 600,
};

describe("a route", () => {
  let recording: Recording;
  before(async () => {
    recording = await recordWorkload({ route });
  });

  it("serves plain prefixes of its hosts over TLS", () => {
    const paths = ["/v1", "/v2"].map((path) => ({
      path,
      pathType: "Prefix",
      backend: { service: { name: "api", port: { name: "http" } } },
    }));
    assert.deepEqual(recording.one("Ingress").inputs["spec"], {
      ingressClassName: "nginx",
      tls: [{ hosts: route.hosts, secretName: "api-tls-secret" }],
      rules: route.hosts.map((host) => ({ host, http: { paths } })),
    });
    assert.equal(recording.one("Ingress").inputs["apiVersion"], "networking.k8s.io/v1");
  });

  it("redirects HTTP by the annotation that controllers know (defect 3)", () => {
    const annotations = at(recording.one("Ingress").inputs, "metadata.annotations");
    assert.deepEqual(annotations, {
      "nginx.ingress.kubernetes.io/ssl-redirect": "true",
      "pulumi.com/skipAwait": "true",
    });
    assert.ok(!JSON.stringify(annotations).includes("rewrite"));
  });

  it("has a certificate of its own that is waited for", () => {
    const { inputs, timeouts, retainOnDelete } = recording.one("Certificate");
    assert.equal(inputs["apiVersion"], "cert-manager.io/v1");
    assert.deepEqual(inputs["spec"], {
      secretName: "api-tls-secret",
      dnsNames: route.hosts,
      issuerRef: { group: "cert-manager.io", kind: "ClusterIssuer", name: "letsencrypt" },
      privateKey: { algorithm: "ECDSA", size: 256, rotationPolicy: "Always" },
      renewBeforePercentage: 33,
    });
    assert.deepEqual(at(inputs, "metadata.annotations"), {
      "pulumi.com/waitFor": "condition=Ready",
    });
    assert.deepEqual(timeouts, { create: "600s", update: "600s" });
    assert.equal(retainOnDelete, false);
  });

  it("takes lifetime, patience and retention from the stack, with its namespace", async () => {
    const found = await recordWorkload(
      { route },
      { certificates: { ...certificates, durationHours: 2, retain: true } },
    );
    const { inputs, timeouts, retainOnDelete } = found.one("Certificate");
    assert.equal(at(inputs, "spec.duration"), "2h0m0s");
    assert.deepEqual(timeouts, { create: "300s", update: "300s" });
    assert.equal(retainOnDelete, true);
    assert.equal(found.one("Namespace").retainOnDelete, true);
  });

  it("chooses the issuer by the challenge of the route, or else of the stack", async () => {
    const issuer = async (challenge: string | undefined, ofStack: "http01" | "dns01") => {
      const found = await recordWorkload(
        { route: { ...route, challenge } },
        { certificates: { ...certificates, challenge: ofStack } },
      );
      return at(found.one("Certificate").inputs, "spec.issuerRef.name");
    };
    assert.equal(await issuer(undefined, "http01"), "letsencrypt");
    assert.equal(await issuer(undefined, "dns01"), "letsencrypt-dns");
    assert.equal(await issuer("http01", "dns01"), "letsencrypt");
    assert.equal(await issuer("dns01", "http01"), "letsencrypt-dns");
  });

  it("fails where no issuer can prove the names", async () => {
    const build = recordWorkload(
      { route: { ...route, challenge: "dns01" } },
      { issuers: { http01: { name: "letsencrypt" } } },
    );
    await assert.rejects(build, {
      message:
        "apps.api.route needs dns01, and no zone has a hostedZoneId: give one in slipway:dns, or use http01",
    });
  });

  it("is there only where it is asked for", async () => {
    const found = await recordWorkload();
    assert.deepEqual([...found.all("Ingress"), ...found.all("Certificate")], []);
  });
});

describe("annotations of a route", () => {
  it("carry CORS for several origins", () => {
    assert.deepEqual(routeAnnotations({ cors }), {
      [`${nginx}ssl-redirect`]: "true",
      [`${nginx}enable-cors`]: "true",
      [`${nginx}cors-allow-origin`]: "https://www.example.com,http://localhost:3000",
      [`${nginx}cors-allow-methods`]: "GET,POST",
      [`${nginx}cors-allow-headers`]: "Authorization",
      [`${nginx}cors-allow-credentials`]: "true",
      [`${nginx}cors-max-age`]: "600",
    });
  });

  it("are portable unless an option asks for more", () => {
    for (const options of [{}, { cors }])
      for (const name of Object.keys(routeAnnotations(options)))
        assert.ok(portableAnnotations.includes(name), name);
  });

  it("are known one by one where only ingress-nginx honours them", () => {
    const found = routeAnnotations({
      cors,
      maxBodyMib: 32,
      allowedCidrs: ["10.0.0.0/8", "192.0.2.0/24"],
      requestsPerSecond: 10,
      responseTimeoutSeconds: 120,
    });
    assert.deepEqual(
      Object.fromEntries(Object.entries(found).filter(([name]) => ingressNginxOnly.includes(name))),
      {
        [`${nginx}proxy-body-size`]: "32m",
        [`${nginx}whitelist-source-range`]: "10.0.0.0/8,192.0.2.0/24",
        [`${nginx}limit-rps`]: "10",
        [`${nginx}proxy-read-timeout`]: "120",
        [`${nginx}proxy-send-timeout`]: "120",
      },
    );
    assert.deepEqual(
      Object.keys(found).sort(),
      [...portableAnnotations, ...ingressNginxOnly].sort(),
    );
  });

  it("never reach the Ingress raw: an application has no field for them", async () => {
    await assert.rejects(
      async () =>
        recordWorkload({
          route: { hosts: ["a.example.com"], annotations: { [`${nginx}server-snippet`]: "" } },
        }),
      /annotations/,
    );
  });

  it("open paths of their own to the edge only", async () => {
    const found = await recordWorkload({ route: { hosts: ["a.example.com"] } });
    assert.deepEqual(listAt(found.one("NetworkPolicy", "allow-edge").inputs, "spec.ingress"), [
      {
        from: [
          {
            namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "ingress-nginx" } },
          },
        ],
        ports: [{ protocol: "TCP", port: 8080 }],
      },
    ]);
  });
});
