/** Whether a path lies below one of a route's prefixes, whole segments compared as an Ingress does. */
export function serves(prefixes: readonly string[], path: string): boolean {
  return prefixes.some((prefix) => {
    const bare = prefix.replace(/\/+$/, "");
    return path === bare || path.startsWith(`${bare}/`);
  });
}
