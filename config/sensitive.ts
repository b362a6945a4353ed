/** What must not be written into configuration, and not be shown when it was. */

const sensitiveWord = /(?:password|passwd|passphrase|secret|token|credential)s?$|keys?$|^pwd$/;

/** Whether a variable or key of this name usually holds a secret: DB_PASSWORD, apiKey, GITHUB_TOKEN. */
export function namesSecret(name: string): boolean {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z]+/);
  return words.some((word) => sensitiveWord.test(word));
}

const credentials: readonly { readonly pattern: RegExp; readonly kind: string }[] = [
  { pattern: /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/, kind: "an AWS access key" },
  { pattern: /-----BEGIN [A-Z ]*PRIVATE KEY/, kind: "a private key" },
  { pattern: /\bgh[pousr]_[A-Za-z0-9]{20,}/, kind: "a GitHub token" },
  { pattern: /\bgithub_pat_[A-Za-z0-9_]{20,}/, kind: "a GitHub token" },
  { pattern: /\bxox[abeoprs]-[A-Za-z0-9-]{10,}/, kind: "a Slack token" },
  { pattern: /\bhooks\.slack\.com\/services\/\w+/, kind: "a Slack webhook" },
  { pattern: /\b[rs]k_(?:live|test)_[A-Za-z0-9]{10,}/, kind: "a Stripe key" },
  { pattern: /\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]*/, kind: "a JSON web token" },
  // `$(NAME)` refers to another variable of the pod and reveals nothing.
  {
    pattern: /\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@]*:(?!\$\()[^\s/@]+@/i,
    kind: "a URL with a password",
  },
];

/** Names the kind of credential that a text holds, if it is of a well-known form. */
export function credentialKind(text: string): string | undefined {
  return credentials.find(({ pattern }) => pattern.test(text))?.kind;
}
