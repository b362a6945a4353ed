import type * as k8s from "@pulumi/kubernetes";
import type { DatabaseEndpoint } from "./database.ts";
import { selectorLabels } from "./names.ts";

/** A connection that the application may open. */
export interface Flow {
  /** Names the NetworkPolicy. */
  readonly name: string;
  readonly to:
    | { readonly type: "cidrs"; readonly cidrs: readonly string[] }
    | {
        readonly type: "namespace";
        readonly namespace: string;
        readonly podLabels: Readonly<Record<string, string>>;
      };
  readonly ports: readonly number[];
}

/** Pods of another application that may connect. */
export interface Caller {
  /** Namespace that calls. */
  readonly namespace: string;
  readonly ports: readonly number[];
}

/** What pods of an application's namespace may open and accept. */
export interface NetworkRules {
  /** Name of the application. */
  readonly app: string;
  /** Namespaces of the ingress controllers and the port that they call. @default no route */
  readonly edge?: { readonly controllerNamespaces: readonly string[]; readonly port: number };
  /** Applications that may connect. @default none */
  readonly callers?: readonly Caller[];
  /** Database, with the ranges that it lies in where it is outside the cluster. @default none */
  readonly database?: {
    readonly endpoint: DatabaseEndpoint;
    readonly cidrs: readonly string[];
  };
  /** Connections that the application may open besides DNS, its database and AWS. */
  readonly egress: readonly Flow[];
  /** Whether its pods have an AWS role. */
  readonly awsPermissions: boolean;
}

type Spec = k8s.types.input.networking.v1.NetworkPolicySpec;
type Peer = k8s.types.input.networking.v1.NetworkPolicyPeer;
type Port = k8s.types.input.networking.v1.NetworkPolicyPort;

/** NetworkPolicies by name: everything is denied but what is named here. */
export function networkPolicies(rules: NetworkRules): Record<string, Spec> {
  const server = { matchLabels: selectorLabels(rules.app, "server") };
  return {
    "default-deny": { podSelector: {}, policyTypes: ["Ingress", "Egress"] },
    "allow-dns": egress(
      [
        {
          namespaceSelector: named("kube-system"),
          podSelector: { matchLabels: { "k8s-app": "kube-dns" } },
        },
        // NodeLocal DNSCache, where a cluster has it.
        { ipBlock: { cidr: "169.254.20.10/32" } },
      ],
      [
        { protocol: "UDP", port: 53 },
        { protocol: "TCP", port: 53 },
      ],
    ),
    ...(rules.edge === undefined ? {} : edgePolicies(rules.edge, server)),
    ...Object.fromEntries(
      (rules.callers ?? []).map(({ namespace, ports }) => [
        `caller-${namespace}`,
        ingress(server, [{ namespaceSelector: named(namespace) }], tcp(ports)),
      ]),
    ),
    ...(rules.database === undefined
      ? {}
      : {
          "allow-database": egress(databasePeers(rules.database), [
            { protocol: "TCP", port: rules.database.endpoint.port },
          ]),
        }),
    ...(rules.awsPermissions ? awsPolicies : {}),
    ...Object.fromEntries(
      rules.egress.map((flow) => [`flow-${flow.name}`, egress(flowPeers(flow), tcp(flow.ports))]),
    ),
  };
}

/**
 * Who calls each namespace: an application that may open a connection to another's namespace must
 * be let in there as well.
 */
export function callersOf(
  namespace: string,
  apps: readonly { readonly namespace: string; readonly egress: readonly Flow[] }[],
): Caller[] {
  const ports = new Map<string, Set<number>>();
  for (const app of apps)
    for (const flow of app.egress)
      if (flow.to.type === "namespace" && flow.to.namespace === namespace)
        ports.set(app.namespace, new Set([...(ports.get(app.namespace) ?? []), ...flow.ports]));
  return [...ports]
    .map(([caller, numbers]) => ({
      namespace: caller,
      ports: [...numbers].sort((a, b) => a - b),
    }))
    .sort((a, b) => a.namespace.localeCompare(b.namespace));
}

function edgePolicies(
  { controllerNamespaces, port }: NonNullable<NetworkRules["edge"]>,
  server: k8s.types.input.meta.v1.LabelSelector,
): Record<string, Spec> {
  const controllers = controllerNamespaces.map((name) => ({ namespaceSelector: named(name) }));
  return {
    "allow-edge": ingress(server, controllers, tcp([port])),
    // Pods of cert-manager that answer ACME's HTTP-01 challenge through the edge.
    "allow-acme-solver": ingress(
      { matchLabels: { "acme.cert-manager.io/http01-solver": "true" } },
      controllers,
      tcp([8089]),
    ),
  };
}

// A role without a way to its credentials and to AWS would be useless; what an application may do
// there is limited by the role, since addresses of AWS's services are not fixed.
const awsPolicies: Record<string, Spec> = {
  "allow-pod-identity": egress(
    [{ ipBlock: { cidr: "169.254.170.23/32" } }],
    [{ protocol: "TCP", port: 80 }],
  ),
  "allow-aws": egress([{ ipBlock: { cidr: "0.0.0.0/0" } }], [{ protocol: "TCP", port: 443 }]),
};

function databasePeers({ endpoint, cidrs }: NonNullable<NetworkRules["database"]>): Peer[] {
  if (endpoint.serverNamespace !== undefined)
    return [{ namespaceSelector: named(endpoint.serverNamespace) }];
  if (endpoint.serverAddress !== undefined)
    return [{ ipBlock: { cidr: `${endpoint.serverAddress}/32` } }];
  return cidrs.map((cidr) => ({ ipBlock: { cidr } }));
}

function flowPeers({ to }: Flow): Peer[] {
  if (to.type === "cidrs") return to.cidrs.map((cidr) => ({ ipBlock: { cidr } }));
  return [
    {
      namespaceSelector: named(to.namespace),
      ...(Object.keys(to.podLabels).length === 0
        ? {}
        : { podSelector: { matchLabels: { ...to.podLabels } } }),
    },
  ];
}

function egress(to: Peer[], ports: Port[]): Spec {
  return { podSelector: {}, policyTypes: ["Egress"], egress: [{ to, ports }] };
}

function ingress(
  podSelector: k8s.types.input.meta.v1.LabelSelector,
  from: Peer[],
  ports: Port[],
): Spec {
  return { podSelector, policyTypes: ["Ingress"], ingress: [{ from, ports }] };
}

function tcp(ports: readonly number[]): Port[] {
  return ports.map((port) => ({ protocol: "TCP", port }));
}

function named(namespace: string): k8s.types.input.meta.v1.LabelSelector {
  return { matchLabels: { "kubernetes.io/metadata.name": namespace } };
}
