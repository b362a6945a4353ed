import assert from "node:assert/strict";
import fc from "fast-check";
import { EcrRepository } from "../../../components/registry/ecr-repository.ts";
import type { EcrRepositoryArgs } from "../../../components/registry/ecr-repository.ts";
import { lifecyclePolicy } from "../../../components/registry/lifecycle.ts";
import { document, record } from "../cluster/support.ts";

const args: EcrRepositoryArgs = {
  repositoryName: "acme/api",
  kmsKeyArn: "arn:aws:kms:ap-south-1:111111111111:key/1",
  partition: "aws",
  lifecycle: { untaggedDays: 7, undeployedDays: 90 },
  protect: true,
};
const build = (changes: Partial<EcrRepositoryArgs> = {}) =>
  record(() => new EcrRepository("acme-api", { ...args, ...changes }));

describe("EcrRepository", () => {
  it("has tags that stay, a scan at each push, a customer key, and is not emptied by force", async () => {
    const repository = (await build()).one("aws:ecr/repository:Repository");
    assert.deepEqual(repository.inputs, {
      name: "acme/api",
      imageTagMutability: "IMMUTABLE",
      imageScanningConfiguration: { scanOnPush: true },
      encryptionConfigurations: [{ encryptionType: "KMS", kmsKey: args.kmsKeyArn }],
      forceDelete: false,
    });
    assert.ok(repository.protect);
    const free = (await build({ protect: false })).one("aws:ecr/repository:Repository");
    assert.ok(!free.protect);
  });

  it("is open to its own account alone", async () => {
    const registrations = await build();
    assert.deepEqual(registrations.ofType("aws:ecr/repositoryPolicy:RepositoryPolicy"), []);
  });

  it("lets other accounts pull, and their deploy roles mark", async () => {
    const consumers = [
      { accountId: "222222222222", deployRoleNames: ["acme-github-deploy-production"] },
    ];
    const { inputs } = (await build({ consumers })).one(
      "aws:ecr/repositoryPolicy:RepositoryPolicy",
    );
    const root = ["arn:aws:iam::222222222222:root"];
    assert.deepEqual(document(inputs.policy), {
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "Pull",
          Effect: "Allow",
          Principal: { AWS: root },
          Action: [
            "ecr:BatchCheckLayerAvailability",
            "ecr:BatchGetImage",
            "ecr:DescribeImages",
            "ecr:GetDownloadUrlForLayer",
          ],
        },
        {
          Sid: "MarkDeployed",
          Effect: "Allow",
          Principal: { AWS: root },
          Action: "ecr:PutImage",
          Condition: {
            ArnEquals: {
              "aws:PrincipalArn": ["arn:aws:iam::222222222222:role/acme-github-deploy-production"],
            },
          },
        },
      ],
    });
  });

  it("has the lifecycle policy of its arguments", async () => {
    const { inputs } = (await build()).one("aws:ecr/lifecyclePolicy:LifecyclePolicy");
    assert.equal(inputs.policy, lifecyclePolicy(args.lifecycle));
  });
});

interface Rule {
  readonly rulePriority: number;
  readonly selection: {
    readonly tagStatus: "tagged" | "untagged" | "any";
    readonly tagPatternList?: readonly string[];
    readonly countType: "imageCountMoreThan" | "sinceImagePushed";
    readonly countNumber: number;
  };
}
interface Image {
  readonly tags: readonly string[];
  readonly ageDays: number;
}

/** What ECR removes, by its documented order: what an earlier rule selects no later one removes. */
function removed(policy: string, images: readonly Image[]): Image[] {
  const { rules } = JSON.parse(policy) as { rules: Rule[] };
  const settled = new Set<Image>();
  const gone: Image[] = [];
  for (const { selection } of rules.toSorted((a, b) => a.rulePriority - b.rulePriority)) {
    const selected = images.filter((image) => selects(selection, image) && !settled.has(image));
    const newestFirst = selected.toSorted((a, b) => a.ageDays - b.ageDays);
    gone.push(
      ...newestFirst.filter(({ ageDays }, index) =>
        selection.countType === "imageCountMoreThan"
          ? index >= selection.countNumber
          : ageDays > selection.countNumber,
      ),
    );
    for (const image of selected) settled.add(image);
  }
  return gone;
}

function selects({ tagStatus, tagPatternList = [] }: Rule["selection"], { tags }: Image): boolean {
  if (tagStatus === "any") return true;
  if (tagStatus === "untagged") return tags.length === 0;
  return tagPatternList.every((pattern) =>
    tags.some((tag) => new RegExp(`^${pattern.replaceAll("*", ".*")}$`).test(tag)),
  );
}

describe("the lifecycle of images", () => {
  const policy = lifecyclePolicy({ untaggedDays: 7, undeployedDays: 90 });
  const sha = "7c0b41d9e2f85a3361c4be07a95d28f1034e6bca";
  const image = (ageDays: number, ...tags: string[]): Image => ({ ageDays, tags });

  it("says so in rules that ECR takes: one for any, which comes last", () => {
    const { rules } = JSON.parse(policy) as { rules: Rule[] };
    assert.deepEqual(
      rules.map(({ rulePriority, selection }) => [rulePriority, selection.tagStatus]),
      [
        [1, "tagged"],
        [2, "untagged"],
        [3, "any"],
      ],
    );
  });

  const cases: readonly (readonly [string, Image, boolean])[] = [
    ["keeps what was deployed, for ever", image(5000, sha, `deployed-staging-${sha}`), false],
    ["keeps a new commit that was not deployed yet", image(89, sha), false],
    ["removes a commit that was never deployed", image(91, sha), true],
    ["keeps what lost its tag a while", image(6), false],
    ["removes what has no tag", image(8), true],
    ["is not deceived by a tag that only looks like it", image(91, `undeployed-${sha}`), true],
  ];
  for (const [behaviour, given, expected] of cases)
    it(behaviour, () => {
      assert.deepEqual(removed(policy, [given]), expected ? [given] : []);
    });

  it("never removes a deployed image, whatever else there is", () => {
    const tag = fc.constantFrom(sha, "v1.2.3", `deployed-staging-${sha}`, "deployed-production-0");
    const images = fc.array(
      fc.record({ tags: fc.uniqueArray(tag), ageDays: fc.nat({ max: 5000 }) }),
    );
    fc.assert(
      fc.property(images, fc.integer({ min: 1, max: 400 }), (all, undeployedDays) =>
        removed(lifecyclePolicy({ untaggedDays: 1, undeployedDays }), all).every(
          ({ tags }) => !tags.some((each) => each.startsWith("deployed-")),
        ),
      ),
    );
  });
});
