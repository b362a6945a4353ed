import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { labels } from "../workloads/names.ts";

/** Traffic of an add-on that its namespace lets through. */
export interface Flow {
  /** Name of the NetworkPolicy. */
  readonly name: string;
  /** `ingress` to the add-on's pods, or `egress` from them. */
  readonly direction: "ingress" | "egress";
  /** TCP ports of the pods that receive; an empty list means every port. */
  readonly ports: readonly number[];
  /**
   * Address ranges at the other end.
   * @default any address, where `namespaceLabels` are left out too
   */
  readonly cidrs?: readonly string[];
  /**
   * Labels of namespaces at the other end; `{}` means every namespace.
   * @default no namespace
   */
  readonly namespaceLabels?: Readonly<Record<string, string>>;
}

/** Name, strictness and traffic of an add-on's namespace. */
export interface AddonNamespaceArgs {
  /** Name of the namespace. */
  readonly namespace: string;
  /** What the pods may send and receive besides DNS and calls to the API server. */
  readonly flows: readonly Flow[];
  /**
   * Labels of the namespace besides those of Pod Security.
   * @default none
   */
  readonly namespaceLabels?: Readonly<Record<string, string>>;
}

/** Anyone: addresses of API servers and of clients are not known beforehand. */
export const anywhere = "0.0.0.0/0";

/** A namespace with restricted Pod Security in which pods have only the traffic they need. */
export class AddonNamespace extends pulumi.ComponentResource {
  /** Name of the namespace, known once it exists. */
  readonly namespace: pulumi.Output<string>;

  constructor(name: string, args: AddonNamespaceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:addons:AddonNamespace", name, {}, opts);

    const namespace = new k8s.core.v1.Namespace(
      name,
      {
        metadata: {
          name: args.namespace,
          labels: { ...addonLabels(args.namespace), ...podSecurityLabels, ...args.namespaceLabels },
        },
      },
      { parent: this },
    );
    const inNamespace = { parent: this, dependsOn: [namespace] };
    networkPolicy(`${name}-default-deny`, args.namespace, "default-deny", denyAll, inNamespace);
    networkPolicy(`${name}-dns`, args.namespace, "dns", dns, inNamespace);
    for (const flow of [apiServer, ...args.flows])
      allowFlow(`${name}-${flow.name}`, args.namespace, flow, inNamespace);

    this.namespace = namespace.metadata.name;
    this.registerOutputs({ namespace: this.namespace });
  }
}

/** Labels of an object that Slipway makes for an add-on. */
export function addonLabels(addon: string): Record<string, string> {
  return labels({ project: "slipway", name: addon, component: "addon" });
}

/** Lets one flow through, in a namespace that denies all that is not named. */
export function allowFlow(
  name: string,
  namespace: string,
  flow: Flow,
  opts: pulumi.CustomResourceOptions,
): k8s.networking.v1.NetworkPolicy {
  const rule = {
    ...(flow.ports.length === 0
      ? {}
      : { ports: flow.ports.map((port) => ({ port, protocol: "TCP" })) }),
  };
  const peers = peersOf(flow);
  const spec: k8s.types.input.networking.v1.NetworkPolicySpec =
    flow.direction === "ingress"
      ? { podSelector: {}, policyTypes: ["Ingress"], ingress: [{ ...rule, from: peers }] }
      : { podSelector: {}, policyTypes: ["Egress"], egress: [{ ...rule, to: peers }] };
  return networkPolicy(name, namespace, flow.name, spec, opts);
}

// A version and not `latest`, whose meaning would change when the cluster is upgraded; clusters that
// are older apply the newest that they know.
const podSecurityVersion = "v1.35";

const podSecurityLabels = Object.fromEntries(
  ["enforce", "audit", "warn"].flatMap((mode) => [
    [`pod-security.kubernetes.io/${mode}`, "restricted"],
    [`pod-security.kubernetes.io/${mode}-version`, podSecurityVersion],
  ]),
);

const denyAll = { podSelector: {}, policyTypes: ["Ingress", "Egress"] };

const dns = {
  podSelector: {},
  policyTypes: ["Egress"],
  egress: [
    {
      ports: ["UDP", "TCP"].map((protocol) => ({ port: 53, protocol })),
      to: [
        {
          namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } },
          podSelector: { matchLabels: { "k8s-app": "kube-dns" } },
        },
      ],
    },
  ],
};

/** 443 on EKS, 6443 on kind and most others; policies see the address behind the Service. */
const apiServer: Flow = { name: "api-server", direction: "egress", ports: [443, 6443] };

function peersOf({
  cidrs,
  namespaceLabels,
}: Flow): k8s.types.input.networking.v1.NetworkPolicyPeer[] {
  const blocks = cidrs ?? (namespaceLabels === undefined ? [anywhere] : []);
  return [
    ...blocks.map((cidr) => ({ ipBlock: { cidr } })),
    ...(namespaceLabels === undefined
      ? []
      : [{ namespaceSelector: { matchLabels: { ...namespaceLabels } } }]),
  ];
}

function networkPolicy(
  name: string,
  namespace: string,
  policy: string,
  spec: k8s.types.input.networking.v1.NetworkPolicySpec,
  opts: pulumi.CustomResourceOptions,
): k8s.networking.v1.NetworkPolicy {
  return new k8s.networking.v1.NetworkPolicy(
    name,
    { metadata: { name: policy, namespace, labels: addonLabels(namespace) }, spec },
    opts,
  );
}
