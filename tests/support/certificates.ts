import { generateKeyPairSync, randomBytes, sign } from "node:crypto";
import type { KeyObject } from "node:crypto";

/** A certificate and its key, made for one test. */
export interface Issued {
  readonly cert: string;
  readonly key: string;
}

export interface CertificateArgs {
  readonly name: string;
  /** Host names of a server; an authority has none. */
  readonly hosts?: readonly string[];
  /** Days from now until it ends; negative where it has ended. @default 1 */
  readonly days?: number;
}

/** An authority of a test's own, so that no key has to lie in the repository. */
export class Authority {
  readonly cert: string;
  readonly #name: Buffer;
  readonly #key: KeyObject;

  /** A root, or an intermediate one that `parent` signs. */
  constructor(name: string, organization?: string, parent?: Authority) {
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    this.#name = distinguishedName(name, organization);
    this.#key = privateKey;
    const issuer = parent ?? this;
    this.cert = certificate({}, this.#name, publicKey, issuer.#name, issuer.#key);
  }

  issue(args: CertificateArgs): Issued {
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    return {
      cert: certificate(args, distinguishedName(args.name), publicKey, this.#name, this.#key),
      key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    };
  }
}

/** X.509 v3 in DER, the few fields that TLS asks for. https://www.rfc-editor.org/rfc/rfc5280#section-4.1 */
function certificate(
  { hosts = [], days = 1 }: Omit<CertificateArgs, "name">,
  subject: Buffer,
  publicKey: KeyObject,
  issuer: Buffer,
  issuerKey: KeyObject,
): string {
  const ecdsaWithSha256 = sequence(oid("2a8648ce3d040302"));
  const day = 24 * 60 * 60 * 1000;
  const until = Date.now() + days * day;
  const extension =
    hosts.length === 0
      ? sequence(oid("551d13"), der(0x01, [0xff]), der(0x04, sequence(der(0x01, [0xff]))))
      : sequence(
          oid("551d11"),
          der(0x04, sequence(...hosts.map((host) => der(0x82, Buffer.from(host))))),
        );
  const content = sequence(
    der(0xa0, der(0x02, [2])),
    der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ecdsaWithSha256,
    issuer,
    sequence(time(Math.min(Date.now(), until) - day), time(until)),
    subject,
    publicKey.export({ type: "spki", format: "der" }),
    der(0xa3, sequence(extension)),
  );
  const signature = sign("sha256", content, issuerKey);
  const whole = sequence(
    content,
    ecdsaWithSha256,
    der(0x03, Buffer.concat([Buffer.from([0]), signature])),
  );
  const lines = whole.toString("base64").match(/.{1,64}/g) ?? [];
  return ["-----BEGIN CERTIFICATE-----", ...lines, "-----END CERTIFICATE-----", ""].join("\n");
}

function der(tag: number, content: Uint8Array | readonly number[]): Buffer {
  const { length } = content;
  const size =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), Buffer.from(content)]);
}

function sequence(...parts: readonly Uint8Array[]): Buffer {
  return der(0x30, Buffer.concat(parts));
}

function oid(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, "hex"));
}

function distinguishedName(name: string, organization?: string): Buffer {
  const attribute = (type: string, value: string) =>
    der(0x31, sequence(oid(type), der(0x0c, Buffer.from(value))));
  return sequence(
    ...(organization === undefined ? [] : [attribute("55040a", organization)]),
    attribute("550403", name),
  );
}

function time(milliseconds: number): Buffer {
  const digits = new Date(milliseconds).toISOString().replace(/\D/g, "").slice(2, 14);
  return der(0x17, Buffer.from(`${digits}Z`));
}
