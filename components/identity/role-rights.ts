import { boundaryName, environmentPrefix, environmentRoles, ofIam } from "./environment-names.ts";
import type { Environment } from "./environment-names.ts";
import type { Statement } from "./policy.ts";

/**
 * Rights to the environment's IAM roles. None can be given more than the boundary, nor lose it, so
 * that who deploys can't make a role that may do more than is meant.
 */
export function roleStatements(environment: Environment): Statement[] {
  const roles = environmentRoles(environment);
  const boundary = ofIam(environment, `policy/${boundaryName(environment)}`);
  const bounded = { StringEquals: { "iam:PermissionsBoundary": boundary } };
  return [
    {
      sid: "MakeBoundedRoles",
      actions: [
        "iam:CreateRole",
        "iam:PutRolePermissionsBoundary",
        "iam:PutRolePolicy",
        "iam:DeleteRolePolicy",
        "iam:AttachRolePolicy",
        "iam:DetachRolePolicy",
      ],
      resources: roles,
      conditions: bounded,
    },
    {
      sid: "ChangeRoles",
      actions: [
        "iam:DeleteRole",
        "iam:TagRole",
        "iam:UntagRole",
        "iam:UpdateAssumeRolePolicy",
        "iam:UpdateRole",
        "iam:UpdateRoleDescription",
      ],
      resources: roles,
    },
    {
      sid: "HandRolesToServices",
      actions: ["iam:PassRole"],
      resources: [ofIam(environment, `role/${environmentPrefix(environment)}-*`)],
      conditions: {
        StringEquals: {
          "iam:PassedToService": [
            "ec2.amazonaws.com",
            "eks.amazonaws.com",
            "pods.eks.amazonaws.com",
            "vpc-flow-logs.amazonaws.com",
          ],
        },
      },
    },
    {
      sid: "ServiceLinkedRoles",
      actions: ["iam:CreateServiceLinkedRole"],
      resources: [ofIam(environment, "role/aws-service-role/*")],
      conditions: {
        StringEquals: {
          "iam:AWSServiceName": [
            "autoscaling.amazonaws.com",
            "eks.amazonaws.com",
            "eks-nodegroup.amazonaws.com",
            "rds.amazonaws.com",
            "spot.amazonaws.com",
          ],
        },
      },
    },
  ];
}
