import { credentialKind, namesSecret } from "./sensitive.ts";

/** How messages write paths and the values they complain of: one line, short, without secrets. */

export type Path = readonly (string | number)[];

const longest = 60;
/** Characters that break a line, hide, or turn the direction of writing. */
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** Writes `["apps", "api", "route", "hosts", 0]` as `apps.api.route.hosts[0]`. */
export function quotePath(path: Path): string {
  return path
    .map((key, index) => {
      if (typeof key === "number") return `[${key.toString()}]`;
      if (!/^[A-Za-z_][\w-]*$/.test(key) || key.length > longest) return `[${quoteText(key)}]`;
      return index === 0 ? key : `.${key}`;
    })
    .join("");
}

/** Writes the value at a path as JSON, cut at 60 characters, with secrets hidden. */
export function quoteValue(value: unknown, path: Path = []): string {
  const name = path.at(-1);
  if (isScalar(value) && typeof name === "string" && namesSecret(name)) return "[not shown]";
  const json = JSON.stringify(value, (key, inner: unknown) => {
    if (typeof inner === "string" && credentialKind(inner) !== undefined) return "[not shown]";
    return isScalar(inner) && namesSecret(key) ? "[not shown]" : inner;
  }) as string | undefined;
  return shorten(json ?? String(value));
}

/** Writes a text in quotes, cut at 60 characters, on one line. */
export function quoteText(text: string): string {
  return shorten(JSON.stringify(text));
}

function isScalar(value: unknown): boolean {
  return value !== null && value !== undefined && typeof value !== "object";
}

function shorten(text: string): string {
  const characters = Array.from(text.replace(unprintable, escape));
  return characters.length > longest
    ? `${characters.slice(0, longest - 1).join("")}…`
    : text.replace(unprintable, escape);
}

function escape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
