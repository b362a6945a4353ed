import { recordOf } from "../simulated/account.ts";

type Inputs = Readonly<Record<string, unknown>>;

/** Keys that decide who reaches what an Ingress or a chart serves. */
const gates =
  /whitelist|allowlist|denylist|source-?ranges?|inbound-cidrs|externalIPs|load-balancer-internal|[-/]scheme$|\/auth-|middlewares/i;

/** What a resource opens to others, by type: undefined where it opens nothing. */
const exposures: readonly { readonly type: RegExp; readonly of: (inputs: Inputs) => unknown }[] = [
  {
    type: /^kubernetes:networking\.k8s\.io\/[^:]*:Ingress$/,
    of: ({ metadata, spec }) => {
      const { rules, defaultBackend, ingressClassName } = recordOf(spec);
      return { rules, defaultBackend, ingressClassName, gates: gatesOf(metadata) };
    },
  },
  {
    type: /^kubernetes:core\/v1:Service$/,
    of: ({ metadata, spec }) => {
      const { type, externalIPs, loadBalancerSourceRanges } = recordOf(spec);
      return type === "LoadBalancer" || type === "NodePort" || externalIPs !== undefined
        ? { type, externalIPs, loadBalancerSourceRanges, gates: gatesOf(metadata) }
        : undefined;
    },
  },
  {
    type: /^kubernetes:helm\.sh\/v[34]:/,
    of: ({ values }) => {
      const found = gatesOf(values);
      return found.length === 0 ? undefined : found;
    },
  },
  {
    type: /^aws:rds\/(?:instance|clusterInstance):/,
    of: ({ publiclyAccessible }) => (publiclyAccessible === true ? "public" : undefined),
  },
  {
    type: /^aws:eks\/cluster:/,
    of: ({ vpcConfig }) => {
      const { endpointPublicAccess, publicAccessCidrs } = recordOf(vpcConfig);
      return endpointPublicAccess === false ? undefined : { publicAccessCidrs };
    },
  },
  {
    type: /^aws:lb\/loadBalancer:/,
    of: ({ internal }) => (internal === true ? undefined : "public"),
  },
];

/** What a resource opens to others, to be compared with what it opened; undefined for nothing. */
export function exposureOf(type: string, inputs: Inputs | undefined): unknown {
  if (inputs === undefined) return undefined;
  return exposures.find((kind) => kind.type.test(type))?.of(inputs);
}

/** Settings at any depth that say who gets in, and load balancers. */
function gatesOf(settings: unknown): [string, unknown][] {
  if (Array.isArray(settings)) return settings.flatMap(gatesOf);
  return Object.entries(recordOf(settings)).flatMap(([name, value]): [string, unknown][] =>
    gates.test(name) || value === "LoadBalancer" ? [[name, value]] : gatesOf(value),
  );
}
