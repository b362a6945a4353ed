import { parseEcrRepository } from "../components/workloads/image.ts";
import type { Check } from "./check.ts";
import { lookUpImage } from "./ecr.ts";
import { platformsOf } from "./image-platform.ts";
import type { Stack } from "./stack.ts";

/** Whether a commit's image is in ECR for good, for the processors of the stack's nodes. */
export async function checkImage(stack: Stack, repository: string, sha: string): Promise<Check> {
  const ecr = parseEcrRepository(repository);
  const image = `${repository}:${sha}`;
  if (ecr === undefined)
    return { outcome: "skipped", text: `image ${image} is not in ECR: nothing looked it up` };
  const found = await lookUpImage(ecr, sha, stack.root);
  if (found.type === "missing")
    return {
      outcome: "refused",
      text:
        found.what === "repository"
          ? `there is no repository ${repository}: create it and push the image, or correct image.repository (config slipway:apps)`
          : `no image ${image} was found: build and push that commit, or give one that was pushed`,
    };
  if (found.mutable === true)
    return {
      outcome: "refused",
      text: `image ${image} could be exchanged by another push: make its tags immutable with aws ecr put-image-tag-mutability --registry-id ${ecr.accountId} --region ${ecr.region} --repository-name ${ecr.repositoryName} --image-tag-mutability IMMUTABLE`,
    };
  const missing = platformsOf(stack.configuration).filter(
    (platform) => found.platforms.length > 0 && !found.platforms.includes(platform),
  );
  const has = found.platforms.join(", ");
  return missing.length === 0
    ? { outcome: "passed", text: `image ${image}${has === "" ? "" : ` (${has})`}` }
    : {
        outcome: "refused",
        text: `image ${image} is for ${has}, the nodes of ${stack.name} need ${missing.join(" and ")}: build it with --platform ${missing.join(",")}`,
      };
}
