import { createContext, runInContext } from "node:vm";

/** Values that an expression may name: `github`, `needs`, `steps`, ... */
export type Context = Readonly<Record<string, unknown>>;

/** How the steps before ended. */
export type Status = "success" | "failure" | "cancelled";

/** GitHub gives an empty string for what is not there; elsewhere a missing name is a mistake here. */
const mayMiss = new Set(["vars", "secrets", "steps", "needs"]);

/** Value of one expression of GitHub's language, as far as the workflows here use it. */
export function evaluate(expression: string, context: Context, status: Status): unknown {
  const code = expression
    .split(/('(?:[^']|'')*')/)
    .map((part, index) =>
      index % 2 === 1
        ? JSON.stringify(part.slice(1, -1).replaceAll("''", "'"))
        : part
            .replaceAll("==", "===")
            .replaceAll("!=", "!==")
            .replaceAll(/[A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*)*(?![\w-]*\s*\()/g, (path) =>
              /^(?:true|false|null)$/.test(path) ? path : `get(${JSON.stringify(path)})`,
            ),
    )
    .join("")
    .replaceAll("====", "===");
  const get = (path: string): unknown => {
    const value = path
      .split(".")
      .reduce<unknown>(
        (found, key) => (found as Record<string, unknown> | undefined)?.[key],
        context,
      );
    if (value === undefined && !mayMiss.has(path.split(".")[0] ?? ""))
      throw new Error(`the test gives no ${path}`);
    return value ?? "";
  };
  return runInContext(
    code,
    createContext({
      get,
      success: () => status === "success",
      failure: () => status === "failure",
      cancelled: () => status === "cancelled",
      always: () => true,
      startsWith: (text: string, start: string) => text.startsWith(start),
      format: (text: string, ...values: string[]) =>
        text.replaceAll(/\{(\d)\}/g, (_, index: string) => values[Number(index)] ?? ""),
      fromJSON: (text: string): unknown => JSON.parse(text),
      toJSON: (value: unknown) => JSON.stringify(value),
    }),
  );
}

/** Text with every `${{ }}` in it replaced. */
export function interpolate(text: string, context: Context, status: Status = "success"): string {
  return text.replaceAll(/\$\{\{\s*(.*?)\s*\}\}/gs, (_, expression: string) =>
    String(evaluate(expression, context, status)),
  );
}

/** Whether a condition holds; one that names no status asks for success as well. */
export function holds(condition: string, context: Context, status: Status): boolean {
  const expression = /^\s*\$\{\{(.*)\}\}\s*$/s.exec(condition)?.[1] ?? condition;
  const own = /\b(?:success|failure|cancelled|always)\(\)/.test(expression);
  return (own || status === "success") && Boolean(evaluate(expression, context, status));
}
