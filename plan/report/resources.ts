import { ownersOf, providerCounts, shortNames } from "./components.ts";
import { html } from "./html.ts";
import type { Html } from "./html.ts";
import type { Plan, PlannedResource } from "../plan.ts";

/** Inputs of further resources are left to plan.json, so that the page stays small enough to open. */
const limits = { resourcesWithInputs: 1500, charactersOfOne: 20_000, charactersOfAll: 4_000_000 };
/** A menu of more components is no help. */
const maxOptions = 300;

/** The table of all resources with its filters. */
export function resourcesSection(plan: Plan): Html {
  const { resources } = plan;
  const components = resources.filter(({ type }) => type.startsWith("slipway:"));
  const numbers = new Map(components.map(({ urn }, index) => [urn, index]));
  const owners = ownersOf(resources);
  const names = new Map(resources.map(({ urn, name }) => [urn, name]));
  const short = shortNames(components.map(({ name }) => name));
  const hasInputs = choosePrinted(resources);

  const rows = resources.map((resource) => {
    const path = pathOf(resource.urn, owners);
    const inside = path.map((urn) => String(numbers.get(urn) ?? ""));
    const own = numbers.get(resource.urn);
    const place = placeOf(path.map((urn) => names.get(urn) ?? urn).reverse(), short);
    return html`<tr
      data-c="${[...inside, ...(own === undefined ? [] : [own])].join(" ")}"
      data-k="${packageOf(resource)}"
    >
      <td><b>${resource.name}</b><br /><code>${resource.type}</code></td>
      <td>${place}</td>
      <td>${flagsOf(resource)}</td>
      <td>${detailsOf(resource, names, hasInputs.has(resource.urn))}</td>
    </tr> `;
  });
  const note =
    hasInputs.size < resources.length
      ? html`<p class="note">
          This plan is large: ${thousands(resources.length - hasInputs.size)} resources are listed
          without their inputs, which are in <code>plan.json</code>.
        </p>`
      : undefined;
  const packages = providerCounts(resources);
  return html`<section id="resources" aria-labelledby="resources-title">
    <h2 id="resources-title">Resources</h2>
    ${note}
    <div class="filters">
      <label>Name or type <input id="text" type="search" autocomplete="off" /></label>
      <label
        >Provider
        <select id="package">
          <option value="">all</option>
          ${packages.map(
            ([name, count]) => html`<option value="${name}">${name} (${thousands(count)})</option>`,
          )}
          <option value="component">components</option>
        </select></label
      >
      <label
        >Component
        <select id="component">
          <option value="">all</option>
          ${components
            .slice(0, maxOptions)
            .map(
              ({ name, type }, index) =>
                html`<option value="${index}">${short(name)} (${type.slice(8)})</option>`,
            )}
        </select></label
      >
      <output id="shown" aria-live="polite">${thousands(resources.length)} resources</output>
    </div>
    <div class="scroll">
      <table id="resource-table">
        <caption>
          Every resource in the order of registration
        </caption>
        <thead>
          <tr>
            <th scope="col">Resource</th>
            <th scope="col">Component</th>
            <th scope="col">Kept safe</th>
            <th scope="col">Inputs</th>
          </tr>
        </thead>
        <tbody>
          ${rows}
        </tbody>
      </table>
    </div>
  </section>`;
}

/** Numbers of the components by URN, as rows of the table carry them. */
export function componentNumbers(resources: readonly PlannedResource[]): Map<string, number> {
  const components = resources.filter(({ type }) => type.startsWith("slipway:"));
  return new Map(components.slice(0, maxOptions).map(({ urn }, index) => [urn, index]));
}

/** Resources whose inputs are printed: the first ones, until the page would be too large. */
function choosePrinted(resources: readonly PlannedResource[]): Set<string> {
  const chosen = new Set<string>();
  let characters = 0;
  for (const { urn, inputs } of resources.slice(0, limits.resourcesWithInputs)) {
    characters += Math.min(JSON.stringify(inputs, null, 2).length, limits.charactersOfOne);
    if (characters > limits.charactersOfAll) break;
    chosen.add(urn);
  }
  return chosen;
}

function detailsOf(
  { urn, inputs, dependencies }: PlannedResource,
  names: ReadonlyMap<string, string>,
  isPrinted: boolean,
): Html {
  const keys = Object.keys(inputs).length;
  if (!isPrinted) return html`<span class="dim">${keys} in plan.json</span>`;
  const waits = dependencies.slice(0, 20).map((dependency) => {
    const name = names.get(dependency);
    return name === undefined ? dependency : `${name} (${kindOf(dependency)})`;
  });
  const more = dependencies.length > 20 ? ` and ${String(dependencies.length - 20)} more` : "";
  const json = JSON.stringify(inputs, null, 2);
  const isLong = json.length > limits.charactersOfOne;
  const text = isLong
    ? `${json.slice(0, limits.charactersOfOne)}\n... and ${thousands(json.length - limits.charactersOfOne)} characters more, in plan.json`
    : json;
  return html`<details>
    <summary>${keys} ${keys === 1 ? "input" : "inputs"}</summary>
    <p class="urn">${urn}</p>
    ${waits.length === 0 ? undefined : html`<p>Waits for ${waits.join(", ")}${more}</p>`}
    <pre tabindex="0">${text}</pre>
  </details>`;
}

function flagsOf({ protect, retainOnDelete }: PlannedResource): Html[] {
  return [
    ...(protect ? [html`<span class="flag">protected</span> `] : []),
    ...(retainOnDelete ? [html`<span class="flag">kept on destroy</span>`] : []),
  ];
}

/** Components around a resource, innermost first. */
function pathOf(urn: string, owners: ReadonlyMap<string, string | undefined>): string[] {
  const path: string[] = [];
  let above = owners.get(urn);
  while (above !== undefined && !path.includes(above)) {
    path.push(above);
    above = owners.get(above);
  }
  return path;
}

/** `addons / cert-manager`: inner names without the outer ones that they begin with. */
function placeOf(path: readonly string[], short: (name: string) => string): string {
  return path
    .map((name, index) => {
      const outer = `${path[index - 1] ?? ""}-`;
      return name.startsWith(outer) ? name.slice(outer.length) : short(name);
    })
    .join(" / ");
}

function packageOf({ type, custom }: PlannedResource): string {
  return custom ? (type.split(":")[0] ?? "") : "component";
}

/** `Deployment` of a URN whose type chain ends in `kubernetes:apps/v1:Deployment`. */
function kindOf(urn: string): string {
  return urn.split("::").at(-2)?.split(/[$:]/).at(-1) ?? "";
}

function thousands(count: number): string {
  return count.toLocaleString("en-US");
}
