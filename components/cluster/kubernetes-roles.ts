import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { accessRoleName, accessRoleNames } from "./access-role-name.ts";
import type { AccessRole } from "./access-role-name.ts";
import { deployerRules, developerRules, operatorRules } from "./kubernetes-rules.ts";

/** Rights in a cluster of the groups that access entries name. */
export interface KubernetesRolesArgs {
  /** Project, the first part of the groups' names. */
  readonly project: string;
  /** Environment, the last part of the groups' names. */
  readonly environment: string;
  /** Developers read, exec and forward ports (production), or do nearly everything (staging). */
  readonly developer: "readOnly" | "full";
  /** Admins by EKS access policy, or by a binding to cluster-admin where there is no EKS. */
  readonly admin: "accessPolicy" | "clusterAdminBinding";
}

/** ClusterRoles and bindings of deployer, developer and operator, and of admin outside EKS. */
export class KubernetesRoles extends pulumi.ComponentResource {
  /** Group of each role. */
  readonly groups: Record<AccessRole, string>;

  constructor(name: string, args: KubernetesRolesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:cluster:KubernetesRoles", name, {}, opts);

    const groupOf = (role: AccessRole) => accessRoleName(args.project, role, args.environment);
    const rules = {
      deployer: deployerRules,
      developer: developerRules[args.developer],
      operator: operatorRules,
    };
    for (const role of accessRoleNames) {
      const group = groupOf(role);
      const labels = {
        "app.kubernetes.io/name": group,
        "app.kubernetes.io/component": "access",
        "app.kubernetes.io/part-of": args.project,
        "app.kubernetes.io/managed-by": "slipway",
      };
      if (role === "admin" && args.admin === "accessPolicy") continue;
      const roleName =
        role === "admin"
          ? pulumi.output("cluster-admin")
          : new k8s.rbac.v1.ClusterRole(
              `${name}-${role}`,
              { metadata: { name: group, labels }, rules: rules[role] },
              { parent: this },
            ).metadata.name;
      new k8s.rbac.v1.ClusterRoleBinding(
        `${name}-${role}`,
        {
          metadata: { name: group, labels },
          roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: roleName },
          subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "Group", name: group }],
        },
        { parent: this },
      );
    }

    this.groups = {
      admin: groupOf("admin"),
      developer: groupOf("developer"),
      operator: groupOf("operator"),
      deployer: groupOf("deployer"),
    };
    this.registerOutputs({ groups: this.groups });
  }
}
