/** The four roles of a cluster. */
export type AccessRole = "admin" | "developer" | "operator" | "deployer";

export const accessRoleNames: readonly AccessRole[] = [
  "admin",
  "developer",
  "operator",
  "deployer",
];

/** Name that an access role bears everywhere: IAM role, Kubernetes group, ClusterRole, binding. */
export function accessRoleName(project: string, role: AccessRole, environment: string): string {
  return `${project}-kubernetes-${role}-${environment}`;
}
