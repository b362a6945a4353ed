import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { accessRoleName } from "./access-role-name.ts";
import type { AccessRole } from "./access-role-name.ts";

/** A principal that may use a cluster, and what as. */
export interface AccessEntry {
  /** IAM role or user. */
  readonly principalArn: pulumi.Input<string>;
  /**
   * Groups that RBAC bindings give rights to; none may begin with `system:`.
   * @default none
   */
  readonly kubernetesGroups?: string[];
  /**
   * EKS access policy for the whole cluster.
   * @default none
   */
  readonly policyArn?: pulumi.Input<string>;
}

/** Who may be admin, developer, operator and deployer of an environment. */
export interface AccessRolesArgs {
  /** Project, the first part of the roles' names. */
  readonly project: string;
  /** Environment, the last part of the roles' names. */
  readonly environment: string;
  /** Account of the roles. */
  readonly accountId: pulumi.Input<string>;
  /** Partition of the account: `aws`, `aws-cn`, `aws-us-gov`. */
  readonly partition: pulumi.Input<string>;
  /** IAM principals that may assume each role; without any, the account's administrators may. */
  readonly principals: Partial<Record<AccessRole, string[]>>;
}

/** The IAM roles `<project>-kubernetes-<role>-<environment>` and their access entries. */
export class AccessRoles extends pulumi.ComponentResource {
  /** ARNs of the IAM roles. */
  readonly roleArns: Record<AccessRole, pulumi.Output<string>>;
  /** What each role may do in the cluster: admin by EKS access policy, the others by RBAC group. */
  readonly accessEntries: Record<AccessRole, AccessEntry>;

  constructor(name: string, args: AccessRolesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:cluster:AccessRoles", name, {}, opts);

    const accountRoot = pulumi.interpolate`arn:${args.partition}:iam::${args.accountId}:root`;
    const createRole = (role: AccessRole): pulumi.Output<string> => {
      const roleName = accessRoleName(args.project, role, args.environment);
      return new aws.iam.Role(
        `${name}-${role}`,
        {
          name: roleName,
          description: `Kubernetes ${role} of ${args.project} ${args.environment}`,
          assumeRolePolicy: accountRoot.apply((root) =>
            principalTrust(args.principals[role] ?? [root]),
          ),
        },
        { parent: this },
      ).arn;
    };
    const roleArns = {
      admin: createRole("admin"),
      developer: createRole("developer"),
      operator: createRole("operator"),
      deployer: createRole("deployer"),
    };
    const inGroup = (role: AccessRole): AccessEntry => ({
      principalArn: roleArns[role],
      kubernetesGroups: [accessRoleName(args.project, role, args.environment)],
    });

    this.roleArns = roleArns;
    this.accessEntries = {
      // EKS refuses `system:` groups in access entries, so admin cannot be system:masters.
      admin: { principalArn: roleArns.admin, policyArn: clusterAdminPolicy(args.partition) },
      developer: inGroup("developer"),
      operator: inGroup("operator"),
      deployer: inGroup("deployer"),
    };
    this.registerOutputs({ roleArns });
  }
}

/** EKS access policy with all rights in a cluster. */
export function clusterAdminPolicy(partition: pulumi.Input<string>): pulumi.Output<string> {
  return pulumi.interpolate`arn:${partition}:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy`;
}

function principalTrust(principalArns: string[]): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { AWS: principalArns }, Action: "sts:AssumeRole" }],
  });
}
