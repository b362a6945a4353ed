/** Millicores of a CPU quantity. */
export function cpuOf(quantity: string): number {
  return quantity.endsWith("m") ? Number(quantity.slice(0, -1)) : Number(quantity) * 1000;
}

/** KiB of a memory quantity. */
export function memoryOf(quantity: string): number {
  const factors: Readonly<Record<string, number>> = { Ki: 1, Mi: 1024, Gi: 1024 * 1024 };
  return Number(quantity.slice(0, -2)) * (factors[quantity.slice(-2)] ?? 1);
}
