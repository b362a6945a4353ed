import { excepted } from "./exceptions.ts";
import { at, fieldsOf, judgeEach, keysAt, numberAt, shown, shownAll, textAt } from "./read.ts";
import { isProtected, ofType, type Rule, type StackResource } from "./rule.ts";

/** Rules of the ingress controllers, judged by the values of their Helm releases. */

const release = "kubernetes:helm.sh/v3:Release";
const balancer = "service.beta.kubernetes.io/aws-load-balancer";

/** Name of the chart of a Helm release, without its repository. */
function chartOf(type: string, props: unknown): string | undefined {
  return type === release ? textAt(props, "chart")?.split("/").at(-1) : undefined;
}

/** The Service of an ingress controller: where charts have it, or as an object of its own. */
function loadBalancerAnnotations(type: string, props: unknown): unknown {
  if (type === "kubernetes:core/v1:Service") {
    return at(props, "spec", "type") === "LoadBalancer"
      ? fieldsOf(at(props, "metadata", "annotations"))
      : undefined;
  }
  if (type !== release) return undefined;
  const values = at(props, "values");
  return [at(values, "controller", "service", "annotations"), at(values, "service", "annotations")]
    .filter((annotations) => keysAt(annotations).some((key) => key.startsWith(balancer)))
    .at(0);
}

/** Attributes of a load balancer, which are written `key=value,key=value`. */
function attributes(annotations: unknown, kind: string): Map<string, string> {
  const written = textAt(annotations, `${balancer}-${kind}`) ?? "";
  return new Map(
    written.split(",").map((pair) => {
      const [key = "", value = ""] = pair.split("=");
      return [key.trim(), value.trim()];
    }),
  );
}

/** Number of pods that a controller's chart is asked for. */
function controllerPods(release: StackResource): number | undefined {
  const values = at(release.props, "values");
  const chart = chartOf(release.type, release.props);
  if (chart === "ingress-nginx") {
    return (
      numberAt(values, "controller", "autoscaling", "minReplicas") ??
      numberAt(values, "controller", "replicaCount") ??
      1
    );
  }
  if (chart !== "traefik") return undefined;
  return (
    numberAt(values, "autoscaling", "minReplicas") ??
    numberAt(values, "deployment", "replicas") ??
    1
  );
}

export const edgeRules: readonly Rule[] = [
  {
    name: "ingress-nginx-hardened",
    description:
      "ingress-nginx takes no snippets, validates annotations below the level Critical, and its admission webhook fails closed (I02; CKV_K8S_152-154, CVE-2025-1974).",
    tags: ["I02"],
    enforcementLevel: "mandatory",
    validateResource: ({ type, props }, report) => {
      if (chartOf(type, props) !== "ingress-nginx") return;
      const controller = at(props, "values", "controller");
      const expected: readonly [readonly string[], unknown][] = [
        [["allowSnippetAnnotations"], false],
        [["enableAnnotationValidations"], true],
        [["admissionWebhooks", "failurePolicy"], "Fail"],
      ];
      for (const [path, value] of expected) {
        const found = at(controller, ...path);
        if (found === value) continue;
        report(`controller.${path.join(".")} is ${shown(found)}: only ${shown(value)} is allowed`);
      }
      if (at(controller, "admissionWebhooks", "enabled") === false) {
        report("controller.admissionWebhooks.enabled is false: only true is allowed");
      }
      const risk = textAt(controller, "config", "annotations-risk-level");
      if (risk !== undefined && ["Low", "Medium", "High"].includes(risk)) return;
      report(
        `controller.config.annotations-risk-level is ${shown(risk)}: "Low", "Medium" and "High" are allowed`,
      );
    },
  },
  {
    name: "ingress-nginx-by-digest",
    description: "The controller's image is pinned by digest (E05, ING-1; CKV_K8S_43).",
    tags: ["E05", "ING-1"],
    enforcementLevel: "mandatory",
    validateResource: ({ type, name, props }, report) => {
      if (chartOf(type, props) !== "ingress-nginx") return;
      const digest = textAt(props, "values", "controller", "image", "digest");
      if (/^sha256:[0-9a-f]{64}$/.test(digest ?? "")) return;
      const registry = textAt(props, "values", "controller", "image", "registry");
      const mirrored = registry !== undefined && registry !== "registry.k8s.io";
      if (mirrored && excepted("ingress-nginx-by-digest", { type, name })) return;
      report(`controller.image.digest is ${shown(digest)}: give sha256: and 64 digits`);
    },
  },
  {
    name: "ingress-nginx-retired",
    description:
      "ingress-nginx is retired and gets no more security fixes (ING-1; CVE-2026-42945).",
    tags: ["ING-1"],
    enforcementLevel: "advisory",
    validateResource: ({ type, props }, report) => {
      if (chartOf(type, props) !== "ingress-nginx") return;
      report(
        "ingress-nginx was retired in March 2026 and CVE-2026-42945 in its nginx 1.27.1 stays open: move to Traefik (config slipway:edge.controller, first both, then traefik)",
      );
    },
  },
  {
    name: "ingress-trusts-known-proxies",
    description: "Client addresses are believed from named proxies only (ING-4).",
    tags: ["I02", "ING-4"],
    enforcementLevel: "mandatory",
    validateResource: ({ type, props }, report) => {
      const chart = chartOf(type, props);
      const values = at(props, "values");
      const trusted: unknown[] = [];
      if (chart === "ingress-nginx") {
        trusted.push(at(values, "controller", "config", "proxy-real-ip-cidr"));
      }
      if (chart === "traefik") {
        for (const port of keysAt(values, "ports")) {
          for (const kind of ["forwardedHeaders", "proxyProtocol"]) {
            trusted.push(at(values, "ports", port, kind, "trustedIPs"));
            if (at(values, "ports", port, kind, "insecure") === true) trusted.push("0.0.0.0/0");
          }
        }
      }
      const open = trusted
        .flatMap((each) => (Array.isArray(each) ? (each as unknown[]) : [each]))
        .filter((each) => typeof each === "string")
        .flatMap((each) => each.split(","))
        .filter((cidr) => cidr.trim().endsWith("/0"));
      if (open.length === 0) return;
      report(
        `forwarded client addresses are believed from ${shownAll(new Set(open))}: list the proxies (config slipway:edge.trustedProxyCidrs)`,
      );
    },
  },
  {
    name: "ingress-controller-replicas",
    description:
      "In a stack with deletion protection the ingress controller has two pods or more (I02, ING-1).",
    tags: ["I02", "ING-1"],
    enforcementLevel: "mandatory",
    validateStack: ({ resources }, report) => {
      if (!isProtected(resources)) return;
      judgeEach(ofType(resources, release), (found) => {
        const pods = controllerPods(found);
        if (pods === undefined || pods >= 2) return;
        report(
          `${shown(chartOf(found.type, found.props))} runs ${String(pods)} pods in a protected stack: 2 or more are needed (config slipway:edge.replicas)`,
          found.urn,
        );
      });
    },
  },
  {
    name: "load-balancer-settings",
    description:
      "Load balancers are NLBs that reach pods by IP in all zones and let connections end (I04, ING-4; CKV_AWS_152).",
    tags: ["I04", "ING-4"],
    enforcementLevel: "mandatory",
    validateResource: ({ type, props }, report) => {
      const annotations = loadBalancerAnnotations(type, props);
      if (annotations === undefined || keysAt(annotations).length === 0) return;
      const target = textAt(annotations, `${balancer}-nlb-target-type`);
      if (target !== "ip") {
        report(`annotation ${balancer}-nlb-target-type is ${shown(target)}: only "ip" is allowed`);
      }
      const zones = attributes(annotations, "attributes").get("load_balancing.cross_zone.enabled");
      if (zones !== "true") {
        report(
          `attribute load_balancing.cross_zone.enabled is ${shown(zones)}: only "true" is allowed`,
        );
      }
      const delay = attributes(annotations, "target-group-attributes").get(
        "deregistration_delay.timeout_seconds",
      );
      if (Number(delay) > 0) return;
      report(
        `attribute deregistration_delay.timeout_seconds is ${shown(delay)}: give the seconds that connections may take to end`,
      );
    },
  },
  {
    name: "load-balancer-access-log",
    description: "Load balancers log who called, or what is behind them does (I04; CKV_AWS_91).",
    tags: ["I04"],
    enforcementLevel: "mandatory",
    validateResource: ({ type, name, props }, report) => {
      const annotations = loadBalancerAnnotations(type, props);
      if (annotations === undefined) return;
      if (attributes(annotations, "attributes").get("access_logs.s3.enabled") === "true") return;
      if (excepted("load-balancer-access-log", { type, name })) return;
      report("the load balancer writes no access log: set the attribute access_logs.s3.enabled");
    },
  },
  {
    name: "load-balancer-protected",
    description:
      "In a stack with deletion protection load balancers have it too (I04; CKV_AWS_150).",
    tags: ["I04"],
    enforcementLevel: "mandatory",
    validateStack: ({ resources }, report) => {
      if (!isProtected(resources)) return;
      judgeEach(resources, ({ type, props, urn }) => {
        const annotations = loadBalancerAnnotations(type, props);
        if (annotations === undefined) return;
        const found = attributes(annotations, "attributes").get("deletion_protection.enabled");
        if (found === "true") return;
        report(
          `attribute deletion_protection.enabled is ${shown(found)} in a protected stack: only "true" is allowed (config slipway:edge.deletionProtection)`,
          urn,
        );
      });
    },
  },
];
