/** Style of the page; colours follow the reader's light or dark setting. */
export const pageStyle = `
:root {
  color-scheme: light dark;
  --page: #f5f6f8; --panel: #ffffff; --text: #1b2230; --dim: #5a6472; --line: #dce1e7;
  --accent: #1f56c6; --bad: #b3261e; --bad-back: #fdecea; --warn: #7a5300; --warn-back: #fff4d9;
  --good: #17663a; --code: #eef1f5; --edge: #a9b3c0; --bar: #c9d8f5;
  --network: #2f7dd1; --cluster: #7650cf; --identity: #a67c1b; --addons: #128370;
  --workloads: #cf4f37; --data: #b0477f; --observability: #4f7a1d; --registry: #5b6b80;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #12161c; --panel: #1a2029; --text: #e4e9f0; --dim: #9aa6b5; --line: #2d3642;
    --accent: #8ab4ff; --bad: #ff9d94; --bad-back: #3a1c1a; --warn: #f2c766; --warn-back: #332a14;
    --good: #7fd6a2; --code: #232b36; --edge: #55606f; --bar: #2c4270;
    --network: #5fa5ec; --cluster: #a285ee; --identity: #d3ab4b; --addons: #3fb8a2;
    --workloads: #ee8068; --data: #df7cb2; --observability: #8fbd57; --registry: #93a3b8;
  }
}
* { box-sizing: border-box; }
html { scroll-padding-top: 3.5rem; }
body { margin: 0; background: var(--page); color: var(--text); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
code, pre, .urn { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: 12.5px; }
a { color: var(--accent); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.skip { position: absolute; left: -99rem; }
.skip:focus { left: 1rem; top: 1rem; z-index: 3; background: var(--panel); padding: .5rem 1rem; }
header, main, footer { max-width: 1240px; margin: 0 auto; padding: 0 24px; }
header { padding-top: 28px; }
h1 { margin: 0; font-size: 26px; line-height: 1.25; overflow-wrap: anywhere; }
h2 { margin: 0 0 10px; font-size: 18px; }
.lead, .note, .dim { color: var(--dim); }
.lead { margin: 4px 0 18px; }
.note { margin: 0 0 10px; }
nav { position: sticky; top: 0; z-index: 2; background: var(--page); border-bottom: 1px solid var(--line); }
nav ul { max-width: 1240px; margin: 0 auto; padding: 10px 24px; display: flex; flex-wrap: wrap; gap: 4px 20px; list-style: none; }
nav a { text-decoration: none; }
nav a:hover { text-decoration: underline; }
main { padding-top: 20px; }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(220px, 1fr)); gap: 14px; margin: 0 0 18px; padding: 0; list-style: none; }
.cards li { background: var(--panel); border: 1px solid var(--line); border-radius: 10px; padding: 14px 16px; overflow-wrap: anywhere; }
.cards strong { display: block; font-size: 26px; line-height: 1.25; font-variant-numeric: tabular-nums; }
.cards .label { display: block; color: var(--dim); font-size: 13px; }
.cards .bad { border-color: var(--bad); }
.cards .bad strong { color: var(--bad); }
.cards .warn strong { color: var(--warn); }
.cards .ok strong { color: var(--good); }
section { margin: 26px 0; }
.good { margin: 0; color: var(--good); }
.scroll { overflow-x: auto; background: var(--panel); border: 1px solid var(--line); border-radius: 10px; }
table { width: 100%; border-collapse: collapse; }
caption { padding: 10px 14px; text-align: left; color: var(--dim); font-size: 13px; }
th, td { padding: 8px 14px; text-align: left; vertical-align: top; border-top: 1px solid var(--line); overflow-wrap: anywhere; }
thead th { color: var(--dim); font-size: 12.5px; font-weight: 600; background: var(--code); }
td code { color: var(--dim); }
.amount { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; width: 130px; }
.amount i { display: block; height: 3px; margin: 3px 0 0 auto; border-radius: 2px; background: var(--accent); opacity: .65; }
tfoot td, tfoot th { font-weight: 700; border-top: 2px solid var(--line); }
.level { display: inline-block; white-space: nowrap; padding: 1px 8px; border-radius: 9px; font-size: 12.5px; background: var(--code); }
.level.mandatory { color: var(--bad); background: var(--bad-back); font-weight: 600; }
.level.advisory, .level.remediate { color: var(--warn); background: var(--warn-back); }
.warnings { margin: 0; padding: 0; list-style: none; background: var(--panel); border: 1px solid var(--line); border-radius: 10px; }
.warnings li { display: grid; grid-template-columns: 220px 1fr; gap: 4px 16px; padding: 9px 14px; border-top: 1px solid var(--line); overflow-wrap: anywhere; }
.warnings li:first-child { border-top: 0; }
.warnings code { color: var(--warn); padding-top: 2px; }
.panel { margin-top: 12px; }
.panel .warnings, .panel .scroll { margin-top: 8px; }
summary { cursor: pointer; }
.graph { padding: 14px; text-align: center; }
.graph svg { max-width: 100%; height: auto; min-width: 860px; }
.edge { fill: none; stroke: var(--edge); stroke-width: 1.4; }
.edge.mutual { stroke-dasharray: 5 4; }
.edge.lit { stroke: var(--accent); stroke-width: 2.4; }
.box { --group: var(--dim); text-decoration: none; text-align: start; }
.box rect { fill: var(--panel); stroke: var(--line); stroke-width: 1.2; }
.box rect.mark { fill: var(--group); stroke: none; }
.box:hover rect:first-of-type, .box:focus-visible rect:first-of-type { stroke: var(--accent); stroke-width: 2; }
.box text { fill: var(--text); font-size: 13px; }
.box .name { font-weight: 600; }
.box .kind { fill: var(--dim); font-size: 11.5px; }
.box .count { fill: var(--dim); font-size: 11.5px; text-anchor: end; }
.network { --group: var(--network); } .cluster { --group: var(--cluster); } .identity { --group: var(--identity); }
.addons { --group: var(--addons); } .workloads { --group: var(--workloads); } .data { --group: var(--data); }
.observability { --group: var(--observability); } .registry { --group: var(--registry); }
.filters { display: flex; flex-wrap: wrap; gap: 10px 18px; align-items: end; margin-bottom: 10px; }
.filters label { display: grid; gap: 2px; color: var(--dim); font-size: 13px; }
.filters input, .filters select { min-width: 220px; max-width: 320px; padding: 7px 10px; font: inherit; color: var(--text); background: var(--panel); border: 1px solid var(--line); border-radius: 7px; }
.filters output { padding: 8px 0; color: var(--dim); }
#resource-table { table-layout: fixed; min-width: 900px; }
#resource-table th:nth-child(1) { width: 34%; } #resource-table th:nth-child(2) { width: 18%; } #resource-table th:nth-child(3) { width: 11%; }
#resource-table tr[hidden] { display: none; }
.flag { display: inline-block; padding: 0 7px; border-radius: 9px; font-size: 12px; color: var(--good); background: var(--code); white-space: nowrap; }
pre { margin: 0; max-height: 26rem; overflow: auto; white-space: pre-wrap; overflow-wrap: anywhere; }
details pre { margin-top: 6px; padding: 10px; background: var(--code); border-radius: 7px; }
details p { margin: 6px 0; font-size: 13px; color: var(--dim); overflow-wrap: anywhere; }
footer { padding-bottom: 32px; color: var(--dim); font-size: 13px; }
@media (max-width: 700px) { .warnings li { grid-template-columns: 1fr; } }
@media print { nav, .filters, .skip { display: none; } .scroll { overflow: visible; } }
`;
