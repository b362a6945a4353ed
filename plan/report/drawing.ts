import { html } from "./html.ts";
import type { Html } from "./html.ts";
import type { Graph, GraphNode } from "./graph.ts";

const box = { width: 176, height: 50, gap: 16, layerGap: 46, rowGap: 14 };
const boxesPerRow = 6;
const padding = 8;

interface Placed extends GraphNode {
  readonly x: number;
  readonly y: number;
}

/** The graph as an inline SVG; each box is a link to its rows, by number, of the table of resources. */
export function drawGraph(graph: Graph, numbers: ReadonlyMap<string, number>): Html {
  const placed = place(graph);
  const byId = new Map(placed.map((node) => [node.id, node]));
  const width = padding * 2 + boxesPerRow * (box.width + box.gap) - box.gap;
  const height = Math.max(0, ...placed.map(({ y }) => y)) + box.height + padding;
  const edges = graph.edges.flatMap(({ from, to, isMutual }) => {
    const start = byId.get(from);
    const end = byId.get(to);
    if (start === undefined || end === undefined) return [];
    const dashed = isMutual ? " mutual" : "";
    return [
      html`<path
        class="edge${dashed}"
        data-from="${from}"
        data-to="${to}"
        d="${curve(start, end)}"
      />`,
    ];
  });
  return html`<svg
    viewBox="0 0 ${width} ${height}"
    width="${width}"
    height="${height}"
    role="group"
    aria-label="Graph of components; a line leads from a component down to one that waits for it"
  >
    <g>${edges}</g>
    ${placed.map((node) => drawBox(node, numbers))}
  </svg>`;
}

function drawBox(
  { id, title, type, resources, urns, x, y }: Placed,
  numbers: ReadonlyMap<string, number>,
): Html {
  const [group = "", kind = type] = type.split(":");
  const count = resources.toLocaleString("en-US");
  const component = urns.length === 1 ? numbers.get(urns[0] ?? "") : undefined;
  return html`<a
    href="#resources"
    class="box ${/^[a-z]+$/.test(group) ? group : "other"}"
    data-id="${id}"
    data-c="${component ?? ""}"
    ><title>${title}: ${type}, ${count} resources</title>
    <rect x="${x}" y="${y}" width="${box.width}" height="${box.height}" rx="7" />
    <rect class="mark" x="${x}" y="${y + 8}" width="4" height="${box.height - 16}" rx="2" />
    <text class="name" x="${x + 14}" y="${y + 21}">${cut(title, 21)}</text>
    <text class="kind" x="${x + 14}" y="${y + 38}">${cut(kind, 20)}</text>
    <text class="count" x="${x + box.width - 10}" y="${y + 38}">${count}</text></a
  >`;
}

/** Layers from top to bottom, each centred and in as many rows as it needs. */
function place({ nodes, edges }: Graph): Placed[] {
  const placed: Placed[] = [];
  const centre = new Map<number, number>();
  const depth = Math.max(-1, ...nodes.map(({ layer }) => layer));
  let y = padding;
  for (let layer = 0; layer <= depth; layer += 1) {
    const members = nodes.filter((node) => node.layer === layer);
    const wish = new Map(members.map(({ id }) => [id, wishedCentre(id, edges, centre)]));
    members.sort((a, b) => (wish.get(a.id) ?? 0) - (wish.get(b.id) ?? 0) || a.id - b.id);
    const rows = Math.ceil(members.length / boxesPerRow);
    const perRow = Math.ceil(members.length / Math.max(1, rows));
    for (let row = 0; row < rows; row += 1) {
      const inRow = members.slice(row * perRow, (row + 1) * perRow);
      const free = (boxesPerRow - inRow.length) * (box.width + box.gap);
      for (const [column, node] of inRow.entries()) {
        const x = padding + free / 2 + column * (box.width + box.gap);
        centre.set(node.id, x + box.width / 2);
        placed.push({ ...node, x, y });
      }
      y += box.height + (row === rows - 1 ? box.layerGap : box.rowGap);
    }
  }
  return placed;
}

/** Where the boxes that it waits for are, on the average. */
function wishedCentre(
  id: number,
  edges: Graph["edges"],
  centre: ReadonlyMap<number, number>,
): number {
  const above = edges.filter(({ to }) => to === id).map(({ from }) => centre.get(from) ?? 0);
  return above.length === 0 ? 0 : above.reduce((sum, x) => sum + x, 0) / above.length;
}

function curve(from: Placed, to: Placed): string {
  const startX = from.x + box.width / 2;
  const startY = from.y + box.height;
  const endX = to.x + box.width / 2;
  const bend = Math.max(24, (to.y - startY) / 2);
  return `M${point(startX, startY)} C${point(startX, startY + bend)} ${point(endX, to.y - bend)} ${point(endX, to.y)}`;
}

function point(x: number, y: number): string {
  return `${String(Math.round(x))} ${String(Math.round(y))}`;
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}
