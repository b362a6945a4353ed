import { certificateRules } from "../../policies/rules/certificates.ts";
import { cluster } from "./aws-fixtures.ts";
import { certificate, issuer } from "./kubernetes-fixtures.ts";
import { change, testRules, type CasesByRule } from "./support.ts";

const staging = "https://acme-staging-v02.api.letsencrypt.org/directory";
const accountKey = "spec.acme.privateKeySecretRef.name";

export const cases: CasesByRule = {
  "acme-one-account": {
    passes: {
      "one account for both challenges": [issuer("http01"), issuer("dns01")],
      "an account for each directory": [
        issuer("http01"),
        change(issuer("staging", staging), accountKey, "staging"),
      ],
    },
    fails: {
      "two accounts of one directory": [
        [issuer("http01", staging), change(issuer("dns01", staging), accountKey, "other")],
        `issuers of ${staging} have the account keys account, other: one privateKeySecretRef for all is needed`,
      ],
    },
  },
  "acme-staging-first": {
    passes: {
      "production of a protected stack": [cluster, issuer("http01")],
      "staging of any other": [issuer("http01", staging)],
      "an authority of one's own": [change(issuer("local"), "spec", { ca: { secretName: "ca" } })],
    },
    fails: {
      "production of a stack that may go": [
        [issuer("http01")],
        "an unprotected stack uses Let's Encrypt's production directory, which refuses the same names after 5 certificates in 7 days (config slipway:certificates.issuer.directory)",
      ],
    },
  },
  "certificate-key-rotation": {
    passes: {
      "a new key each time": [certificate],
      "the default, which is the same": [change(certificate, "spec.privateKey", undefined)],
    },
    fails: {
      "one key for ever": [
        [change(certificate, "spec.privateKey.rotationPolicy", "Never")],
        'spec.privateKey.rotationPolicy is "Never": only "Always" is allowed',
      ],
    },
  },
  "certificate-renewal-relative": {
    passes: {
      "a share of the lifetime": [change(certificate, "spec.renewBeforePercentage", 33)],
    },
    fails: {
      "a number of days": [
        [change(certificate, "spec.renewBefore", "720h")],
        'spec.renewBefore is "720h": use renewBeforePercentage (config slipway:certificates.renewBeforePercentage)',
      ],
    },
  },
};

testRules(certificateRules, cases);
