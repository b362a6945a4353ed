import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { AddonNamespace, addonLabels } from "./addon-namespace.ts";
import { chartRelease } from "./chart-release.ts";
import {
  addressOf,
  createEdgeService,
  drainSeconds,
  edgeFlows,
  patientProbes,
  readinessGateLabels,
  requestGraceSeconds,
  spread,
  terminationSeconds,
  usesProxyProtocol,
} from "./edge-service.ts";
import type { EdgeTraffic } from "./edge-service.ts";
import { resolveChart, resolveImageParts } from "./mirror.ts";
import type { Mirror } from "./mirror.ts";
import { traefikSpelling } from "./traefik-spelling.ts";

/** How Traefik runs, and what reaches it. */
export interface TraefikArgs {
  readonly mirror: Mirror;
  readonly traffic: EdgeTraffic;
  /** Pods of the controller. */
  readonly replicas: number;
  /** Class of the Ingress objects that it serves; the class itself belongs to the edge. */
  readonly ingressClassName: string;
  /** Whether it writes its address into the status of Ingress objects. */
  readonly publishes: boolean;
}

const namespace = "traefik";
const serviceName = "traefik";
const healthCheck = { port: 8080, path: "/ping" };
const podLabels = { "app.kubernetes.io/name": "traefik" };
const settings = {
  configMap: "traefik-settings",
  folder: "/etc/traefik/settings",
  file: "edge.yaml",
};

/**
 * Traefik, serving the very Ingress objects that ingress-nginx serves. It has no request id of its
 * own: X-Request-Id passes through, and into the log, where a client sends one.
 */
export class Traefik extends pulumi.ComponentResource {
  readonly release: k8s.helm.v3.Release;
  /** Host name or IP address of its load balancer; undefined on node ports. */
  readonly address: pulumi.Output<string> | undefined;
  readonly namespace = namespace;

  constructor(name: string, args: TraefikArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:addons:Traefik", name, {}, opts);
    const { mirror, traffic } = args;

    const home = new AddonNamespace(
      `${name}-namespace`,
      {
        namespace,
        namespaceLabels: readinessGateLabels(traffic.aws),
        flows: edgeFlows(traffic, { public: [8000, 8443], metrics: 9100 }, healthCheck),
      },
      { parent: this },
    );
    // A file and not custom resources: with the provider for those Traefik would obey anyone who
    // may create them, and its definitions would stay behind when the release goes.
    const file = new k8s.core.v1.ConfigMap(
      `${name}-settings`,
      {
        metadata: { name: settings.configMap, namespace, labels: addonLabels("traefik") },
        data: {
          [settings.file]: JSON.stringify({ http: { middlewares: middlewares(mirror) }, tls }),
        },
      },
      { parent: this, dependsOn: [home] },
    );
    const service = createEdgeService(
      `${name}-service`,
      {
        namespace,
        serviceName,
        labels: addonLabels("traefik"),
        selector: podLabels,
        ports: { http: "web", https: "websecure" },
        shortName: "traefik",
        healthCheck,
        traffic,
      },
      { parent: this, dependsOn: [home] },
    );
    this.release = chartRelease(
      name,
      "traefik",
      { namespace, mirror, values: values(args), timeoutSeconds: 900, skipCrds: true },
      { parent: this, dependsOn: [home, file, service] },
    );
    this.address = addressOf(service, traffic);
    this.registerOutputs({ address: this.address });
  }
}

const tls = { options: { default: { minVersion: "VersionTLS12" } } };

/** What ingress-nginx does by itself: its promise to browsers, and its limit of request bodies. */
function middlewares(mirror: Mirror): Record<string, object> {
  const { limitsBodies } = traefikSpelling(resolveChart("traefik", mirror).version);
  return {
    hsts: { headers: { stsSeconds: 31536000 } },
    // It holds back responses, too: the price of the limit in versions without one.
    ...(limitsBodies ? {} : { "body-limit": { buffering: { maxRequestBodyBytes: 1024 * 1024 } } }),
  };
}

function values(args: TraefikArgs): Record<string, unknown> {
  const { mirror, traffic, replicas, ingressClassName, publishes } = args;
  const spelling = traefikSpelling(resolveChart("traefik", mirror).version);
  return {
    image: resolveImageParts("docker.io/library/traefik", mirror),
    ...spelling.experimental,
    deployment: { replicas, terminationGracePeriodSeconds: terminationSeconds(traffic) },
    ...patientProbes,
    updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
    podDisruptionBudget: { enabled: replicas > 1, minAvailable: 1 },
    ingressClass: { enabled: false, isDefaultClass: false },
    ingressRoute: { dashboard: { enabled: false } },
    api: { dashboard: false },
    gateway: { enabled: false },
    gatewayClass: { enabled: false },
    providers: {
      kubernetesCRD: { enabled: false },
      // Two providers of Ingress objects would serve each of them twice.
      kubernetesIngress: { enabled: false },
      kubernetesGateway: { enabled: false },
      [spelling.ingressNginxProvider]: {
        enabled: true,
        controllerClass: "k8s.io/ingress-nginx",
        ingressClass: ingressClassName,
        watchIngressWithoutClass: false,
        // On node ports this gives Ingress objects the address of the Service in the cluster.
        publishService: { enabled: publishes, pathOverride: `${namespace}/${serviceName}` },
      },
    },
    volumes: [{ name: settings.configMap, mountPath: settings.folder, type: "configMap" }],
    additionalArguments: [
      `--providers.file.filename=${settings.folder}/${settings.file}`,
      `--entryPoints.websecure.http.middlewares=${Object.keys(middlewares(mirror))
        .map((name) => `${name}@file`)
        .join(",")}`,
    ],
    ports: { web: entryPoint(traffic), websecure: entryPoint(traffic) },
    service: { enabled: false },
    ...spelling.logs(loggedHeaders),
    metrics: { prometheus: { entryPoint: "metrics" } },
    global: { checkNewVersion: false, sendAnonymousUsage: false },
    ...spread(podLabels),
    podSecurityContext: {
      runAsNonRoot: true,
      runAsUser: 65532,
      runAsGroup: 65532,
      seccompProfile: { type: "RuntimeDefault" },
    },
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    },
    resources: { requests: { cpu: "100m", memory: "128Mi" }, limits: { memory: "512Mi" } },
  };
}

const loggedHeaders = ["User-Agent", "Referer", "X-Request-Id", "X-Forwarded-For"];

/** No redirection here: each Ingress decides with its own annotation, as with ingress-nginx. */
function entryPoint(traffic: EdgeTraffic): Record<string, unknown> {
  const { keepAliveSeconds, trustedProxyCidrs } = traffic;
  const trustedIPs = [...trustedProxyCidrs];
  return {
    ...(usesProxyProtocol(traffic)
      ? { proxyProtocol: { trustedIPs } }
      : { forwardedHeaders: { trustedIPs } }),
    transport: {
      respondingTimeouts: {
        idleTimeout: `${String(keepAliveSeconds)}s`,
        // The default of 60 s counts the whole body and would cut long uploads.
        readTimeout: "600s",
      },
      lifeCycle: {
        requestAcceptGraceTimeout: `${String(drainSeconds(traffic))}s`,
        graceTimeOut: `${String(requestGraceSeconds)}s`,
      },
    },
  };
}
