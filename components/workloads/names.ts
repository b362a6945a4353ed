import { createHash } from "node:crypto";

/** Names and labels that several parts must agree on, each made in one place. */

export interface LabelledApplication {
  readonly project: string;
  readonly name: string;
  /** Part of the application, such as `server`, `migration` or a process's name. */
  readonly component?: string;
  /** Commit that runs. */
  readonly version?: string;
}

/** Recommended labels of a Kubernetes object. */
export function labels({
  project,
  name,
  component,
  version,
}: LabelledApplication): Record<string, string> {
  return {
    "app.kubernetes.io/name": name,
    ...(component === undefined ? {} : { "app.kubernetes.io/component": component }),
    "app.kubernetes.io/part-of": project,
    "app.kubernetes.io/managed-by": "slipway",
    ...(version === undefined ? {} : { "app.kubernetes.io/version": version }),
  };
}

/** The labels that select the pods of one component; a subset of {@link labels} that never changes. */
export function selectorLabels(name: string, component: string): Record<string, string> {
  return { "app.kubernetes.io/name": name, "app.kubernetes.io/component": component };
}

/** Name of a secret in AWS Secrets Manager: `<project>/application/<environment>/<remoteName>`. */
export function secretPath(project: string, environment: string, remoteName: string): string {
  return `${project}/application/${environment}/${remoteName}`;
}

/** Name of the same secret where the source is a Kubernetes namespace: dots instead of slashes. */
export function kubernetesSecretPath(
  project: string,
  environment: string,
  remoteName: string,
): string {
  const path = secretPath(project, environment, remoteName).replaceAll("/", ".");
  if (!/^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/.test(path))
    throw new Error(
      `a Kubernetes Secret cannot be called "${path}": give a remoteName of lower-case letters, digits, dots and hyphens`,
    );
  return checkedName(path, 253);
}

/** Name of a migration's Job: `migrate-<app>-<12 digits of the commit>-<8 digits of the hash>`. */
export function migrationName(app: string, sha: string, hash: string): string {
  return checkedName(`migrate-${app}-${sha.slice(0, 12)}-${hash.slice(0, 8)}`, 63);
}

const readerSuffix = "secrets-reader";

/** Name of the IAM role that reads one application's secrets and no other's. */
export function readerRoleName(prefix: string, app: string): string {
  return roleName(prefix, app, readerSuffix);
}

/** Pattern that all reader roles of an environment match, for those who may assume them. */
export function readerRoleNamePattern(prefix: string): string {
  return `${prefix}-*-${readerSuffix}`;
}

/**
 * Name of an IAM role, `<prefix>-<name>-<suffix>`, at most 64 characters: where it is longer, the
 * end of `name` gives way to a hash of it, so that prefix and suffix stay and names stay apart.
 */
export function roleName(prefix: string, name: string, suffix: string): string {
  const limit = 64;
  const full = `${prefix}-${name}-${suffix}`;
  if (full.length <= limit) return full;
  const hash = createHash("sha256").update(name).digest("hex").slice(0, 6);
  const room = limit - prefix.length - suffix.length - hash.length - 3;
  if (room < 1) return checkedName(full, limit);
  return `${prefix}-${name.slice(0, room)}-${hash}-${suffix}`;
}

/** Gives the name back. @throws Error when it is longer than Kubernetes or AWS allow. */
export function checkedName(name: string, limit: number): string {
  if (name.length > limit)
    throw new Error(
      `the name "${name}" has ${String(name.length)} characters and may have ${String(limit)}: shorten the project, the stack or the application`,
    );
  return name;
}
