import type { Finding } from "./rule.ts";

/** Length of a range's prefix: 16 for 10.0.0.0/16. */
export function prefixOf(cidr: string): number {
  return Number(cidr.split("/")[1]);
}

/** Complains of ranges that are as good as the whole internet. */
export function openRanges(
  cidrs: readonly string[],
  path: readonly string[],
  remedy: string,
): Finding[] {
  return cidrs.flatMap((cidr, index) =>
    prefixOf(cidr) < 8 ? [{ path: [...path, index], remedy }] : [],
  );
}
