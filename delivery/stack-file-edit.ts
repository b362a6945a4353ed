import { isDeepStrictEqual } from "node:util";
import { isAlias, isMap, isScalar, parseDocument } from "yaml";
import type { Document } from "yaml";
import { UserError } from "./user-error.ts";

/** YAML reads these spellings of a commit as numbers; Pulumi's reader knows binary ones too. */
const readAsNumber = /^(?:\d+(?:e\d+)?|0b[01]+)$/;

/**
 * The text of a stack file with another commit for one application. Every other byte stays:
 * comments, order, quotes, line ends.
 *
 * @throws UserError where the file does not spell the commit out.
 */
export function withSha(text: string, app: string, sha: string): string {
  const before = parseDocument(text);
  const path = ["config", "slipway:apps", app, "image", "sha"];
  const value = valueAt(before, path);
  if (value?.range === undefined) throw unwritten(path);
  const [start, end] = value.range;
  const written = text.slice(start, end);
  const quote = /^["']/.exec(written)?.[0] ?? (readAsNumber.test(sha) ? '"' : "");
  if (!/^(?:"[0-9a-f]+"|'[0-9a-f]+'|[0-9a-f]+)$/.test(written)) throw unwritten(path);
  const edited = `${text.slice(0, start)}${quote}${sha}${quote}${text.slice(end)}`;
  // An anchor on the value would change other places with it.
  if (!isDeepStrictEqual(parseDocument(edited).toJS(), changed(before.toJS(), path, sha)))
    throw unwritten(path);
  return edited;
}

function valueAt(document: Document, path: readonly string[]) {
  let node: unknown = document.contents;
  for (const key of path) {
    if (isAlias(node) || !isMap(node)) return undefined;
    node = node.get(key, true);
  }
  return isScalar(node) && node.range !== null ? { range: node.range } : undefined;
}

/** A copy in which one place alone is different, whatever shares its value. */
function changed(content: unknown, path: readonly string[], value: string): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  const mapping = content as Readonly<Record<string, unknown>>;
  return { ...mapping, [key]: changed(mapping[key], rest, value) };
}

function unwritten(path: readonly string[]): UserError {
  return new UserError(
    `${path.slice(2).join(".")} is no plain value of its own: write the commit out there, without anchors or aliases (config slipway:apps)`,
    2,
  );
}
