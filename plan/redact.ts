/** Key by which the SDK marks special values, and the marks that matter here. */
const signatureKey = "4dabf18193072939515e22adb298388d";
const signatures = {
  secret: "1b47061264138c4ac30d75fd1eb44270",
  output: "d0e6a833031e9bbcd3f4e8bde6ca49a4",
  resource: "5cf8f73096256a8f31e491e813e4eb8e",
};

/** What stands in plans for a secret value. */
export const secretMark = "[secret]";

/**
 * A deep copy that JSON can hold, with sorted keys: every Pulumi secret is `[secret]`, a reference
 * to a resource is its URN, bytes are base64, and what JSON has no word for is left out.
 */
export function redact(value: unknown): unknown {
  if (typeof value === "string" || typeof value === "boolean" || value === null) return value;
  // JSON has no negative zero.
  if (typeof value === "number") return Number.isFinite(value) ? value + 0 : null;
  if (typeof value === "bigint") return value.toString();
  return typeof value === "object" ? redactObject(value) : undefined;
}

function redactObject(value: object): unknown {
  if (Array.isArray(value)) return value.map((element: unknown) => redact(element) ?? null);
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (value instanceof Date) return value.toJSON();
  const record = value as Readonly<Record<string, unknown>>;
  const signature = Object.hasOwn(record, signatureKey) ? record[signatureKey] : undefined;
  if (signature === signatures.secret) return secretMark;
  if (signature === signatures.output)
    return record.secret === true ? secretMark : redact(record.value);
  if (signature === signatures.resource && typeof record.urn === "string") return record.urn;
  return Object.fromEntries(
    Object.keys(record)
      .sort()
      .map((key) => [key, redact(record[key])] as const)
      .filter(([, redacted]) => redacted !== undefined),
  );
}
