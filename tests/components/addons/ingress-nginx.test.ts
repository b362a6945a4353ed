import assert from "node:assert/strict";
import { charts } from "../../../components/addons/charts.ts";
import type { EdgeTraffic } from "../../../components/addons/edge-service.ts";
import { IngressNginx } from "../../../components/addons/ingress-nginx.ts";
import type { IngressNginxArgs } from "../../../components/addons/ingress-nginx.ts";
import { at, record } from "../../support/recording.ts";
import { upstream } from "./support.ts";

const traffic: EdgeTraffic = {
  serviceType: "LoadBalancer",
  idleTimeoutSeconds: 60,
  keepAliveSeconds: 65,
  deletionProtection: false,
  allowedCidrs: ["0.0.0.0/0"],
  trustedProxyCidrs: [],
};

async function recordController(given: Partial<IngressNginxArgs> = {}) {
  const { recording } = await record(() => {
    new IngressNginx("edge", {
      mirror: upstream,
      traffic,
      replicas: 2,
      ingressClassName: "nginx",
      publishes: true,
      ...given,
    });
  });
  const { controller } = recording.values("ingress-nginx");
  return { recording, controller, config: at(controller, "config") };
}

describe("ingress-nginx", () => {
  it("is not restarted for being slow", async () => {
    const { controller } = await recordController();
    assert.equal(at(controller, "readinessProbe.timeoutSeconds"), 5);
    assert.equal(at(controller, "livenessProbe.timeoutSeconds"), 10);
  });

  it("is the final release, by digest, in a release that rolls itself back", async () => {
    const { recording, controller } = await recordController();
    const { inputs } = recording.one("Release");
    for (const [key, value] of Object.entries({
      name: "ingress-nginx",
      namespace: "ingress-nginx",
      chart: "ingress-nginx",
      version: "4.15.1",
      createNamespace: false,
      atomic: true,
      cleanupOnFail: true,
    }))
      assert.equal(inputs[key], value, key);
    assert.deepEqual(at(controller, "image"), {
      registry: "registry.k8s.io",
      image: "ingress-nginx/controller",
      digest: charts["ingress-nginx"].digest,
    });
    assert.equal(at(controller, "admissionWebhooks.patch.image.digest"), undefined);
  });

  it("drops all digests of the chart where the mirror holds another version", async () => {
    const mirror = { ...upstream, chartVersions: { "ingress-nginx": "4.11.0" } };
    const { controller } = await recordController({ mirror });
    assert.equal(at(controller, "image.digest"), "");
    assert.equal(at(controller, "admissionWebhooks.patch.image.digest"), "");
  });

  it("spreads its pods over nodes if it can, and never takes all of them away", async () => {
    const { controller } = await recordController({ replicas: 3 });
    assert.equal(at(controller, "replicaCount"), 3);
    assert.equal(at(controller, "minAvailable"), 1);
    assert.deepEqual(
      at(controller, "affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution.0"),
      {
        weight: 100,
        podAffinityTerm: {
          topologyKey: "kubernetes.io/hostname",
          labelSelector: {
            matchLabels: {
              "app.kubernetes.io/name": "ingress-nginx",
              "app.kubernetes.io/component": "controller",
            },
          },
        },
      },
    );
    assert.deepEqual(at(controller, "updateStrategy.rollingUpdate"), {
      maxUnavailable: 0,
      maxSurge: 1,
    });
  });

  it("logs each request as JSON, with the id that the client gets", async () => {
    const { controller, config } = await recordController();
    const line = JSON.parse(String(at(config, "log-format-upstream"))) as Record<string, string>;
    assert.deepEqual(Object.keys(line), [
      "timestamp",
      "remote_addr",
      "request",
      "status",
      "request_id",
      "bytes_sent",
      "method",
      "request_length",
      "request_time",
      "referrer",
      "user_agent",
      "host",
      "proto",
      "path",
      "query",
      "x_forwarded_for",
    ]);
    assert.equal(at(config, "log-format-escape-json"), "true");
    assert.equal(at(config, "generate-request-id"), "true");
    assert.deepEqual(at(controller, "addHeaders"), { "X-Request-Id": line.request_id });
  });

  it("takes no snippets and no Ingress of another class, and its webhook fails closed", async () => {
    const { controller, config } = await recordController();
    assert.equal(at(controller, "allowSnippetAnnotations"), false);
    assert.equal(at(controller, "enableAnnotationValidations"), true);
    assert.equal(at(config, "annotations-risk-level"), "High");
    assert.equal(at(controller, "watchIngressWithoutClass"), false);
    assert.equal(at(controller, "admissionWebhooks.failurePolicy"), "Fail");
  });

  it("promises browsers TLS of today and tells nothing of itself", async () => {
    const { config } = await recordController();
    assert.equal(at(config, "hsts"), "true");
    assert.equal(at(config, "hsts-max-age"), "31536000");
    assert.equal(at(config, "ssl-protocols"), "TLSv1.2 TLSv1.3");
    assert.equal(at(config, "server-tokens"), "false");
  });

  it("binds 80 and 443 without a capability, which restricted Pod Security allows", async () => {
    const { controller } = await recordController();
    assert.deepEqual(at(controller, "sysctls"), { "net.ipv4.ip_unprivileged_port_start": "0" });
    const context = at(controller, "containerSecurityContext");
    assert.deepEqual(at(context, "capabilities"), { drop: ["ALL"] });
    assert.equal(at(context, "allowPrivilegeEscalation"), false);
    assert.equal(at(context, "runAsNonRoot"), true);
  });

  const proxies: [string, Partial<EdgeTraffic>, [string, string, string | undefined]][] = [
    ["believes nobody's headers by default", {}, ["false", "false", undefined]],
    [
      "believes the headers of proxies that are named",
      { trustedProxyCidrs: ["10.0.0.0/8", "192.0.2.1/32"] },
      ["false", "true", "10.0.0.0/8,192.0.2.1/32"],
    ],
    [
      "believes the PROXY protocol of the VPC, and then no headers, in AWS",
      { trustedProxyCidrs: ["10.10.0.0/16"], aws: { name: "a", autoMode: false } },
      ["true", "false", "10.10.0.0/16"],
    ],
    [
      "speaks no PROXY protocol on node ports",
      {
        serviceType: "NodePort",
        trustedProxyCidrs: ["10.10.0.0/16"],
        aws: { name: "a", autoMode: false },
      },
      ["false", "true", "10.10.0.0/16"],
    ],
  ];
  for (const [behaviour, given, expected] of proxies)
    it(behaviour, async () => {
      const { config } = await recordController({ traffic: { ...traffic, ...given } });
      assert.deepEqual(
        ["use-proxy-protocol", "use-forwarded-headers", "proxy-real-ip-cidr"].map((key) =>
          at(config, key),
        ),
        expected,
      );
    });

  it("keeps the client's address outside AWS by sending to its own nodes only", async () => {
    const { controller, recording } = await recordController();
    assert.deepEqual(at(controller, "service"), { enabled: false });
    assert.equal(at(recording.one("Service").inputs, "spec.externalTrafficPolicy"), "Local");
  });

  it("starts in a namespace whose policies are there already", async () => {
    const { recording } = await recordController();
    const release = recording.one("Release");
    const policies = recording.all("NetworkPolicy");
    assert.ok(policies.length > 3);
    for (const policy of policies) assert.ok(recording.waitsFor(release, policy), policy.name);
    assert.deepEqual(
      at(recording.one("NetworkPolicy", "admission-webhook").inputs, "spec.ingress.0.ports"),
      [{ port: 8443, protocol: "TCP" }],
    );
  });
});
