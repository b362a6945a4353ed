import { at, hasKey, judgeEach, keysAt, listAt, shown, shownAll, textAt, textsAt } from "./read.ts";
import { namespaceOf, objectsOf, type Rule } from "./rule.ts";

const ingress = "kubernetes:networking.k8s.io/v1:Ingress";
const nginx = "nginx.ingress.kubernetes.io/";

/** What can't move to another edge, or lets the author of an Ingress into the controller. */
const refused = /-snippet$|\/use-regex$|\/rewrite-target$/;

/** Hosts that one entry of an Ingress's `tls` covers, or its rules name. */
function hostsOf(props: unknown, key: "rules" | "tls"): string[] {
  return listAt(props, "spec", key).flatMap((entry) =>
    key === "rules" ? textsAt(entry, "host") : [...textsAt(entry, "hosts")],
  );
}

export const ingressRules: readonly Rule[] = [
  {
    name: "ingress-tls",
    description: "Every host of an Ingress has TLS (I01, ING-5; POL tlsSettingsMissing).",
    tags: ["I01", "ING-5"],
    enforcementLevel: "mandatory",
    validateResource: ({ type, props }, report) => {
      if (type !== ingress) return;
      const covered = hostsOf(props, "tls");
      const bare = hostsOf(props, "rules").filter((host) => !covered.includes(host));
      if (bare.length > 0 || covered.length === 0) {
        report(
          `${bare.length > 0 ? shownAll(bare) : "every host"} is served without TLS: list it in spec.tls (config slipway:apps.<app>.route.hosts)`,
        );
      }
      judgeEach(listAt(props, "spec", "tls"), (entry) => {
        if (hasKey(entry, "secretName")) return;
        report(
          "an entry of spec.tls has no secretName: the controller would serve its own certificate",
        );
      });
    },
  },
  {
    name: "ingress-certificate",
    description: "The certificate of every Ingress comes from cert-manager (I01, TLS-2).",
    tags: ["I01", "TLS-2"],
    enforcementLevel: "mandatory",
    validateStack: ({ resources }, report) => {
      const issued = objectsOf(resources, "kubernetes:cert-manager.io/v1:Certificate").map(
        ({ props }) => `${namespaceOf(props)}/${textAt(props, "spec", "secretName") ?? ""}`,
      );
      judgeEach(objectsOf(resources, ingress), ({ props, urn }) => {
        const annotations = keysAt(props, "metadata", "annotations");
        if (annotations.some((key) => /^cert-manager\.io\/(?:cluster-)?issuer$/.test(key))) return;
        for (const entry of listAt(props, "spec", "tls")) {
          const secret = `${namespaceOf(props)}/${textAt(entry, "secretName") ?? ""}`;
          if (issued.includes(secret)) continue;
          report(`no Certificate writes the Secret ${secret}: the Ingress would have none`, urn);
        }
      });
    },
  },
  {
    name: "ingress-redirects",
    description: "HTTP is redirected to HTTPS (I01, NET-6; awsguard alb-http-to-https).",
    tags: ["I01", "NET-6"],
    enforcementLevel: "mandatory",
    validateResource: ({ type, props }, report) => {
      if (type !== ingress) return;
      const redirect = textAt(props, "metadata", "annotations", `${nginx}ssl-redirect`);
      if (redirect === "true") return;
      report(`annotation ${nginx}ssl-redirect is ${shown(redirect)}: only "true" is allowed`);
    },
  },
  {
    name: "ingress-annotations-safe",
    description:
      "Ingresses have no snippet, no regular expressions and no rewriting (I02; CKV_K8S_152-154, CVE-2026-42945).",
    tags: ["I02", "ING-5", "ING-6"],
    enforcementLevel: "mandatory",
    validateResource: ({ type, props }, report) => {
      if (type !== ingress) return;
      const found = keysAt(props, "metadata", "annotations").filter((key) => refused.test(key));
      if (found.length === 0) return;
      report(
        `annotations ${shownAll(found)} are refused: use the options of slipway:apps.<app>.route`,
      );
    },
  },
  {
    name: "ingress-paths-plain",
    description: "Ingresses name their class and have plain paths of a named type (ING-6).",
    tags: ["I02", "ING-6"],
    enforcementLevel: "mandatory",
    validateResource: ({ type, props }, report) => {
      if (type !== ingress) return;
      const className = at(props, "spec", "ingressClassName");
      if (className === undefined) report("spec.ingressClassName is unset: name the class");
      judgeEach(listAt(props, "spec", "rules"), (rule) => {
        for (const entry of listAt(rule, "http", "paths")) {
          const pathType = textAt(entry, "pathType");
          const path = textAt(entry, "path") ?? "";
          if (pathType !== "Prefix" && pathType !== "Exact") {
            report(
              `pathType of ${shown(path)} is ${shown(pathType)}: "Prefix" and "Exact" are allowed`,
            );
          }
          if (/^\/[\w\-./~%:@!]*$/.test(path)) continue;
          report(
            `path ${shown(path)} is a regular expression: give a plain path (config slipway:apps.<app>.route.paths)`,
          );
        }
      });
    },
  },
];
