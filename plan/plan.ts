/** What the offline plan of one stack says; written as `out/<stack>/plan.json`. */
export interface Plan {
  readonly schemaVersion: 1;
  readonly stack: string;
  /** Every resource, in the order of registration. */
  readonly resources: readonly PlannedResource[];
  /** Verdicts of the policy pack, worst first. */
  readonly violations: readonly Violation[];
  /** Things to know that stop nothing: end of life, exceptions to controls, costs of settings. */
  readonly warnings: readonly Warning[];
  readonly cost: Cost;
  /** Stack outputs; secret ones as `[secret]`. */
  readonly outputs: Readonly<Record<string, unknown>>;
}

export interface PlannedResource {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  /** URN of the parent; absent for the stack itself. */
  readonly parent?: string;
  /** URNs that must be ready before, sorted. */
  readonly dependencies: readonly string[];
  /** URN of the provider, absent for components. */
  readonly provider?: string;
  /** Whether a provider manages it; false for components. */
  readonly custom: boolean;
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  /** Inputs with every value known; secret ones as `[secret]`. */
  readonly inputs: Readonly<Record<string, unknown>>;
}

export interface Violation {
  readonly policy: string;
  readonly level: "advisory" | "mandatory" | "remediate" | "disabled";
  readonly urn: string;
  readonly message: string;
}

export interface Warning {
  readonly code: string;
  readonly message: string;
}

export interface Cost {
  readonly currency: "USD";
  /** Sum of the items, in `currency` a month of 730 hours. */
  readonly monthly: number;
  readonly items: readonly CostItem[];
}

export interface CostItem {
  readonly urn: string;
  readonly monthly: number;
  /** How the figure comes about, such as `2 x t3.medium on demand, 730 h`. */
  readonly basis: string;
}
