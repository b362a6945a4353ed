import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { Edge } from "../../../components/addons/edge.ts";
import type { EdgeArgs } from "../../../components/addons/edge.ts";
import { at, record } from "../../support/recording.ts";
import { imagesOf, mirrored, upstream } from "./support.ts";

const plain: EdgeArgs = {
  mirror: upstream,
  controller: "ingressNginx",
  serviceType: "LoadBalancer",
  replicas: 2,
  idleTimeoutSeconds: 60,
  deletionProtection: false,
  allowedCidrs: ["0.0.0.0/0"],
  trustedProxyCidrs: [],
};
const aws: Partial<EdgeArgs> = {
  trustedProxyCidrs: ["10.10.0.0/16"],
  aws: { name: "slipway-staging", autoMode: false },
};

async function recordEdge(given: Partial<EdgeArgs> = {}) {
  const { recording, result } = await record(() => {
    const { addresses, controllerNamespaces, ingressClassName } = new Edge("edge", {
      ...plain,
      ...given,
    });
    return { addresses, controllerNamespaces, ingressClassName };
  });
  return { recording, result };
}

describe("edge", () => {
  it("owns the one IngressClass, which outlives every controller", async () => {
    for (const controller of ["ingressNginx", "traefik", "both"] as const) {
      const { recording, result } = await recordEdge({ controller });
      const owned = recording.one("IngressClass");
      assert.equal(at(owned.inputs, "metadata.name"), "nginx");
      assert.deepEqual(owned.inputs.spec, { controller: "k8s.io/ingress-nginx" });
      assert.equal(result.ingressClassName, "nginx");
      for (const release of recording.all("Release"))
        assert.ok(recording.waitsFor(release, owned), release.name);
    }
    const { recording } = await recordEdge({ controller: "both" });
    assert.equal(
      at(recording.values("ingress-nginx"), "controller.ingressClassResource.enabled"),
      false,
    );
    assert.equal(at(recording.values("traefik"), "ingressClass.enabled"), false);
  });

  const publishing: [Partial<EdgeArgs>, boolean | undefined, boolean | undefined][] = [
    [{ controller: "ingressNginx" }, true, undefined],
    [{ controller: "traefik" }, undefined, true],
    [{ controller: "both" }, true, false],
    [{ controller: "both", publish: "ingressNginx" }, true, false],
    [{ controller: "both", publish: "traefik" }, false, true],
    [{ controller: "ingressNginx", publish: "traefik" }, true, undefined],
    [{ controller: "traefik", publish: "ingressNginx" }, undefined, true],
  ];
  for (const [given, nginx, traefik] of publishing)
    it(`lets exactly one controller write addresses: ${JSON.stringify(given)}`, async () => {
      const { recording } = await recordEdge(given);
      assert.equal(recording.all("Release").length, given.controller === "both" ? 2 : 1);
      if (nginx !== undefined) {
        const { controller } = recording.values("ingress-nginx");
        assert.equal(at(controller, "publishService.enabled"), nginx);
        assert.equal(at(controller, "extraArgs.update-status"), String(nginx));
      }
      if (traefik !== undefined)
        assert.equal(
          at(
            recording.values("traefik"),
            "providers.kubernetesIngressNGINX.publishService.enabled",
          ),
          traefik,
        );
    });

  it("makes each load balancer before its controller, and tells its host name or address", async () => {
    const { recording, result } = await recordEdge({ controller: "both" });
    for (const name of ["ingress-nginx-controller", "traefik"]) {
      const service = recording
        .all("Service")
        .find(({ inputs }) => at(inputs, "metadata.name") === name);
      assert.ok(service !== undefined);
      assert.equal(
        at(service.inputs, ["metadata", "annotations", "pulumi.com/waitFor"]),
        "jsonpath={.status.loadBalancer.ingress[0]}",
      );
      const release = recording
        .all("Release")
        .find(({ inputs }) => at(inputs, "namespace") === at(service.inputs, "metadata.namespace"));
      assert.ok(release?.dependencies.includes(service.urn));
    }
    assert.deepEqual(result.addresses, {
      ingressNginx: "nginx.elb.example",
      traefik: "192.0.2.7",
    });
    assert.deepEqual(result.controllerNamespaces, ["ingress-nginx", "traefik"]);
    const { result: single } = await recordEdge({ controller: "traefik" });
    assert.equal(single.addresses.ingressNginx, undefined);
    assert.deepEqual(single.controllerNamespaces, ["traefik"]);
  });

  it("has no address on node ports, where ingress-nginx writes those of its nodes", async () => {
    const { recording, result } = await recordEdge({ serviceType: "NodePort" });
    assert.deepEqual(result.addresses, { ingressNginx: undefined, traefik: undefined });
    const { controller } = recording.values("ingress-nginx");
    assert.equal(at(controller, "publishService.enabled"), false);
    assert.equal(at(controller, "extraArgs.update-status"), "true");
    const { spec, metadata } = recording.one("Service").inputs;
    assert.equal(at(spec, "type"), "NodePort");
    assert.equal(at(spec, "externalTrafficPolicy"), "Cluster");
    assert.deepEqual(at(metadata, "annotations"), { "pulumi.com/skipAwait": "true" });
  });

  it("keeps connections open 5 s longer than the load balancer does, or as long as is said", async () => {
    for (const [given, keepAlive] of [
      [{}, "65"],
      [{ idleTimeoutSeconds: 350 }, "355"],
      [{ keepAliveSeconds: 75 }, "75"],
    ] as const) {
      const { recording } = await recordEdge({ controller: "both", ...given });
      const config = at(recording.values("ingress-nginx"), "controller.config");
      assert.equal(at(config, "keep-alive"), keepAlive);
      assert.equal(at(config, "upstream-keepalive-timeout"), keepAlive);
      for (const port of ["web", "websecure"])
        assert.equal(
          at(recording.values("traefik"), `ports.${port}.transport.respondingTimeouts.idleTimeout`),
          `${keepAlive}s`,
        );
    }
  });

  const refused: [string, Partial<EdgeArgs>, RegExp][] = [
    [
      "keep-alive no longer than the idle timeout",
      { keepAliveSeconds: 60 },
      /keepAliveSeconds is 60: give more than edge.idleTimeoutSeconds, 60/,
    ],
    ["trust in everybody", { trustedProxyCidrs: ["0.0.0.0/0"] }, /trustedProxyCidrs contains/],
    ["PROXY protocol from nobody", { ...aws, trustedProxyCidrs: [] }, /give the range of the VPC/],
  ];
  for (const [what, given, message] of refused)
    it(`fails for ${what}`, async () => {
      await assert.rejects(
        recordEdge(given),
        (error) => error instanceof pulumi.RunError && message.test(error.message),
      );
    });

  it("redirects every image of both controllers to the mirror", async () => {
    const { recording } = await recordEdge({ controller: "both", mirror: mirrored });
    assert.deepEqual(imagesOf(recording.values("ingress-nginx")).sort(), [
      "registry.example.com/mirror/ingress-nginx/controller",
      "registry.example.com/mirror/ingress-nginx/kube-webhook-certgen",
    ]);
    assert.deepEqual(imagesOf(recording.values("traefik")), [
      "registry.example.com/mirror/library/traefik",
    ]);
  });

  it("opens the controllers' pods to clients, probes of the balancer and scrapes, and to no others", async () => {
    const { recording } = await recordEdge({
      ...aws,
      controller: "both",
      allowedCidrs: ["198.51.100.0/24"],
    });
    for (const [namespace, ports, health] of [
      ["ingress-nginx", [80, 443], 10254],
      ["traefik", [8000, 8443], 8080],
    ] as const) {
      const rules = recording
        .all("NetworkPolicy")
        .filter(({ inputs }) => at(inputs, "metadata.namespace") === namespace)
        .map(({ inputs }) => [at(inputs, "metadata.name"), at(inputs, "spec.ingress.0")]);
      const rule = new Map(rules as [string, { ports: { port: number }[]; from: unknown }][]);
      const clients = rule.get("clients");
      assert.deepEqual(
        clients?.ports.map(({ port }) => port),
        ports,
      );
      assert.deepEqual(clients.from, [
        { ipBlock: { cidr: "198.51.100.0/24" } },
        { ipBlock: { cidr: "10.10.0.0/16" } },
      ]);
      assert.deepEqual(rule.get("health-checks"), {
        ports: [{ port: health, protocol: "TCP" }],
        from: [{ ipBlock: { cidr: "10.10.0.0/16" } }],
      });
      assert.deepEqual(rule.get("metrics")?.from, [{ namespaceSelector: { matchLabels: {} } }]);
    }
  });
});

describe("load balancer in AWS", () => {
  const prefix = "service.beta.kubernetes.io/aws-load-balancer-";
  const service = async (given: Partial<EdgeArgs>) => {
    const { recording } = await recordEdge({ ...aws, ...given });
    const { inputs } = recording.one("Service");
    const annotations = Object.fromEntries(
      Object.entries(at(inputs, "metadata.annotations") as Record<string, string>).filter(([key]) =>
        key.startsWith(prefix),
      ),
    );
    const { ports, selector, ...spec } = inputs.spec as Record<string, unknown>;
    assert.deepEqual(selector, {
      "app.kubernetes.io/name": "ingress-nginx",
      "app.kubernetes.io/component": "controller",
    });
    assert.deepEqual(at(ports, ["0", "targetPort"]), "http");
    return { ...spec, annotations } as {
      annotations: Record<string, string>;
      loadBalancerClass: string;
    };
  };

  it("is a network load balancer that tells clients' addresses by PROXY protocol", async () => {
    const { annotations, ...rest } = await service({
      deletionProtection: true,
      idleTimeoutSeconds: 120,
      allowedCidrs: ["198.51.100.0/24"],
    });
    assert.deepEqual(rest, {
      type: "LoadBalancer",
      externalTrafficPolicy: "Cluster",
      loadBalancerClass: "service.k8s.aws/nlb",
      loadBalancerSourceRanges: ["198.51.100.0/24"],
    });
    assert.deepEqual(
      Object.fromEntries(
        Object.entries(annotations).map(([key, value]) => [key.slice(prefix.length), value]),
      ),
      {
        name: "slipway-staging-nginx",
        type: "external",
        scheme: "internet-facing",
        "nlb-target-type": "ip",
        attributes: "load_balancing.cross_zone.enabled=true,deletion_protection.enabled=true",
        "target-group-attributes":
          "proxy_protocol_v2.enabled=true,preserve_client_ip.enabled=false,deregistration_delay.timeout_seconds=120",
        "listener-attributes.TCP-80": "tcp.idle_timeout.seconds=120",
        "listener-attributes.TCP-443": "tcp.idle_timeout.seconds=120",
        "healthcheck-protocol": "http",
        "healthcheck-port": "10254",
        "healthcheck-path": "/healthz",
        "healthcheck-interval": "10",
        "healthcheck-healthy-threshold": "2",
        "healthcheck-unhealthy-threshold": "2",
      },
    );
  });

  it("drains as long as the controller goes on accepting, and pods live longer than that", async () => {
    const { recording } = await recordEdge({ ...aws, controller: "both" });
    const nginx = recording.values("ingress-nginx").controller;
    assert.equal(at(nginx, "extraArgs.shutdown-grace-period"), "120");
    assert.deepEqual(at(nginx, "lifecycle.preStop.exec.command"), ["/wait-shutdown"]);
    const grace = Number.parseInt(String(at(nginx, "config.worker-shutdown-timeout")), 10);
    assert.ok(Number(at(nginx, "terminationGracePeriodSeconds")) > 120 + grace);
    const traefik = recording.values("traefik");
    const lifeCycle = at(traefik, "ports.websecure.transport.lifeCycle");
    assert.deepEqual(lifeCycle, {
      requestAcceptGraceTimeout: "120s",
      graceTimeOut: `${String(grace)}s`,
    });
    assert.ok(Number(at(traefik, "deployment.terminationGracePeriodSeconds")) > 120 + grace);
  });

  it("is made by Auto Mode where that is on", async () => {
    const { annotations, loadBalancerClass } = await service({
      aws: { name: "slipway-staging", autoMode: true },
    });
    assert.equal(loadBalancerClass, "eks.amazonaws.com/nlb");
    assert.equal(annotations[`${prefix}type`], undefined);
  });

  it("holds pods back until it can reach them, by the label of whoever makes it", async () => {
    for (const [autoMode, domain] of [
      [false, "elbv2.k8s.aws"],
      [true, "eks.amazonaws.com"],
    ] as const) {
      const { recording } = await recordEdge({ ...aws, aws: { name: "a", autoMode } });
      const labels = at(recording.one("Namespace").inputs, "metadata.labels");
      assert.equal(at(labels, [`${domain}/pod-readiness-gate-inject`]), "enabled");
    }
  });

  it("has a name of at most 32 characters that still tells environments apart", async () => {
    const long = "a-project-of-twenty-c-production";
    const names: string[] = [];
    for (const name of [long, `${long}-2`]) {
      const { annotations } = await service({ aws: { name, autoMode: false } });
      names.push(annotations[`${prefix}name`] ?? "");
    }
    for (const name of names) assert.match(name, /^[a-z0-9](?:[a-z0-9-]{0,25})-nginx$/);
    assert.notEqual(names[0], names[1]);
  });
});
