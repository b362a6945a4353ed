import { redact, secretMark } from "../redact.ts";
import { recordOf } from "../simulated/account.ts";

/** What stands for a value that only the update will know. */
export const unknownMark = "unknown until the update";

/** What the engine writes for unknown values, one mark a kind of value. */
const unknowns: ReadonlySet<unknown> = new Set([
  "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

/** Whether only the update will know a value of a preview. */
export function isUnknown(value: unknown): boolean {
  return unknowns.has(value);
}

const secretName =
  /(?:pass(?:word|wd|phrase)?|secret|token|credentials?|kubeconfig|(?:api|private|access|session|signing|encryption)[-_.]?key)$/i;

/** Shapes of credentials that give themselves away wherever they stand. */
const secretShapes: readonly RegExp[] = [
  /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g,
  /\b(?:gh[pousr]_[0-9A-Za-z]{20,}|github_pat_\w{20,})/g,
  /\bxox[abposr]-[0-9A-Za-z-]{10,}/g,
  /\bpul-[0-9a-f]{40}\b/g,
  /https:\/\/hooks\.slack\.com\/services\/\S+/g,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  /\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,}/g,
  /(?<=:\/\/[^\s/:@]*:)[^\s/@]+(?=@)/g,
];

/** Text of a log or a value without what has the shape of a credential. */
export function withoutCredentials(text: string): string {
  return secretShapes.reduce((rest, shape) => rest.replace(shape, secretMark), text);
}

/**
 * Properties of a resource as a reader may see them. Besides what Pulumi marks as secret, values go
 * that the provider lists as secret, that belong to a Kubernetes Secret or to a provider's
 * configuration, or whose name says that they are a credential.
 */
export function presentable(
  type: string,
  properties: unknown,
  secretProperties: readonly string[] = [],
): Readonly<Record<string, unknown>> {
  const record = recordOf(redact(properties));
  const hidden = new Set([...secretProperties, ...secretPropertiesOf(type)]);
  const isProvider = type.startsWith("pulumi:providers:");
  return Object.fromEntries(
    Object.entries(record).map(([name, value]) => [
      name,
      hidden.has(name) || (isProvider && name === "kubeconfig") ? mask(value) : shown(name, value),
    ]),
  );
}

function secretPropertiesOf(type: string): readonly string[] {
  if (type === "kubernetes:core/v1:Secret") return ["data", "stringData"];
  return type === "aws:secretsmanager/secretVersion:SecretVersion"
    ? ["secretString", "secretBinary"]
    : [];
}

/** Keeps the keys, so that a reader sees which one changes. */
function mask(value: unknown): unknown {
  if (Array.isArray(value)) return secretMark;
  if (typeof value !== "object" || value === null) return secretMark;
  return Object.fromEntries(Object.keys(value).map((key) => [key, secretMark]));
}

function shown(name: string, value: unknown): unknown {
  if (typeof value === "string")
    return isUnknown(value) || !secretName.test(name) ? value : secretMark;
  if (Array.isArray(value)) return value.map((element: unknown) => shown("", element));
  if (typeof value !== "object" || value === null) return value;
  const record = value as Readonly<Record<string, unknown>>;
  const variable = typeof record.name === "string" ? record.name : "";
  return Object.fromEntries(
    Object.entries(record).map(([key, element]) => [
      key,
      shown(key === "value" ? variable : key, element),
    ]),
  );
}

const longestValue = 80;
/** Of a longer value both ends are shown: digests and statements differ at either. */
const endShown = 30;

/** A value in one short line of text. */
export function printed(value: unknown): string {
  if (isUnknown(value)) return unknownMark;
  const text = withoutCredentials(
    typeof value === "string" ? value : JSON.stringify(unknownsNamed(value)),
  ).replace(/\s+/g, " ");
  if (text.length <= longestValue) return text;
  const [start, end] = [text.slice(0, longestValue - endShown - 1), text.slice(-endShown)];
  return `${start.toWellFormed()}…${end.toWellFormed()}`;
}

function unknownsNamed(value: unknown): unknown {
  if (isUnknown(value)) return unknownMark;
  if (Array.isArray(value)) return value.map(unknownsNamed);
  if (typeof value !== "object" || value === null) return value ?? null;
  return Object.fromEntries(
    Object.entries(value).map(([key, element]) => [key, unknownsNamed(element)]),
  );
}
