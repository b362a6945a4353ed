/** Which images ECR removes by itself. */

export interface Lifecycle {
  /** Days that an image without a tag is kept. */
  readonly untaggedDays: number;
  /** Days that an image is kept that was never deployed. */
  readonly undeployedDays: number;
}

/** Pattern of the tags of images that were deployed: `deployed-<stack>-<commit>`, maybe `-passed`. */
export const deployedTags = "deployed-*";

/** More images than a repository may hold: https://docs.aws.amazon.com/AmazonECR/latest/userguide/service-quotas.html */
const beyondQuota = 100_000;

/**
 * The JSON of a lifecycle policy. ECR knows no rule that keeps: but an image that a rule selects can't
 * be removed by a rule of lower priority, so the first one selects what was deployed and, by a count
 * that no repository reaches, removes none of it.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html
 */
export function lifecyclePolicy({ untaggedDays, undeployedDays }: Lifecycle): string {
  const rules = [
    {
      description: "Keep what was deployed",
      selection: {
        tagStatus: "tagged",
        tagPatternList: [deployedTags],
        countType: "imageCountMoreThan",
        countNumber: beyondQuota,
      },
    },
    {
      description: `Remove what has no tag after ${String(untaggedDays)} days`,
      selection: { tagStatus: "untagged", ...olderThan(untaggedDays) },
    },
    {
      description: `Remove what was never deployed after ${String(undeployedDays)} days`,
      selection: { tagStatus: "any", ...olderThan(undeployedDays) },
    },
  ];
  return JSON.stringify({
    rules: rules.map((rule, index) => ({
      rulePriority: index + 1,
      ...rule,
      action: { type: "expire" },
    })),
  });
}

function olderThan(days: number) {
  return { countType: "sinceImagePushed", countUnit: "days", countNumber: days };
}
