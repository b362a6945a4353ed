/** What IAM would decide, by the rules that these tests need: denials win, then allowances. */

export interface Request {
  readonly action: string;
  readonly resource: string;
  /** Condition keys of the request; those left out are not in it. */
  readonly context?: Readonly<Record<string, string>>;
}

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly NotResource?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | string[]>>>>;
}

/** Whether policies, as JSON, allow a request. */
export function allows(documents: readonly string[], request: Request): boolean {
  const found = statementsOf(documents).filter((statement) => applies(statement, request));
  return (
    found.some(({ Effect }) => Effect === "Allow") && !found.some(({ Effect }) => Effect === "Deny")
  );
}

/** Every action that policies allow on something. */
export function allowedActions(documents: readonly string[]): string[] {
  const allowed = statementsOf(documents).filter(({ Effect }) => Effect === "Allow");
  return [...new Set(allowed.flatMap(({ Action }) => Action))].sort();
}

function statementsOf(documents: readonly string[]): Statement[] {
  return documents.flatMap((text) => (JSON.parse(text) as { Statement: Statement[] }).Statement);
}

function applies(statement: Statement, { action, resource, context = {} }: Request): boolean {
  const { Action, Resource, NotResource, Condition = {} } = statement;
  const about = (patterns: string | readonly string[]) =>
    [patterns].flat().some((pattern) => like(pattern, resource));
  return (
    [Action].flat().some((pattern) => like(pattern.toLowerCase(), action.toLowerCase())) &&
    (Resource === undefined || about(Resource)) &&
    (NotResource === undefined || !about(NotResource)) &&
    Object.entries(Condition).every(([operator, keys]) =>
      Object.entries(keys).every(([key, values]) => holds(operator, [values].flat(), context[key])),
    )
  );
}

function holds(operator: string, values: readonly string[], found: string | undefined): boolean {
  if (operator === "Null") return values.includes(String(found === undefined));
  if (found === undefined) return false;
  switch (operator) {
    case "StringEquals":
    case "Bool":
      return values.includes(found);
    case "StringLike":
    case "ArnLike":
    case "ArnEquals":
      return values.some((pattern) => like(pattern, found));
    default:
      throw new Error(`no test knows the condition ${operator}`);
  }
}

function like(pattern: string, text: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`, "s").test(text);
}
