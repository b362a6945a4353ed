import type * as pulumi from "@pulumi/pulumi";
import { regional } from "./environment-names.ts";
import type { Statement } from "./policy.ts";

/** Rights to the images of a project, in its registry. */

/** Where a project's images lie: its repositories are `<project>/<application>`. */
export interface ImageRegistry {
  readonly project: string;
  readonly accountId: string;
  readonly region: string;
  readonly partition: pulumi.Input<string>;
}

/** Rights to find images by commit, and to read for which processors they are: a layer says so. */
export function imageReadStatements(registry: ImageRegistry): Statement[] {
  return [
    {
      sid: "FindImages",
      actions: [
        "ecr:BatchGetImage",
        "ecr:DescribeImages",
        "ecr:DescribeRepositories",
        "ecr:GetDownloadUrlForLayer",
      ],
      resources: [repositoriesOf(registry)],
    },
  ];
}

/**
 * Right to give an image further tags, such as `deployed-<stack>-<commit>`, which keeps it for ever.
 * Tags are immutable: what is deployed can't be exchanged this way.
 */
export function imageMarkStatements(registry: ImageRegistry): Statement[] {
  return [
    {
      sid: "MarkDeployed",
      actions: ["ecr:PutImage"],
      resources: [repositoriesOf(registry)],
    },
  ];
}

function repositoriesOf(registry: ImageRegistry): pulumi.Output<string> {
  return regional(registry, "ecr", `repository/${registry.project}/*`);
}
