import { edgeRules } from "../../policies/rules/edge.ts";
import { cluster } from "./aws-fixtures.ts";
import { balancerAnnotations, ingressNginx, service, traefik } from "./kubernetes-fixtures.ts";
import { change, testRules, type CasesByRule, type Given } from "./support.ts";

const unprotected = change(cluster, "deletionProtection", false);
const controller = (path: string, value: unknown): Given =>
  change(ingressNginx, `values.controller.${path}`, value);
const annotations = (content: Readonly<Record<string, string>>): Given =>
  change(traefik, "values.service.annotations", content);
const balancer = "service.beta.kubernetes.io/aws-load-balancer";
const echo: Given = change({ ...service, name: "acme-staging-echo" }, "spec.type", "LoadBalancer");

export const cases: CasesByRule = {
  "ingress-nginx-hardened": {
    passes: {
      "a hardened controller": [ingressNginx],
      "a chart from a mirror": [
        change(ingressNginx, "chart", "oci://mirror.example.com/charts/ingress-nginx"),
      ],
      "other charts": [traefik],
    },
    fails: {
      "the chart's defaults": [
        [change(ingressNginx, "values", {})],
        "controller.allowSnippetAnnotations is unset: only false is allowed",
        "controller.enableAnnotationValidations is unset: only true is allowed",
        'controller.admissionWebhooks.failurePolicy is unset: only "Fail" is allowed',
        'controller.config.annotations-risk-level is unset: "Low", "Medium" and "High" are allowed',
      ],
      "no admission webhook": [
        [controller("admissionWebhooks.enabled", false)],
        "controller.admissionWebhooks.enabled is false: only true is allowed",
      ],
      "critical annotations, from a mirror": [
        [
          {
            ...controller("config.annotations-risk-level", "Critical"),
            props: {
              ...controller("config.annotations-risk-level", "Critical").props,
              chart: "oci://mirror.example.com/charts/ingress-nginx",
            },
          },
        ],
        'controller.config.annotations-risk-level is "Critical": "Low", "Medium" and "High" are allowed',
      ],
    },
  },
  "ingress-nginx-by-digest": {
    passes: {
      "a digest": [ingressNginx],
      "a mirror's own version": [
        controller("image", { registry: "mirror.example.com", digest: "" }),
      ],
    },
    fails: {
      "no digest from the project's registry": [
        [controller("image", { digest: "" })],
        'controller.image.digest is "": give sha256: and 64 digits',
      ],
    },
  },
  "ingress-nginx-retired": {
    passes: { Traefik: [traefik] },
    fails: {
      "ingress-nginx, as advice": [
        [ingressNginx],
        "ingress-nginx was retired in March 2026 and CVE-2026-42945 in its nginx 1.27.1 stays open: move to Traefik (config slipway:edge.controller, first both, then traefik)",
      ],
    },
  },
  "ingress-trusts-known-proxies": {
    passes: {
      "the network": [ingressNginx, traefik],
      nobody: [controller("config.proxy-real-ip-cidr", undefined)],
    },
    fails: {
      "the world": [
        [controller("config.proxy-real-ip-cidr", "10.0.0.0/8,0.0.0.0/0")],
        "forwarded client addresses are believed from 0.0.0.0/0: list the proxies (config slipway:edge.trustedProxyCidrs)",
      ],
      "the world, on Traefik": [
        [change(traefik, "values.ports.web", { forwardedHeaders: { insecure: true } })],
        "forwarded client addresses are believed from 0.0.0.0/0: list the proxies (config slipway:edge.trustedProxyCidrs)",
      ],
    },
  },
  "ingress-controller-replicas": {
    passes: {
      "two pods": [cluster, ingressNginx, traefik],
      "one where nothing must be kept": [unprotected, controller("replicaCount", 1)],
    },
    fails: {
      "one in a protected stack": [
        [
          cluster,
          controller("replicaCount", 1),
          change(traefik, "values.deployment.replicas", undefined),
        ],
        '"ingress-nginx" runs 1 pods in a protected stack: 2 or more are needed (config slipway:edge.replicas)',
        '"traefik" runs 1 pods in a protected stack: 2 or more are needed (config slipway:edge.replicas)',
      ],
    },
  },
  "load-balancer-settings": {
    passes: {
      "load balancers as they should be": [ingressNginx, traefik],
      "no load balancer": [controller("service", { type: "NodePort" })],
    },
    fails: {
      "instances in one zone": [
        [annotations({ [`${balancer}-nlb-target-type`]: "instance" })],
        `annotation ${balancer}-nlb-target-type is "instance": only "ip" is allowed`,
        'attribute load_balancing.cross_zone.enabled is unset: only "true" is allowed',
        "attribute deregistration_delay.timeout_seconds is unset: give the seconds that connections may take to end",
      ],
    },
  },
  "load-balancer-access-log": {
    passes: {
      "controllers that log themselves": [ingressNginx, traefik],
      "a load balancer that logs": [
        change(
          echo,
          ["metadata", "annotations", `${balancer}-attributes`],
          "access_logs.s3.enabled=true",
        ),
      ],
    },
    fails: {
      "a load balancer that does not": [
        [echo],
        "the load balancer writes no access log: set the attribute access_logs.s3.enabled",
      ],
    },
  },
  "load-balancer-protected": {
    passes: {
      "protection in a protected stack": [cluster, ingressNginx],
      "none where nothing must be kept": [unprotected, echo],
    },
    fails: {
      "none in a protected stack": [
        [
          cluster,
          annotations({
            ...balancerAnnotations,
            [`${balancer}-attributes`]: "deletion_protection.enabled=false",
          }),
        ],
        'attribute deletion_protection.enabled is "false" in a protected stack: only "true" is allowed (config slipway:edge.deletionProtection)',
      ],
    },
  },
};

testRules(edgeRules, cases);
