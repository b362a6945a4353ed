import { usd } from "./prices.ts";
import { levels, providerCounts } from "./report/components.ts";
import { drawGraph } from "./report/drawing.ts";
import {
  costSection,
  outputsSection,
  violationsSection,
  warningsSection,
} from "./report/findings.ts";
import { graphOf } from "./report/graph.ts";
import { Html, html } from "./report/html.ts";
import { pageScript } from "./report/page-script.ts";
import { pageStyle } from "./report/page-style.ts";
import { componentNumbers, resourcesSection } from "./report/resources.ts";
import type { Graph } from "./report/graph.ts";
import type { Plan } from "./plan.ts";

/** A plan as one HTML page that needs nothing else: no network, no other file. */
export function renderReport(plan: Plan): string {
  const graph = graphOf(plan);
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta
          http-equiv="Content-Security-Policy"
          content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"
        />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="referrer" content="no-referrer" />
        <title>Plan of ${plan.stack}</title>
        <style>
          ${new Html(pageStyle)}
        </style>
      </head>
      <body>
        <a class="skip" href="#main">To the content</a>
        <header>
          <h1>Plan of ${plan.stack}</h1>
          <p class="lead">
            Made offline: what an update of a new stack would create. Nothing was changed.
          </p>
        </header>
        ${navigation(plan)}
        <main id="main">
          ${cards(plan)} ${violationsSection(plan.violations)} ${warningsSection(plan.warnings)}
          ${graphSection(plan, graph)} ${costSection(plan.cost)} ${resourcesSection(plan)}
          ${outputsSection(plan)}
        </main>
        <footer>
          <p>
            The same as data: <code>plan.json</code>; Kubernetes objects: <code>manifests/</code>.
          </p>
        </footer>
        <script>
          ${new Html(pageScript)};
        </script>
      </body>
    </html>`;
  return `${page.text}\n`;
}

function navigation({ outputs }: Plan): Html {
  const sections = [
    ["violations", "Violations"],
    ["warnings", "Warnings"],
    ["components", "Components"],
    ["cost", "Cost"],
    ["resources", "Resources"],
    ...(Object.keys(outputs).length === 0 ? [] : [["outputs", "Outputs"]]),
  ];
  return html`<nav aria-label="Sections">
    <ul>
      ${sections.map(([id, title]) => html`<li><a href="#${id}">${title}</a></li> `)}
    </ul>
  </nav>`;
}

function cards({ resources, violations, warnings, cost }: Plan): Html {
  const managed = providerCounts(resources);
  const total = managed.reduce((sum, [, count]) => sum + count, 0);
  const kinds = managed.map(([provider, count]) => `${provider} ${thousands(count)}`).join(", ");
  const protectedCount = resources.filter(({ protect }) => protect).length;
  const counts = levels
    .map((level) => [level, violations.filter((found) => found.level === level).length] as const)
    .filter(([, count]) => count > 0)
    .map(([level, count]) => `${thousands(count)} ${level}`);
  const isStopped = violations.some(({ level }) => level === "mandatory");
  const exceptions = warnings.filter(({ code }) => code === "exception").length;
  const tone = isStopped ? "bad" : violations.length > 0 ? "warn" : "ok";
  return html`<ul class="cards" aria-label="At a glance">
    <li>
      <strong>${thousands(total)}</strong> resources managed by providers
      <span class="label">${kinds}; ${thousands(protectedCount)} protected</span>
    </li>
    <li class="${tone}">
      <strong>${thousands(violations.length)}</strong> violations of policies
      <span class="label">${counts.length === 0 ? "every policy holds" : counts.join(", ")}</span>
    </li>
    <li class="${warnings.length > exceptions ? "warn" : "ok"}">
      <strong>${thousands(warnings.length - exceptions)}</strong> warnings
      <span class="label"
        >${thousands(exceptions)} ${exceptions === 1 ? "control" : "controls"} not met on
        purpose</span
      >
    </li>
    <li>
      <strong>${usd(cost.monthly)} ${cost.currency}</strong> a month
      <span class="label">list prices, fewest nodes, without traffic</span>
    </li>
  </ul>`;
}

function graphSection({ resources }: Plan, graph: Graph): Html {
  if (graph.nodes.length === 0) return html``;
  const titles = new Map(graph.nodes.map(({ id, title }) => [id, title]));
  const rows = graph.nodes.map(({ id, title, type, resources: count }) => {
    const waits = graph.edges.filter(({ to }) => to === id).map(({ from }) => titles.get(from));
    return html`<tr>
      <th scope="row">${title}</th>
      <td><code>${type}</code></td>
      <td>${thousands(count)}</td>
      <td>${waits.length === 0 ? "nothing" : waits.join(", ")}</td>
    </tr> `;
  });
  return html`<section id="components" aria-labelledby="components-title">
    <h2 id="components-title">Components</h2>
    <p class="note">
      A line leads from a component down to one that waits for it; the number is that of its
      resources. Dashed: parts of the two wait for each other. A click on a box shows its resources.
    </p>
    <div class="scroll graph">${drawGraph(graph, componentNumbers(resources))}</div>
    <details class="panel">
      <summary>The same as a table</summary>
      <div class="scroll">
        <table>
          <caption>
            Components and what each waits for
          </caption>
          <thead>
            <tr>
              <th scope="col">Component</th>
              <th scope="col">Type</th>
              <th scope="col">Resources</th>
              <th scope="col">Waits for</th>
            </tr>
          </thead>
          <tbody>
            ${rows}
          </tbody>
        </table>
      </div>
    </details>
  </section>`;
}

function thousands(count: number): string {
  return count.toLocaleString("en-US");
}
