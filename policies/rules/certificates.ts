import { at, judgeEach, shown, shownAll, textAt } from "./read.ts";
import { isProtected, objectsOf, type Rule, type StackResource } from "./rule.ts";

const certificate = "kubernetes:cert-manager.io/v1:Certificate";
const issuerTypes = [
  "kubernetes:cert-manager.io/v1:ClusterIssuer",
  "kubernetes:cert-manager.io/v1:Issuer",
];

/** Issuers by ACME, with their directory and account key. */
function acmeIssuers(resources: readonly StackResource[]) {
  return objectsOf(resources, ...issuerTypes)
    .filter(({ props }) => at(props, "spec", "acme") !== undefined)
    .map(({ props, urn }) => ({
      urn,
      server: textAt(props, "spec", "acme", "server") ?? "",
      account: textAt(props, "spec", "acme", "privateKeySecretRef", "name") ?? "",
    }));
}

export const certificateRules: readonly Rule[] = [
  {
    name: "acme-one-account",
    description: "The issuers of one ACME directory share one account (I03, TLS-3).",
    tags: ["I03", "TLS-3"],
    enforcementLevel: "mandatory",
    validateStack: ({ resources }, report) => {
      const accounts = new Map<string, Set<string>>();
      judgeEach(acmeIssuers(resources), ({ server, account }) => {
        accounts.set(server, (accounts.get(server) ?? new Set()).add(account));
      });
      for (const [server, names] of accounts) {
        if (names.size < 2) continue;
        report(
          `issuers of ${server} have the account keys ${shownAll(names)}: one privateKeySecretRef for all is needed`,
        );
      }
    },
  },
  {
    name: "acme-staging-first",
    description:
      "A stack without deletion protection should use Let's Encrypt's staging directory, which has no rate limits (I03).",
    tags: ["I03", "TLS-3"],
    enforcementLevel: "advisory",
    validateStack: ({ resources }, report) => {
      if (isProtected(resources)) return;
      judgeEach(acmeIssuers(resources), ({ server, urn }) => {
        if (!server.startsWith("https://acme-v02.api.letsencrypt.org/")) return;
        report(
          "an unprotected stack uses Let's Encrypt's production directory, which refuses the same names after 5 certificates in 7 days (config slipway:certificates.issuer.directory)",
          urn,
        );
      });
    },
  },
  {
    name: "certificate-key-rotation",
    description: "Certificates get a new private key at every renewal (I03, TLS-5).",
    tags: ["I03", "TLS-5"],
    enforcementLevel: "mandatory",
    validateResource: ({ type, props }, report) => {
      if (type !== certificate) return;
      const rotation = at(props, "spec", "privateKey", "rotationPolicy") ?? "Always";
      if (rotation === "Always") return;
      report(`spec.privateKey.rotationPolicy is ${shown(rotation)}: only "Always" is allowed`);
    },
  },
  {
    name: "certificate-renewal-relative",
    description:
      "Certificates are renewed at a share of their lifetime, which shrinks over the years (TLS-5).",
    tags: ["I03", "TLS-5"],
    enforcementLevel: "mandatory",
    validateResource: ({ type, props }, report) => {
      if (type !== certificate) return;
      const before = at(props, "spec", "renewBefore");
      if (before === undefined) return;
      report(
        `spec.renewBefore is ${shown(before)}: use renewBeforePercentage (config slipway:certificates.renewBeforePercentage)`,
      );
    },
  },
];
