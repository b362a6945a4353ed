import { sqlStatements } from "./sql-statements.ts";

/** A statement that the version that still runs may not survive. */
export interface MigrationWarning {
  readonly file: string;
  readonly line: number;
  /** Beginning of the statement. */
  readonly statement: string;
  /** How to get the same change without breaking what runs. */
  readonly advice: string;
}

type Engine = "postgres" | "mysql";

interface Rule {
  readonly engines: readonly Engine[];
  readonly breaks: (code: string) => boolean;
  /** Whether the rule is about a table, so that tables made in the same file don't matter. */
  readonly onExistingTable: boolean;
  readonly advice: string;
}

const both: readonly Engine[] = ["postgres", "mysql"];

/**
 * Finds statements that break or block the version that still runs while the migration does:
 * old pods serve until the new ones are healthy, and again after a rollback.
 */
export function lintMigrations(
  files: Readonly<Record<string, string>>,
  engine: Engine,
): MigrationWarning[] {
  return Object.keys(files)
    .filter((file) => file.endsWith(".sql"))
    .sort()
    .flatMap((file) => {
      const statements = sqlStatements(files[file] ?? "", engine);
      const created = new Set(
        statements.map(({ code }) => createdTable(code)).filter((table) => table !== undefined),
      );
      return statements.flatMap(({ line, text, code }) =>
        rules
          .filter(
            (rule) =>
              rule.engines.includes(engine) &&
              !(rule.onExistingTable && created.has(concernedTable(code) ?? "")) &&
              rule.breaks(code),
          )
          .map(({ advice }) => ({ file, line, statement: beginning(text), advice })),
      );
    });
}

const alterTable = (action: RegExp) => (code: string) =>
  /^ALTER TABLE\b/i.test(code) && action.test(code);

const rules: readonly Rule[] = [
  {
    engines: both,
    onExistingTable: true,
    breaks: (code) =>
      /^DROP (?:TABLE|VIEW|MATERIALIZED VIEW|SCHEMA|DATABASE|TYPE|SEQUENCE|FUNCTION|PROCEDURE)\b/i.test(
        code,
      ),
    advice: "drop it in a later release, when no running version uses it",
  },
  {
    engines: both,
    onExistingTable: true,
    breaks: alterTable(
      /\bDROP (?:COLUMN\b|(?!CONSTRAINT\b|DEFAULT\b|NOT\b|EXPRESSION\b|IDENTITY\b|PRIMARY\b|FOREIGN\b|INDEX\b|KEY\b|CHECK\b|PARTITION\b)[\w"`])/i,
    ),
    advice: "drop the column in a later release, when no running version reads or writes it",
  },
  {
    engines: both,
    onExistingTable: true,
    breaks: (code) => /^(?:ALTER\b.*\bRENAME\b|RENAME TABLE\b)/i.test(code),
    advice: "add the new name beside the old one, write both, and remove the old one later",
  },
  {
    engines: ["postgres"],
    onExistingTable: true,
    breaks: alterTable(/\bALTER (?:COLUMN )?\S+ (?:SET DATA )?TYPE\b/i),
    advice: "add a column of the new type, fill it, switch to it, and drop the old one later",
  },
  {
    engines: ["mysql"],
    onExistingTable: true,
    breaks: alterTable(/\b(?:MODIFY|CHANGE)\b/i),
    advice: "add a column of the new type, fill it, switch to it, and drop the old one later",
  },
  {
    engines: ["postgres"],
    onExistingTable: true,
    breaks: (code) => {
      const columns = [...code.matchAll(/\bALTER (?:COLUMN )?(\S+) SET NOT NULL\b/gi)];
      return columns.some(([, column = ""]) => !setsDefault(code, column));
    },
    advice: "give the column a default first, or versions that leave it out can't write",
  },
  {
    engines: both,
    onExistingTable: true,
    breaks: (code) =>
      /^ALTER TABLE\b/i.test(code) &&
      addedColumns(code).some(
        (column) =>
          /\bNOT NULL\b/i.test(column) &&
          !/\b(?:DEFAULT|GENERATED|AUTO_INCREMENT|(?:BIG|SMALL)?SERIAL)\b/i.test(column),
      ),
    advice: "add the column with a default, or versions that don't know it can't write",
  },
  {
    engines: ["postgres"],
    onExistingTable: true,
    breaks: (code) => /^CREATE (?:UNIQUE )?INDEX (?!CONCURRENTLY\b)/i.test(code),
    advice:
      "create it CONCURRENTLY in a file of its own (migration.transactionalLock: false), or writes wait until it is built",
  },
  {
    engines: ["postgres"],
    onExistingTable: true,
    breaks: (code) =>
      alterTable(/\bADD (?:CONSTRAINT \S+ )?(?:CHECK|FOREIGN KEY)\b/i)(code) &&
      !/\bNOT VALID\b/i.test(code),
    advice: "add the constraint NOT VALID and validate it later, or writes wait for the check",
  },
  {
    engines: ["postgres"],
    onExistingTable: true,
    breaks: (code) =>
      alterTable(/\bADD (?:CONSTRAINT \S+ )?(?:UNIQUE|PRIMARY KEY)\b/i)(code) &&
      !/\bUSING INDEX\b/i.test(code),
    advice: "create a unique index CONCURRENTLY and add the constraint USING INDEX",
  },
  {
    engines: both,
    onExistingTable: true,
    breaks: (code) => /^TRUNCATE\b/i.test(code),
    advice: "delete only rows that no running version needs",
  },
];

function setsDefault(code: string, column: string): boolean {
  return [...code.matchAll(/\bALTER (?:COLUMN )?(\S+) SET DEFAULT\b/gi)].some(
    ([, other]) => other === column,
  );
}

/** The column definitions of `ADD [COLUMN] ...`, each up to the comma that ends it. */
function addedColumns(code: string): string[] {
  const actions: string[] = [];
  let depth = 0;
  let action = "";
  for (const character of `${code},`) {
    depth += character === "(" ? 1 : character === ")" ? -1 : 0;
    if (character === "," && depth === 0) {
      actions.push(action);
      action = "";
    } else action += character;
  }
  return actions.filter((text) =>
    /\bADD (?:COLUMN\b|(?!CONSTRAINT\b|CHECK\b|FOREIGN\b|UNIQUE\b|PRIMARY\b|INDEX\b|KEY\b)[\w"`])/i.test(
      text,
    ),
  );
}

const tableName = String.raw`(?<table>[\w."` + "`" + String.raw`]+)`;

function createdTable(code: string): string | undefined {
  return captureTable(
    code,
    String.raw`^CREATE (?:(?:GLOBAL |LOCAL )?TEMP(?:ORARY)? |UNLOGGED )?TABLE (?:IF NOT EXISTS )?`,
  );
}

function concernedTable(code: string): string | undefined {
  return (
    captureTable(code, "^(?:ALTER|DROP) TABLE (?:IF EXISTS )?(?:ONLY )?") ??
    captureTable(code, "^TRUNCATE (?:TABLE )?(?:ONLY )?") ??
    captureTable(code, String.raw`^CREATE (?:UNIQUE )?INDEX .*?\bON (?:ONLY )?`)
  );
}

function captureTable(code: string, before: string): string | undefined {
  return new RegExp(before + tableName, "i")
    .exec(code)
    ?.groups?.["table"]?.replaceAll(/["`]/g, "")
    .toLowerCase();
}

function beginning(text: string): string {
  const line = text.replace(/\s+/g, " ");
  return line.length > 80 ? `${line.slice(0, 79)}…` : line;
}
