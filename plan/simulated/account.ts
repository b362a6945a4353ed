import { createHash } from "node:crypto";

/** What a simulated AWS account knows of itself; identifiers follow from names, so two runs agree. */
export interface Account {
  readonly accountId: string;
  readonly region: string;
}

export type Properties = Readonly<Record<string, unknown>>;

/** What a provider would answer: the new resource's id and outputs. */
export interface Simulated {
  readonly id: string;
  readonly state: Properties;
}

export function hexOf(text: string, digits: number): string {
  return createHash("sha256").update(text).digest("hex").slice(0, digits);
}

export function textOf(value: unknown, otherwise: string): string {
  return typeof value === "string" && value !== "" ? value : otherwise;
}

export function recordOf(value: unknown): Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Properties)
    : {};
}
