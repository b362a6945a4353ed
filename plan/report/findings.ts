import { levels } from "./components.ts";
import { html } from "./html.ts";
import { prices, usd } from "../prices.ts";
import type { Html } from "./html.ts";
import type { Cost, Plan, Violation, Warning } from "../plan.ts";

const maxViolations = 1000;
const maxCostItems = 200;

/** What policies found, worst first. */
export function violationsSection(violations: readonly Violation[]): Html {
  const ranked = levels.flatMap((level) =>
    violations.filter((violation) => violation.level === level),
  );
  const shown = ranked.slice(0, maxViolations);
  const more =
    ranked.length > shown.length
      ? html`<p class="note">
          ${thousands(ranked.length - shown.length)} more are in <code>plan.json</code>.
        </p>`
      : undefined;
  const table = html`<div class="scroll">
      <table>
        <caption>
          Violations, mandatory ones first: they stop an update
        </caption>
        <thead>
          <tr>
            <th scope="col">Level</th>
            <th scope="col">Policy</th>
            <th scope="col">Resource</th>
            <th scope="col">What is wrong</th>
          </tr>
        </thead>
        <tbody>
          ${shown.map(
            ({ level, policy, urn, message }) =>
              html`<tr>
                <td><span class="level ${level}">${level}</span></td>
                <td><code>${policy}</code></td>
                <td title="${urn}">${nameOf(urn)}</td>
                <td>${message}</td>
              </tr> `,
          )}
        </tbody>
      </table>
    </div>
    ${more}`;
  return html`<section id="violations" aria-labelledby="violations-title">
    <h2 id="violations-title">Violations of policies</h2>
    ${violations.length === 0 ? html`<p class="good">None: every policy holds.</p>` : table}
  </section>`;
}

/** What is worth knowing and stops nothing; exceptions to controls apart. */
export function warningsSection(warnings: readonly Warning[]): Html {
  const listOf = (found: readonly Warning[]) =>
    html`<ul class="warnings">
      ${found.map(
        ({ code, message }) => html`<li><code>${code}</code><span>${message}</span></li> `,
      )}
    </ul>`;
  const exceptions = warnings.filter(({ code }) => code === "exception");
  const others = warnings.filter(({ code }) => code !== "exception");
  return html`<section id="warnings" aria-labelledby="warnings-title">
    <h2 id="warnings-title">Warnings</h2>
    ${warnings.length === 0 ? html`<p class="good">None.</p>` : listOf(others)}
    ${
      exceptions.length === 0
        ? undefined
        : html`<details class="panel">
            <summary>Controls not met on purpose: ${exceptions.length}</summary>
            ${listOf(exceptions)}
          </details>`
    }
  </section>`;
}

/** The monthly estimate, item by item. */
export function costSection(cost: Cost): Html {
  if (cost.items.length === 0)
    return html`<section id="cost" aria-labelledby="cost-title">
      <h2 id="cost-title">Monthly cost</h2>
      <p class="good">Nothing in this plan has a price of its own.</p>
    </section>`;
  const shown = cost.items.slice(0, maxCostItems);
  const rest = cost.items.slice(maxCostItems);
  const largest = Math.max(0.01, ...shown.map(({ monthly }) => monthly));
  return html`<section id="cost" aria-labelledby="cost-title">
    <h2 id="cost-title">Monthly cost</h2>
    <p class="note">
      List prices of ${prices.asOf}, a month of 730 hours, fewest nodes. Traffic, volumes of data,
      discounts and taxes are not in it.
    </p>
    <div class="scroll">
      <table class="cost">
        <caption>
          Items, dearest first, in ${cost.currency} a month
        </caption>
        <thead>
          <tr>
            <th scope="col" class="amount">${cost.currency}</th>
            <th scope="col">Resource</th>
            <th scope="col">How the figure comes about</th>
          </tr>
        </thead>
        <tbody>
          ${shown.map(
            ({ urn, monthly, basis }) =>
              html`<tr${monthly === 0 ? html` class="dim"` : undefined}>
                <td class="amount">${usd(monthly)}<i style="width:${Math.round((monthly / largest) * 100)}%"></i></td>
                <td title="${urn}">${nameOf(urn)}</td>
                <td>${basis}</td>
              </tr> `,
          )}
          ${
            rest.length === 0
              ? undefined
              : html`<tr>
                  <td class="amount">
                    ${usd(rest.reduce((sum, { monthly }) => sum + monthly, 0))}
                  </td>
                  <td colspan="2">${thousands(rest.length)} further items, in plan.json</td>
                </tr>`
          }
        </tbody>
        <tfoot>
          <tr>
            <td class="amount">${usd(cost.monthly)}</td>
            <th scope="row" colspan="2">a month in all</th>
          </tr>
        </tfoot>
      </table>
    </div>
  </section>`;
}

/** What other teams and workflows may read of the stack. */
export function outputsSection({ outputs }: Plan): Html {
  const names = Object.keys(outputs).sort();
  if (names.length === 0) return html``;
  return html`<section id="outputs" aria-labelledby="outputs-title">
    <h2 id="outputs-title">Outputs</h2>
    <div class="scroll">
      <table>
        <caption>
          Stack outputs; values that exist only after an update are simulated
        </caption>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Value</th>
          </tr>
        </thead>
        <tbody>
          ${names.map(
            (name) =>
              html`<tr>
                <th scope="row"><code>${name}</code></th>
                <td><pre tabindex="0">${printed(outputs[name])}</pre></td>
              </tr> `,
          )}
        </tbody>
      </table>
    </div>
  </section>`;
}

function printed(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value ?? null, null, 2);
  return text.length > 20_000 ? `${text.slice(0, 20_000)}\n... the rest is in plan.json` : text;
}

function nameOf(urn: string): string {
  return urn.split("::").at(-1) ?? urn;
}

function thousands(count: number): string {
  return count.toLocaleString("en-US");
}
