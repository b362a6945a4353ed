import type * as pulumi from "@pulumi/pulumi";
import type { Statement } from "../identity/policy.ts";

/** Rights to push an application's images to its own repository, and to see what is there. */
export function imagePushStatements(repositoryArn: pulumi.Input<string>): Statement[] {
  return [
    {
      sid: "AnyRegistryLogin",
      actions: ["ecr:GetAuthorizationToken"],
      resources: ["*"],
      reason: "logging in is to the whole registry; what it lets do is named below",
    },
    {
      sid: "PushOwnImages",
      actions: [
        "ecr:BatchCheckLayerAvailability",
        "ecr:BatchGetImage",
        "ecr:CompleteLayerUpload",
        "ecr:DescribeImages",
        "ecr:GetDownloadUrlForLayer",
        "ecr:InitiateLayerUpload",
        "ecr:PutImage",
        "ecr:UploadLayerPart",
      ],
      resources: [repositoryArn],
    },
  ];
}
