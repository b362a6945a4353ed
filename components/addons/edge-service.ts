import { createHash } from "node:crypto";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { anywhere } from "./addon-namespace.ts";
import type { Flow } from "./addon-namespace.ts";

/** Load balancer in AWS: how it is called and who makes it. */
export interface EdgeAws {
  /** Prefix of the load balancer's name. */
  readonly name: string;
  /** Whether EKS Auto Mode makes load balancers, instead of the AWS Load Balancer Controller. */
  readonly autoMode: boolean;
}

/** What both ingress controllers are told about the traffic that reaches them. */
export interface EdgeTraffic {
  readonly serviceType: "LoadBalancer" | "NodePort";
  /** Idle timeout of the load balancer. */
  readonly idleTimeoutSeconds: number;
  /** Keep-alive of the controller, longer than `idleTimeoutSeconds`. */
  readonly keepAliveSeconds: number;
  readonly deletionProtection: boolean;
  /** Who may reach ports 80 and 443. */
  readonly allowedCidrs: readonly string[];
  /** Whose PROXY protocol, or forwarded headers, are believed. */
  readonly trustedProxyCidrs: readonly string[];
  /** @default no AWS load balancer */
  readonly aws?: EdgeAws | undefined;
}

/** The controller that a Service stands in front of. */
export interface EdgeServiceArgs {
  readonly namespace: string;
  /** Name of the Service. */
  readonly serviceName: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Labels of the controller's pods. */
  readonly selector: Readonly<Record<string, string>>;
  /** Names of the ports of its containers. */
  readonly ports: { readonly http: string; readonly https: string };
  /** End of the load balancer's name. */
  readonly shortName: string;
  readonly healthCheck: HealthCheck;
  readonly traffic: EdgeTraffic;
}

/** Where a controller answers the load balancer's question whether it works. */
export interface HealthCheck {
  readonly port: number;
  readonly path: string;
}

/** Seconds that open requests get to finish once a controller accepts no more. */
export const requestGraceSeconds = 240;

/**
 * Probes of both controllers; what is left out is the charts'. They wait for an answer for one or two
 * seconds, and under load restart every busy controller at once, which makes an outage of a delay.
 */
export const patientProbes = {
  readinessProbe: { timeoutSeconds: 5, failureThreshold: 3 },
  livenessProbe: { timeoutSeconds: 10, failureThreshold: 5 },
};

/** Where the pods of a controller run: on different nodes, in different zones, where there are any. */
export function spread(matchLabels: Readonly<Record<string, string>>): Record<string, unknown> {
  const labelSelector = { matchLabels };
  const podAffinityTerm = { topologyKey: "kubernetes.io/hostname", labelSelector };
  return {
    affinity: {
      podAntiAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, podAffinityTerm }],
      },
    },
    topologySpreadConstraints: [
      {
        maxSkew: 1,
        topologyKey: "topology.kubernetes.io/zone",
        whenUnsatisfiable: "ScheduleAnyway",
        labelSelector,
      },
    ],
  };
}

/** Whether clients' addresses arrive in the PROXY protocol: the load balancer of AWS speaks it. */
export function usesProxyProtocol({ serviceType, aws }: EdgeTraffic): boolean {
  return aws !== undefined && serviceType === "LoadBalancer";
}

/**
 * Seconds that a controller goes on accepting while it shuts down: as long as the load balancer
 * may still send new connections. A network load balancer of AWS takes up to two minutes to notice,
 * kube-proxy a second. https://docs.aws.amazon.com/eks/latest/best-practices/load-balancing.html
 */
export function drainSeconds(traffic: EdgeTraffic): number {
  return usesProxyProtocol(traffic) ? 120 : 5;
}

/** Grace period of a controller's pods: draining, open requests, and something to spare. */
export function terminationSeconds(traffic: EdgeTraffic): number {
  return drainSeconds(traffic) + requestGraceSeconds + 20;
}

/**
 * The Service in front of a controller. It is made here and not by the charts, so that previews and
 * policies see the load balancer and its address is known; and before the controller, which looks
 * for it when it starts.
 */
export function createEdgeService(
  name: string,
  args: EdgeServiceArgs,
  opts: pulumi.CustomResourceOptions,
): k8s.core.v1.Service {
  const { namespace, serviceName, labels, selector, ports, traffic } = args;
  const { annotations, ...spec } = exposure(args);
  return new k8s.core.v1.Service(
    name,
    {
      metadata: {
        name: serviceName,
        namespace,
        labels,
        annotations: {
          ...annotations,
          // Its pods come later: all that is waited for is the address of a load balancer.
          ...(traffic.serviceType === "NodePort"
            ? { "pulumi.com/skipAwait": "true" }
            : { "pulumi.com/waitFor": "jsonpath={.status.loadBalancer.ingress[0]}" }),
        },
      },
      spec: {
        ...spec,
        selector,
        ports: [
          { name: "http", port: 80, protocol: "TCP", targetPort: ports.http },
          { name: "https", port: 443, protocol: "TCP", targetPort: ports.https },
        ],
      },
    },
    opts,
  );
}

/** Host name or IP address of a load balancer; undefined on node ports. */
export function addressOf(
  service: k8s.core.v1.Service,
  { serviceType }: EdgeTraffic,
): pulumi.Output<string> | undefined {
  if (serviceType === "NodePort") return undefined;
  // A preview may know the object without its status.
  const status: pulumi.Output<Partial<k8s.types.output.core.v1.ServiceStatus> | undefined> =
    service.status;
  return status.apply((known) => {
    const first = known?.loadBalancer?.ingress[0];
    return first?.hostname ?? first?.ip ?? "";
  });
}

interface Exposure {
  readonly type: "LoadBalancer" | "NodePort";
  readonly annotations: Readonly<Record<string, string>>;
  readonly externalTrafficPolicy: "Cluster" | "Local";
  readonly loadBalancerClass?: string;
  readonly loadBalancerSourceRanges?: string[];
}

function exposure({ traffic, shortName, healthCheck }: EdgeServiceArgs): Exposure {
  const { aws, allowedCidrs } = traffic;
  if (traffic.serviceType === "NodePort")
    return { type: "NodePort", annotations: {}, externalTrafficPolicy: "Cluster" };
  const balancer = {
    type: "LoadBalancer" as const,
    loadBalancerSourceRanges: [...allowedCidrs],
  };
  // Without PROXY protocol only `Local` keeps the client's address.
  if (aws === undefined) return { ...balancer, annotations: {}, externalTrafficPolicy: "Local" };
  return {
    ...balancer,
    annotations: loadBalancerAnnotations(traffic, aws, shortName, healthCheck),
    externalTrafficPolicy: "Cluster",
    loadBalancerClass: aws.autoMode ? "eks.amazonaws.com/nlb" : "service.k8s.aws/nlb",
  };
}

/** Labels with which AWS holds a pod back from being ready until the load balancer can reach it. */
export function readinessGateLabels(aws: EdgeAws | undefined): Record<string, string> {
  if (aws === undefined) return {};
  const domain = aws.autoMode ? "eks.amazonaws.com" : "elbv2.k8s.aws";
  return { [`${domain}/pod-readiness-gate-inject`]: "enabled" };
}

/** What a controller sends and receives; the ports are those of its pods. */
export function edgeFlows(
  traffic: EdgeTraffic,
  ports: { readonly public: readonly number[]; readonly metrics: number },
  healthCheck: HealthCheck,
): Flow[] {
  const { allowedCidrs, trustedProxyCidrs } = traffic;
  return [
    {
      name: "clients",
      direction: "ingress",
      ports: ports.public,
      // Pods see the addresses of the load balancer where it speaks the PROXY protocol.
      cidrs: [...new Set([...allowedCidrs, ...trustedProxyCidrs])],
    },
    {
      name: "metrics",
      direction: "ingress",
      ports: [ports.metrics],
      namespaceLabels: {},
    },
    ...(trustedProxyCidrs.length === 0
      ? []
      : [
          {
            name: "health-checks",
            direction: "ingress",
            ports: [healthCheck.port],
            cidrs: trustedProxyCidrs,
          } as const,
        ]),
    // Applications choose their own ports.
    { name: "applications", direction: "egress", ports: [], namespaceLabels: {} },
  ];
}

/** @throws pulumi.RunError where the values would let clients choose their own address, or cut connections. */
export function checkTraffic(traffic: EdgeTraffic): void {
  const { idleTimeoutSeconds: idle, keepAliveSeconds: keepAlive, trustedProxyCidrs } = traffic;
  const problems: string[] = [];
  if (keepAlive <= idle)
    problems.push(
      `edge.keepAliveSeconds is ${String(keepAlive)}: give more than edge.idleTimeoutSeconds, ` +
        `${String(idle)}, or the load balancer reuses connections that the controller has closed`,
    );
  if (trustedProxyCidrs.includes(anywhere))
    problems.push(
      `edge.trustedProxyCidrs contains ${anywhere}: give the ranges of the proxies in front, ` +
        "or every client can claim any address",
    );
  if (usesProxyProtocol(traffic) && trustedProxyCidrs.length === 0)
    problems.push(
      "edge.trustedProxyCidrs is empty: give the range of the VPC, in which the load balancer is",
    );
  if (problems.length > 0) throw new pulumi.RunError(problems.join("\n"));
}

function loadBalancerAnnotations(
  traffic: EdgeTraffic,
  aws: EdgeAws,
  controller: string,
  healthCheck: HealthCheck,
): Record<string, string> {
  const idle = `tcp.idle_timeout.seconds=${String(traffic.idleTimeoutSeconds)}`;
  // There are no access logs to switch on: a network load balancer writes them for TLS listeners
  // only, and here the controllers end TLS. Their own logs are the access logs.
  const annotations = {
    name: loadBalancerName(aws.name, controller),
    ...(aws.autoMode ? {} : { type: "external" }),
    scheme: "internet-facing",
    "nlb-target-type": "ip",
    attributes: attributes({
      "load_balancing.cross_zone.enabled": "true",
      "deletion_protection.enabled": String(traffic.deletionProtection),
    }),
    "target-group-attributes": attributes({
      "proxy_protocol_v2.enabled": "true",
      "preserve_client_ip.enabled": "false",
      "deregistration_delay.timeout_seconds": String(drainSeconds(traffic)),
    }),
    "listener-attributes.TCP-80": idle,
    "listener-attributes.TCP-443": idle,
    // A TCP check would succeed until the controller closes its ports, and log a broken header.
    "healthcheck-protocol": "http",
    "healthcheck-port": String(healthCheck.port),
    "healthcheck-path": healthCheck.path,
    "healthcheck-interval": "10",
    "healthcheck-healthy-threshold": "2",
    "healthcheck-unhealthy-threshold": "2",
  };
  return Object.fromEntries(
    Object.entries(annotations).map(([key, value]) => [
      `service.beta.kubernetes.io/aws-load-balancer-${key}`,
      value,
    ]),
  );
}

function attributes(values: Record<string, string>): string {
  return Object.entries(values)
    .map(([key, value]) => `${key}=${value}`)
    .join(",");
}

/** AWS allows 32 characters: a longer prefix gives way to a hash of itself. */
function loadBalancerName(prefix: string, controller: string): string {
  const name = `${prefix}-${controller}`;
  if (name.length <= 32) return name;
  const hash = createHash("sha256").update(prefix).digest("hex").slice(0, 6);
  const room = 32 - controller.length - hash.length - 2;
  return `${prefix.slice(0, room).replace(/-+$/, "")}-${hash}-${controller}`;
}
