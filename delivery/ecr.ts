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
  const ask = (command: string, ...args: string[]) => askEcr(ecr, cwd, command, args);
  const { status, stdout, stderr } = await ask(
    "batch-get-image",
    ...["--repository-name", ecr.repositoryName, "--image-ids", `imageTag=${tag}`],
    ...["--accepted-media-types", ...manifestTypes],
  );
  if (status !== 0) {
    if (/RepositoryNotFoundException/.test(stderr)) return { type: "missing", what: "repository" };
    throw new UserError(`ECR can't be asked: ${firstLine(stderr)}`, 1);
  }
  const { images } = answer.parse(JSON.parse(stdout));
  const [found] = images;
  if (found === undefined) return { type: "missing", what: "image" };
  const platforms = async (): Promise<readonly string[]> => {
    const manifest = manifestPlatforms(JSON.parse(found.imageManifest));
    if (manifest === undefined) return [];
    if (manifest.type === "index") return manifest.platforms;
    const layer = await ask(
      "get-download-url-for-layer",
      ...["--repository-name", ecr.repositoryName, "--layer-digest", manifest.configDigest],
    );
    if (layer.status !== 0)
      throw new UserError(`ECR can't be asked: ${firstLine(layer.stderr)}`, 1);
    const { downloadUrl } = download.parse(JSON.parse(layer.stdout));
    const platform = configPlatform(await fetchJson(downloadUrl));
    return platform === undefined ? [] : [platform];
  };
  const mutable = async (): Promise<boolean | undefined> => {
    const answered = await ask("describe-repositories", "--repository-names", ecr.repositoryName);
    // Another account's registry gives its images, and no word about itself.
    if (answered.status !== 0) return undefined;
    const [repository] = repositories.parse(JSON.parse(answered.stdout)).repositories;
    return !repository.imageTagMutability.startsWith("IMMUTABLE");
  };
  const [onPlatforms, isMutable] = await Promise.all([platforms(), mutable()]);
  return {
    type: "found",
    platforms: onPlatforms,
    ...(isMutable === undefined ? {} : { mutable: isMutable }),
  };
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
  throw new UserError(`ECR can't be asked: ${firstLine(stderr)}`, 1);
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
