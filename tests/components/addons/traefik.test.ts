import assert from "node:assert/strict";
import { charts } from "../../../components/addons/charts.ts";
import type { EdgeTraffic } from "../../../components/addons/edge-service.ts";
import { traefikSpelling } from "../../../components/addons/traefik-spelling.ts";
import { Traefik } from "../../../components/addons/traefik.ts";
import type { TraefikArgs } from "../../../components/addons/traefik.ts";
import { at, record } from "../../support/recording.ts";
import { upstream } from "./support.ts";

const traffic: EdgeTraffic = {
  serviceType: "LoadBalancer",
  idleTimeoutSeconds: 60,
  keepAliveSeconds: 65,
  deletionProtection: false,
  allowedCidrs: ["198.51.100.0/24"],
  trustedProxyCidrs: ["10.10.0.0/16"],
};

async function recordTraefik(given: Partial<TraefikArgs> = {}) {
  const { recording } = await record(() => {
    new Traefik("edge", {
      mirror: upstream,
      traffic,
      replicas: 2,
      ingressClassName: "nginx",
      publishes: true,
      ...given,
    });
  });
  return { recording, values: recording.values("traefik") };
}

describe("Traefik", () => {
  it("is not restarted for being slow", async () => {
    const { values } = await recordTraefik();
    assert.equal(at(values, "readinessProbe.timeoutSeconds"), 5);
    assert.equal(at(values, "livenessProbe.timeoutSeconds"), 10);
  });

  it("serves Ingress objects of the class through one provider only", async () => {
    const { values } = await recordTraefik();
    const providers = values.providers as Record<string, Record<string, unknown>>;
    const enabled = Object.keys(providers).filter((name) => providers[name]?.enabled === true);
    assert.deepEqual(enabled, ["kubernetesIngressNGINX"]);
    const provider = providers.kubernetesIngressNGINX;
    assert.equal(at(provider, "controllerClass"), "k8s.io/ingress-nginx");
    assert.equal(at(provider, "ingressClass"), "nginx");
    assert.equal(at(provider, "watchIngressWithoutClass"), false);
  });

  it("makes the promises of ingress-nginx to browsers, from a file that is there before it", async () => {
    const { recording, values } = await recordTraefik();
    const file = recording.one("ConfigMap", "traefik-settings");
    const settings = JSON.parse(String(at(file.inputs, ["data", "edge.yaml"]))) as unknown;
    assert.deepEqual(settings, {
      http: { middlewares: { hsts: { headers: { stsSeconds: 31536000 } } } },
      tls: { options: { default: { minVersion: "VersionTLS12" } } },
    });
    assert.deepEqual(values.volumes, [
      { name: "traefik-settings", mountPath: "/etc/traefik/settings", type: "configMap" },
    ]);
    assert.deepEqual(values.additionalArguments, [
      "--providers.file.filename=/etc/traefik/settings/edge.yaml",
      "--entryPoints.websecure.http.middlewares=hsts@file",
    ]);
    assert.ok(recording.waitsFor(recording.one("Release"), file));
  });

  it("limits request bodies as ingress-nginx does, in versions that do not by themselves", async () => {
    const mirror = { ...upstream, chartVersions: { traefik: "38.0.2" } };
    const { recording, values } = await recordTraefik({ mirror });
    const file = recording.one("ConfigMap", "traefik-settings");
    const settings = JSON.parse(String(at(file.inputs, ["data", "edge.yaml"]))) as unknown;
    assert.deepEqual(at(settings, "http.middlewares.body-limit"), {
      buffering: { maxRequestBodyBytes: 1048576 },
    });
    assert.deepEqual(
      at(values, "additionalArguments.1"),
      "--entryPoints.websecure.http.middlewares=hsts@file,body-limit@file",
    );
  });

  it("leaves redirects to each route, shows no dashboard and calls nobody", async () => {
    const { values } = await recordTraefik();
    assert.equal(at(values, "ports.web.redirections"), undefined);
    assert.equal(at(values, "ports.web.http"), undefined);
    assert.equal(at(values, "api.dashboard"), false);
    assert.equal(at(values, "ingressRoute.dashboard.enabled"), false);
    assert.deepEqual(values.global, { checkNewVersion: false, sendAnonymousUsage: false });
  });

  it("installs no custom resource definitions, which nothing would remove again", async () => {
    const { recording } = await recordTraefik();
    assert.equal(recording.one("Release").inputs.skipCrds, true);
  });

  it("believes forwarded headers of named proxies, and in AWS the PROXY protocol instead", async () => {
    const { values } = await recordTraefik();
    const inAws = await recordTraefik({
      traffic: { ...traffic, aws: { name: "a", autoMode: false } },
    });
    for (const port of ["web", "websecure"]) {
      assert.deepEqual(at(values, `ports.${port}.forwardedHeaders`), {
        trustedIPs: ["10.10.0.0/16"],
      });
      assert.equal(at(values, `ports.${port}.proxyProtocol`), undefined);
      assert.deepEqual(at(inAws.values, `ports.${port}.proxyProtocol`), {
        trustedIPs: ["10.10.0.0/16"],
      });
      assert.equal(at(inAws.values, `ports.${port}.forwardedHeaders`), undefined);
    }
  });

  it("keeps a pod through disruptions, where there is more than one", async () => {
    for (const [replicas, enabled] of [
      [1, false],
      [2, true],
    ] as const) {
      const { values } = await recordTraefik({ replicas });
      assert.deepEqual(values.podDisruptionBudget, { enabled, minAvailable: 1 });
    }
  });

  it("runs as nobody on a read-only file system", async () => {
    const { values } = await recordTraefik();
    assert.deepEqual(values.securityContext, {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    });
    assert.equal(at(values, "podSecurityContext.runAsNonRoot"), true);
    assert.equal(at(values, "podSecurityContext.seccompProfile.type"), "RuntimeDefault");
  });

  it("speaks the language of the chart that the mirror holds", async () => {
    const mirror = { ...upstream, chartVersions: { traefik: "38.0.2" } };
    const { values } = await recordTraefik({ mirror });
    assert.equal(at(values, "experimental.kubernetesIngressNginx"), true);
    assert.equal(at(values, "providers.kubernetesIngressNginx.enabled"), true);
    assert.equal(at(values, "providers.kubernetesIngressNGINX"), undefined);
    assert.deepEqual(at(values, "service"), { enabled: false });
    assert.equal(at(values, "logs.access.format"), "json");
  });
});

describe("spelling of Traefik's chart", () => {
  it("renames the provider from 40 on, an experiment before 39", () => {
    const table: [string, string, boolean][] = [
      ["38.0.2", "kubernetesIngressNginx", true],
      ["v39.0.0", "kubernetesIngressNginx", false],
      ["40.3.0", "kubernetesIngressNGINX", false],
      [charts.traefik.version, "kubernetesIngressNGINX", false],
    ];
    for (const [version, provider, experiment] of table) {
      const spelling = traefikSpelling(version);
      assert.equal(spelling.ingressNginxProvider, provider);
      assert.equal("experimental" in spelling.experimental, experiment);
    }
  });

  it("renames the logs from 41 on", () => {
    assert.deepEqual(traefikSpelling("40.3.0").logs(["Referer"]), {
      logs: {
        general: { level: "INFO", format: "json" },
        access: {
          enabled: true,
          format: "json",
          fields: { headers: { defaultmode: "drop", names: { Referer: "keep" } } },
        },
      },
    });
    assert.deepEqual(traefikSpelling("41.0.0").logs(["Referer"]), {
      log: { level: "INFO", format: "json" },
      accessLog: {
        enabled: true,
        format: "json",
        fields: { headers: { defaultMode: "drop", names: { Referer: "keep" } } },
      },
    });
  });
});
