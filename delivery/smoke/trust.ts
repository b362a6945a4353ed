import { checkServerIdentity } from "node:tls";
import type { TLSSocket } from "node:tls";
import type { Configuration } from "../../config/schema.ts";

/**
 * Organization that issues in Let's Encrypt's staging directory, whose roots nobody trusts.
 * https://letsencrypt.org/docs/staging-environment/
 */
const letsEncryptStaging = "(STAGING) Let's Encrypt";

/** What OpenSSL finds in a chain of which nothing but the root is at fault. */
const unknownRoot: ReadonlySet<string> = new Set([
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
]);

/**
 * Organization whose certificates a smoke test accepts although their root is unknown: undefined for
 * every stack whose certificates come from anywhere but Let's Encrypt's staging directory.
 */
export function acceptedIssuer({
  certificates: { issuer },
}: Pick<Configuration, "certificates">): string | undefined {
  return issuer.type === "letsEncrypt" && issuer.directory === "staging"
    ? letsEncryptStaging
    : undefined;
}

/**
 * What is wrong with a server's certificate, apart from an unknown root of the accepted issuer;
 * undefined where nothing is.
 */
export function certificateFault(
  socket: TLSSocket,
  host: string,
  accepted: string,
): Error | undefined {
  if (socket.authorized) return undefined;
  const certificate = socket.getPeerCertificate();
  // Of several faults OpenSSL names one, which may be the root: the others are looked for here.
  const { valid_from: from, valid_to: to, issuer } = certificate;
  if (Date.now() < Date.parse(from) || Date.now() > Date.parse(to))
    return new Error(`certificate is valid from ${from} to ${to} only`);
  const otherHost = checkServerIdentity(host, certificate);
  if (otherHost !== undefined) return otherHost;
  const fault = String(socket.authorizationError);
  return unknownRoot.has(fault) && issuer.O === accepted
    ? undefined
    : new Error(`certificate is not trusted: ${fault}, and not issued by ${accepted}`);
}
