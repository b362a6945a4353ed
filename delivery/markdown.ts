/**
 * Text that is not ours, such as a name, a value or a commit's subject, inside Markdown. In a code span
 * GitHub reads no markup, HTML, mention or reference to an issue.
 */
export function code(text: string): string {
  const shown = oneLine(text);
  if (shown.trim() === "") return "`(empty)`";
  const runs = shown.match(/`+/g) ?? [];
  const lengths = new Set(runs.map(({ length }) => length));
  let fence = 1;
  while (lengths.has(fence)) fence += 1;
  const ticks = "`".repeat(fence);
  const pad = /^[` ]|[` ]$/.test(shown) ? " " : "";
  return `${ticks}${pad}${shown}${pad}${ticks}`;
}

/** Lines of text that is not ours, as they are. */
export function codeBlock(text: string): string {
  const shown = visible(text);
  const longest = Math.max(2, ...(shown.match(/`+/g) ?? []).map(({ length }) => length));
  const fence = "`".repeat(longest + 1);
  return `${fence}text\n${shown}\n${fence}`;
}

/** A part of a comment that opens on a click; the title is Markdown without text of others. */
export function collapsed(title: string, lines: readonly string[]): string {
  return `<details><summary>${title}</summary>\n\n${lines.join("\n")}\n\n</details>`;
}

/** Control characters and marks that turn the direction of text become a visible one. */
function visible(text: string): string {
  return text
    .toWellFormed()
    .replace(/\r\n?/g, "\n")
    .replace(
      /[^\P{Cc}\t\n]|[\u2028\u2029\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu,
      "\ufffd",
    );
}

function oneLine(text: string): string {
  return visible(text).replace(/[\t\n ]+/g, " ");
}
