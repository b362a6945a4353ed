import { isDeepStrictEqual } from "node:util";
import { secretMark } from "../redact.ts";

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

const key = "(?:api|private|access|session|signing|encryption)[-_.]?key";
const secretName = new RegExp(
  `(?:pass(?:word|wd|phrase)?|secret|token|credentials?|kubeconfig|${key})$`,
  "i",
);

/** Shapes of credentials that give themselves away wherever they stand. */
const secretShapes: readonly RegExp[] = [
  /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g,
  /\b(?:gh[pousr]_[0-9A-Za-z]{20,}|github_pat_\w{20,})/g,
  /\bxox[abposr]-[0-9A-Za-z-]{10,}/g,
  /\bpul-[0-9a-f]{40}\b/g,
  /https:\/\/hooks\.slack\.com\/services\/\S+/g,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  /\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,}/g,
  // A password in a URL may hold the very characters that end it; a port is none.
  /(?<=:\/\/[^\s/:]*:)(?!\d{1,5}[/?#])[^\s"]{1,1000}(?=@)/g,
  /(?<=:\/\/[^\s/:]*:)[^\s/@]+(?=@)/g,
];

/** `DB_PASSWORD=...`, `token: ...`; not the ARN of a secret, whose name follows its kind. */
const assigned = String.raw`(?<![\w.-])(?<!\d{12}:)([\w.-]*(?:pass(?:word|wd|phrase)?|secret|token|${key})`;
const quotedText = String.raw`(?!\\*["']?\[secret\])(?:\\+".*?\\+"|"(?:[^"\\]|\\.)*"|'[^']*'`;
const assignments: readonly RegExp[] = [
  new RegExp(String.raw`${assigned}[ \t]*[=:][ \t]*)${quotedText}|\S+)`, "gi"),
  // In JSON, what follows may be an object, whose own names tell what is secret.
  new RegExp(String.raw`${assigned}\\*["'][ \t]*:[ \t]*)${quotedText}|[^\s"'[{]\S*)`, "gi"),
];

/** Text of a log or a value without what has the shape of a credential or is named as one. */
export function withoutCredentials(text: string): string {
  const rest = secretShapes.reduce((left, shape) => left.replace(shape, secretMark), text);
  return assignments.reduce((left, shape) => left.replace(shape, `$1${secretMark}`), rest);
}

/**
 * Properties of a resource whose values nobody may see: those that the provider lists as secret, that
 * belong to a Kubernetes Secret or to a provider's configuration.
 */
export function hiddenProperties(
  type: string,
  secretProperties: readonly string[] = [],
): ReadonlySet<string> {
  return new Set([...secretProperties, ...secretPropertiesOf(type)]);
}

function secretPropertiesOf(type: string): readonly string[] {
  if (type === "kubernetes:core/v1:Secret") return ["data", "stringData"];
  if (type.startsWith("pulumi:providers:")) return ["kubeconfig"];
  return type === "aws:secretsmanager/secretVersion:SecretVersion"
    ? ["secretString", "secretBinary"]
    : [];
}

/** Whether a value of this name is a credential. */
export function isSecretName(name: string): boolean {
  return secretName.test(name);
}

/** Name that tells what a value is: that of the variable for an element such as `{name, value}`. */
export function tellingName(name: string, owner: Readonly<Record<string, unknown>>): string {
  return name === "value" && typeof owner.name === "string" ? owner.name : name;
}

/** A hidden value as a reader may see it: its keys alone. */
export function masked(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return secretMark;
  return Object.fromEntries(Object.keys(value).map((name) => [name, secretMark]));
}

/** A value as a reader may see it: without what is named as a credential, in JSON texts, too. */
export function shown(name: string, value: unknown): unknown {
  if (typeof value === "string" || typeof value === "number") {
    if (isUnknown(value)) return value;
    return isSecretName(name) ? secretMark : shownText(value);
  }
  if (Array.isArray(value)) return value.map((element: unknown) => shown("", element));
  if (typeof value !== "object" || value === null) return value;
  const record = value as Readonly<Record<string, unknown>>;
  return Object.fromEntries(
    Object.entries(record).map(([own, element]) => [own, shown(tellingName(own, record), element)]),
  );
}

function shownText(text: string | number): unknown {
  const inner = parsedText(text);
  const seen = inner === text ? text : shown("", inner);
  return isDeepStrictEqual(seen, inner) ? text : JSON.stringify(seen);
}

/** What a text of JSON says, such as an IAM policy or a file of settings; others stay as they are. */
export function parsedText(value: unknown): unknown {
  if (typeof value !== "string" || !/^\s*[{[]/.test(value)) return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
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
