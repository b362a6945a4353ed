/** URN of a resource by the engine's rules: the types of all parents but the stack's qualify its own. */
export function childUrn(
  { project, stack }: { project: string; stack: string },
  parent: string,
  type: string,
  name: string,
): string {
  const parentType = parent.split("::")[2] ?? "";
  const qualified =
    parentType === "" || parentType === "pulumi:pulumi:Stack" ? type : `${parentType}$${type}`;
  return `urn:pulumi:${stack}::${project}::${qualified}::${name}`;
}
