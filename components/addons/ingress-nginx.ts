import type * as k8s from "@pulumi/kubernetes";
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
import { resolveDigest, resolveImageParts } from "./mirror.ts";
import type { Mirror } from "./mirror.ts";

/** How ingress-nginx runs, and what reaches it. */
export interface IngressNginxArgs {
  readonly mirror: Mirror;
  readonly traffic: EdgeTraffic;
  /** Pods of the controller. */
  readonly replicas: number;
  /** Class of the Ingress objects that it serves; the class itself belongs to the edge. */
  readonly ingressClassName: string;
  /** Whether it writes its address into the status of Ingress objects. */
  readonly publishes: boolean;
}

const namespace = "ingress-nginx";
const serviceName = "ingress-nginx-controller";
const healthCheck = { port: 10254, path: "/healthz" };
const podLabels = {
  "app.kubernetes.io/name": "ingress-nginx",
  "app.kubernetes.io/component": "controller",
};

/** The ingress-nginx controller behind a load balancer or node ports, hardened. */
export class IngressNginx extends pulumi.ComponentResource {
  readonly release: k8s.helm.v3.Release;
  /** Host name or IP address of its load balancer; undefined on node ports. */
  readonly address: pulumi.Output<string> | undefined;
  readonly namespace = namespace;

  constructor(name: string, args: IngressNginxArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:addons:IngressNginx", name, {}, opts);
    const { mirror, traffic } = args;

    const home = new AddonNamespace(
      `${name}-namespace`,
      {
        namespace,
        namespaceLabels: readinessGateLabels(traffic.aws),
        flows: [
          ...edgeFlows(traffic, { public: [80, 443], metrics: healthCheck.port }, healthCheck),
          { name: "admission-webhook", direction: "ingress", ports: [8443] },
        ],
      },
      { parent: this },
    );
    const service = createEdgeService(
      `${name}-service`,
      {
        namespace,
        serviceName,
        labels: addonLabels("ingress-nginx"),
        selector: podLabels,
        ports: { http: "http", https: "https" },
        shortName: "nginx",
        healthCheck,
        traffic,
      },
      { parent: this, dependsOn: [home] },
    );
    this.release = chartRelease(
      name,
      "ingress-nginx",
      // With readiness gates a rollout waits for the load balancer, minutes for each pod.
      { namespace, mirror, values: values(args), timeoutSeconds: 900 },
      { parent: this, dependsOn: [home, service] },
    );
    this.address = addressOf(service, traffic);
    this.registerOutputs({ address: this.address });
  }
}

function values({
  mirror,
  traffic,
  replicas,
  ingressClassName,
  publishes,
}: IngressNginxArgs): Record<string, unknown> {
  const digest = resolveDigest("ingress-nginx", mirror);
  return {
    controller: {
      image: imageOf("ingress-nginx/controller", digest, mirror),
      replicaCount: replicas,
      minAvailable: 1,
      // The chart would own the class and take it away when it goes: the edge owns it.
      ingressClassResource: { enabled: false, name: ingressClassName },
      ingressClass: ingressClassName,
      watchIngressWithoutClass: false,
      allowSnippetAnnotations: false,
      enableAnnotationValidations: true,
      config: controllerConfig(traffic),
      addHeaders: { "X-Request-Id": "$req_id" },
      // Off on node ports, where the Service has no address: the controller then writes the
      // addresses of its nodes, and whoever waits for the status of an Ingress goes on.
      publishService: {
        enabled: publishes && traffic.serviceType === "LoadBalancer",
        pathOverride: `${namespace}/${serviceName}`,
      },
      extraArgs: {
        "update-status": String(publishes),
        // Its default is a minute, in which whoever waits for a new route's address would wait too.
        "status-update-interval": "10",
        // Routes keep their address while the controller is replaced, and so does DNS.
        "update-status-on-shutdown": "false",
        "shutdown-grace-period": String(drainSeconds(traffic)),
        "post-shutdown-grace-period": "0",
      },
      service: { enabled: false },
      terminationGracePeriodSeconds: terminationSeconds(traffic),
      lifecycle: { preStop: { exec: { command: ["/wait-shutdown"] } } },
      ...patientProbes,
      updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
      ...spread(podLabels),
      // Ports 80 and 443 without any capability: the chart would add NET_BIND_SERVICE, which a
      // container that may not gain privileges cannot use.
      sysctls: { "net.ipv4.ip_unprivileged_port_start": "0" },
      containerSecurityContext: {
        runAsNonRoot: true,
        runAsUser: 101,
        allowPrivilegeEscalation: false,
        capabilities: { drop: ["ALL"] },
        seccompProfile: { type: "RuntimeDefault" },
        // The controller writes its configuration beside the files of the image, in /etc/nginx.
        readOnlyRootFilesystem: false,
      },
      resources: { requests: { cpu: "100m", memory: "256Mi" }, limits: { memory: "1Gi" } },
      metrics: { enabled: true },
      admissionWebhooks: {
        failurePolicy: "Fail",
        createSecretJob: { resources: jobResources },
        patchWebhookJob: { resources: jobResources },
        patch: {
          image: imageOf(
            "ingress-nginx/kube-webhook-certgen",
            // The chart knows the digest of the version that it names.
            digest === "" ? "" : undefined,
            mirror,
          ),
        },
      },
    },
  };
}

const jobResources = {
  requests: { cpu: "10m", memory: "32Mi" },
  limits: { memory: "128Mi" },
};

/** Entries of the controller's ConfigMap, all of them texts. */
function controllerConfig(traffic: EdgeTraffic): Record<string, string> {
  const { keepAliveSeconds, trustedProxyCidrs } = traffic;
  const proxyProtocol = usesProxyProtocol(traffic);
  return {
    "annotations-risk-level": "High",
    "log-format-escape-json": "true",
    "log-format-upstream": JSON.stringify(accessLog),
    "generate-request-id": "true",
    "keep-alive": String(keepAliveSeconds),
    "upstream-keepalive-timeout": String(keepAliveSeconds),
    "worker-shutdown-timeout": `${String(requestGraceSeconds)}s`,
    "use-proxy-protocol": String(proxyProtocol),
    // Where the PROXY protocol tells the address, no proxy in front adds headers: believing
    // X-Forwarded-Proto and -Host would believe the client, as nginx asks nobody's address for them.
    "use-forwarded-headers": String(trustedProxyCidrs.length > 0 && !proxyProtocol),
    // The controller's own default is to trust everybody.
    ...(trustedProxyCidrs.length === 0
      ? {}
      : { "proxy-real-ip-cidr": trustedProxyCidrs.join(",") }),
    "server-tokens": "false",
    hsts: "true",
    "hsts-max-age": "31536000",
    "hsts-include-subdomains": "false",
    "ssl-protocols": "TLSv1.2 TLSv1.3",
  };
}

/** One line of the access log; `$req_id` is what the client gets as X-Request-Id. */
const accessLog = {
  timestamp: "$time_iso8601",
  remote_addr: "$remote_addr",
  request: "$request",
  status: "$status",
  request_id: "$req_id",
  bytes_sent: "$bytes_sent",
  method: "$request_method",
  request_length: "$request_length",
  request_time: "$request_time",
  referrer: "$http_referer",
  user_agent: "$http_user_agent",
  host: "$host",
  proto: "$server_protocol",
  path: "$uri",
  query: "$args",
  x_forwarded_for: "$http_x_forwarded_for",
};

function imageOf(path: string, digest: string | undefined, mirror: Mirror): Record<string, string> {
  const { registry, repository } = resolveImageParts(`registry.k8s.io/${path}`, mirror);
  return { registry, image: repository, ...(digest === undefined ? {} : { digest }) };
}
