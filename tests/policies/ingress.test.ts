import { ingressRules } from "../../policies/rules/ingress.ts";
import { certificate, ingress } from "./kubernetes-fixtures.ts";
import { change, testRules, type CasesByRule, type Given } from "./support.ts";

const nginx = "nginx.ingress.kubernetes.io";
const annotated = (key: string, value: string): Given =>
  change(ingress, ["metadata", "annotations", key], value);
const path = (entry: object): Given =>
  change(ingress, "spec.rules", [{ host: "api.example.com", http: { paths: [entry] } }]);

export const cases: CasesByRule = {
  "ingress-tls": {
    passes: { "a host with TLS": [ingress] },
    fails: {
      "a host without TLS": [
        [change(ingress, "spec.tls", [{ hosts: ["www.example.com"], secretName: "www" }])],
        "api.example.com is served without TLS: list it in spec.tls (config slipway:apps.<app>.route.hosts)",
      ],
      "TLS without a certificate": [
        [change(ingress, "spec.tls", [{ hosts: ["api.example.com"] }])],
        "an entry of spec.tls has no secretName: the controller would serve its own certificate",
      ],
      "no host at all": [
        [change(ingress, "spec", { ingressClassName: "nginx" })],
        "every host is served without TLS: list it in spec.tls (config slipway:apps.<app>.route.hosts)",
      ],
    },
  },
  "ingress-certificate": {
    passes: {
      "a Certificate for it": [ingress, certificate],
      "an issuer in an annotation": [annotated("cert-manager.io/cluster-issuer", "http01")],
    },
    fails: {
      "a Certificate in another namespace": [
        [ingress, change(certificate, "metadata.namespace", "other")],
        "no Certificate writes the Secret api/api-tls-secret: the Ingress would have none",
      ],
    },
  },
  "ingress-redirects": {
    passes: { "a redirect to HTTPS": [ingress] },
    fails: {
      "the annotation of another controller": [
        [change(ingress, "metadata.annotations", { "ingress.kubernetes.io/ssl-redirect": "true" })],
        `annotation ${nginx}/ssl-redirect is unset: only "true" is allowed`,
      ],
      "plain HTTP": [
        [annotated(`${nginx}/ssl-redirect`, "false")],
        `annotation ${nginx}/ssl-redirect is "false": only "true" is allowed`,
      ],
    },
  },
  "ingress-annotations-safe": {
    passes: { "plain annotations": [ingress] },
    fails: {
      snippets: [
        [annotated(`${nginx}/configuration-snippet`, "return 200;")],
        `annotations ${nginx}/configuration-snippet are refused: use the options of slipway:apps.<app>.route`,
      ],
      "rewriting by regular expression": [
        [
          change(
            annotated(`${nginx}/rewrite-target`, "/$1"),
            ["metadata", "annotations", `${nginx}/use-regex`],
            "true",
          ),
        ],
        `annotations ${nginx}/rewrite-target, ${nginx}/use-regex are refused: use the options of slipway:apps.<app>.route`,
      ],
    },
  },
  "ingress-paths-plain": {
    passes: {
      "a prefix": [ingress],
      "an exact path with a dot": [path({ path: "/.well-known/x", pathType: "Exact" })],
    },
    fails: {
      "a regular expression": [
        [path({ path: "/(.*)", pathType: "ImplementationSpecific" })],
        'pathType of "/(.*)" is "ImplementationSpecific": "Prefix" and "Exact" are allowed',
        'path "/(.*)" is a regular expression: give a plain path (config slipway:apps.<app>.route.paths)',
      ],
      "no class": [
        [change(ingress, "spec.ingressClassName", undefined)],
        "spec.ingressClassName is unset: name the class",
      ],
    },
  },
};

testRules(ingressRules, cases);
