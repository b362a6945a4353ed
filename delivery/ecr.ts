import { z } from "zod";
import type { EcrRepository } from "../components/workloads/image.ts";
import { UserError } from "./user-error.ts";
import { firstLine, runCommand } from "./command.ts";
import type { CommandResult } from "./command.ts";
import { configPlatform, manifestPlatforms } from "./image-platform.ts";

/** What ECR has under a tag. */
export type LookedUp =
  | {
      readonly type: "found";
      readonly platforms: readonly string[];
      /** Whether a tag may be pushed again; undefined where the caller may not know. */
      readonly mutable?: boolean;
    }
  | { readonly type: "missing"; readonly what: "image" | "repository" };

const answer = z.object({
  images: z.array(z.object({ imageManifest: z.string() })).default([]),
});
const described = z.object({
  imageDetails: z.array(z.object({ imageTags: z.array(z.string()).default([]) })),
});
const repositories = z.object({
  repositories: z.tuple([z.object({ imageTagMutability: z.string() })]),
});
const download = z.object({ downloadUrl: z.url() });

const manifestTypes = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
];

/**
 * Looks an image up in ECR through the AWS command line, which every runner and operator has and
 * which knows all the ways to get credentials. Pulling rights suffice.
 *
 * @throws UserError where ECR can't be asked.
 */
export async function lookUpImage(ecr: EcrRepository, tag: string, cwd: string): Promise<LookedUp> {
  const { status, stdout, stderr } = await askEcr(ecr, cwd, "batch-get-image", [
    ...["--repository-name", ecr.repositoryName, "--image-ids", `imageTag=${tag}`],
    ...["--accepted-media-types", ...manifestTypes],
  ]);
  if (status !== 0) {
    if (/RepositoryNotFoundException/.test(stderr)) return { type: "missing", what: "repository" };
    throw refusal(stderr);
  }
  const { images } = answer.parse(JSON.parse(stdout));
  const [found] = images;
  if (found === undefined) return { type: "missing", what: "image" };
  const [platforms, mutable] = await Promise.all([
    platformsOfImage(ecr, found.imageManifest, cwd),
    isMutable(ecr, cwd),
  ]);
  return { type: "found", platforms, ...(mutable === undefined ? {} : { mutable }) };
}

async function platformsOfImage(
  ecr: EcrRepository,
  imageManifest: string,
  cwd: string,
): Promise<readonly string[]> {
  const manifest = manifestPlatforms(JSON.parse(imageManifest));
  if (manifest === undefined) return [];
  if (manifest.type === "index") return manifest.platforms;
  const { status, stdout, stderr } = await askEcr(ecr, cwd, "get-download-url-for-layer", [
    ...["--repository-name", ecr.repositoryName, "--layer-digest", manifest.configDigest],
  ]);
  if (status !== 0) throw refusal(stderr);
  const { downloadUrl } = download.parse(JSON.parse(stdout));
  const platform = configPlatform(await fetchJson(downloadUrl));
  return platform === undefined ? [] : [platform];
}

/** Whether tags may be pushed again; undefined for a registry that does not say so of itself. */
async function isMutable(ecr: EcrRepository, cwd: string): Promise<boolean | undefined> {
  const { status, stdout } = await askEcr(ecr, cwd, "describe-repositories", [
    ...["--repository-names", ecr.repositoryName],
  ]);
  // Another account's registry gives its images, and no word about itself.
  if (status !== 0) return undefined;
  const [repository] = repositories.parse(JSON.parse(stdout)).repositories;
  return !repository.imageTagMutability.startsWith("IMMUTABLE");
}

/**
 * Every tag of the image that has a tag; none where there is no such image.
 *
 * @throws UserError where ECR can't be asked.
 */
export async function tagsOf(
  ecr: EcrRepository,
  tag: string,
  cwd: string,
): Promise<readonly string[]> {
  const { status, stdout, stderr } = await askEcr(ecr, cwd, "describe-images", [
    ...["--repository-name", ecr.repositoryName, "--image-ids", `imageTag=${tag}`],
  ]);
  if (status === 0)
    return described.parse(JSON.parse(stdout)).imageDetails.flatMap(({ imageTags }) => imageTags);
  if (/(?:Image|Repository)NotFoundException/.test(stderr)) return [];
  throw refusal(stderr);
}

function refusal(stderr: string): UserError {
  return new UserError(`ECR can't be asked: ${firstLine(stderr)}`, 1);
}

function askEcr(
  { accountId, region }: EcrRepository,
  cwd: string,
  command: string,
  args: readonly string[],
): Promise<CommandResult> {
  const registry = ["--registry-id", accountId, "--region", region];
  return runCommand("aws", ["ecr", command, ...registry, ...args, "--output", "json"], {
    cwd,
    timeoutSeconds: 60,
  });
}

/** The address is signed, so that no message may have it. */
async function fetchJson(url: string): Promise<unknown> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(15_000) });
    if (response.ok) return await response.json();
    throw new Error(`status ${String(response.status)}`);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UserError(`the image's configuration can't be fetched from ECR: ${why}`, 1);
  }
}
