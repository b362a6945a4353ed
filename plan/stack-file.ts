import { parseDocument } from "yaml";

/** Configuration of a stack as its file holds it. */
export interface StackFile {
  /** Values by full key, `slipway:apps`. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Keys whose values are encrypted; their values are not read. */
  readonly secretKeys: readonly string[];
}

/**
 * Reads the text of a `Pulumi.<stack>.yaml`.
 *
 * @throws Error with the line of the first syntax error.
 */
export function parseStackFile(text: string): StackFile {
  const document = parseDocument(text, { prettyErrors: true });
  const [problem] = document.errors;
  if (problem !== undefined) throw new Error(problem.message.trimEnd());
  const content: unknown = document.toJS();
  const section = isRecord(content) ? content.config : undefined;
  const config: Record<string, unknown> = {};
  const secretKeys: string[] = [];
  for (const [key, value] of Object.entries(isRecord(section) ? section : {})) {
    if (isRecord(value) && "secure" in value) {
      secretKeys.push(key);
      config[key] = "[secret]";
    } else config[key] = value;
  }
  return { config, secretKeys };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
