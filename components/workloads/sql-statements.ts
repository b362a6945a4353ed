/** One statement of a script. */
export interface SqlStatement {
  /** Line of its first word, beginning with 1. */
  readonly line: number;
  /** As written. */
  readonly text: string;
  /** On one line, without comments and with the content of strings left out. */
  readonly code: string;
}

/** Comments, strings and quoted bodies: all that may hold a semicolon or a keyword by chance. */
interface Region {
  readonly end: number;
  readonly kind: "comment" | "string" | "identifier";
}

/** Splits a script at the semicolons that end statements. */
export function sqlStatements(sql: string, engine: "postgres" | "mysql"): SqlStatement[] {
  const statements: SqlStatement[] = [];
  let code = "";
  let start: number | undefined;
  const finish = (end: number) => {
    if (start !== undefined)
      statements.push({
        line: sql.slice(0, start).split("\n").length,
        text: sql.slice(start, end).trim(),
        code: code.replace(/\s+/g, " ").trim(),
      });
    code = "";
    start = undefined;
  };

  for (let position = 0; position < sql.length;) {
    const region = regionAt(sql, position, engine);
    if (region?.kind === "comment") {
      code += " ";
      position = region.end;
      continue;
    }
    const character = sql.charAt(position);
    if (region === undefined && character === ";") {
      finish(position);
      position += 1;
      continue;
    }
    if (/\S/.test(character)) start ??= position;
    if (region === undefined) code += character;
    else code += region.kind === "string" ? "''" : sql.slice(position, region.end);
    position = region?.end ?? position + 1;
  }
  finish(sql.length);
  return statements;
}

function regionAt(sql: string, position: number, engine: "postgres" | "mysql"): Region | undefined {
  const rest = (length: number) => sql.slice(position, position + length);
  if (rest(2) === "--" || (engine === "mysql" && rest(1) === "#"))
    return { kind: "comment", end: after(sql, "\n", position) };
  if (rest(2) === "/*") return { kind: "comment", end: endOfComment(sql, position, engine) };
  if (rest(1) === "'")
    return { kind: "string", end: endOfQuote(sql, position, escapes(sql, position, engine)) };
  if (rest(1) === '"') return { kind: "identifier", end: endOfQuote(sql, position, false) };
  if (engine === "mysql" && rest(1) === "`")
    return { kind: "identifier", end: endOfQuote(sql, position, false) };
  if (engine === "postgres" && rest(1) === "$" && !/\w/.test(sql.charAt(position - 1))) {
    const tag = /^\$(?:[A-Za-z_]\w*)?\$/.exec(sql.slice(position, position + 66))?.[0];
    if (tag !== undefined) return { kind: "string", end: after(sql, tag, position + tag.length) };
  }
  return undefined;
}

/** MySQL's strings and PostgreSQL's E'' strings know the backslash. */
function escapes(sql: string, position: number, engine: "postgres" | "mysql"): boolean {
  return (
    engine === "mysql" ||
    (/[eE]/.test(sql.charAt(position - 1)) && !/\w/.test(sql.charAt(position - 2)))
  );
}

/** A doubled quote inside begins a new region at once, which amounts to the same. */
function endOfQuote(sql: string, position: number, backslash: boolean): number {
  const quote = sql.charAt(position);
  let end = position + 1;
  while (end < sql.length && sql.charAt(end) !== quote)
    end += backslash && sql.charAt(end) === "\\" ? 2 : 1;
  return Math.min(end + 1, sql.length);
}

/** PostgreSQL's comments nest. */
function endOfComment(sql: string, position: number, engine: "postgres" | "mysql"): number {
  let depth = 0;
  for (let index = position; index < sql.length;) {
    const pair = sql.slice(index, index + 2);
    if (pair === "/*" && (depth === 0 || engine === "postgres")) depth += 1;
    else if (pair === "*/") depth -= 1;
    else {
      index += 1;
      continue;
    }
    index += 2;
    if (depth === 0) return index;
  }
  return sql.length;
}

function after(sql: string, end: string, from: number): number {
  const index = sql.indexOf(end, from);
  return index === -1 ? sql.length : index + end.length;
}
