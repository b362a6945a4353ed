import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { imageReference, parseEcrRepository } from "../workloads/image.ts";

/** An application whose image is looked up. */
export interface Releasable {
  readonly name: string;
  /** Repository and commit, as the configuration names them. */
  readonly image: { readonly repository: string; readonly sha: string };
}

export interface ReleasedImage {
  /** What pods run: `repository@digest` in ECR, `repository:sha` in any other registry. */
  readonly reference: string;
  /** Absent where the registry is not ECR. */
  readonly digest?: string;
}

/**
 * Finds the digest of every image in ECR before a resource is registered, so that a commit that
 * was never built stops the preview and not the rollout. In any other registry, and on a stack that
 * uses no AWS, the commit's tag is used as it is.
 *
 * @throws pulumi.RunError that names each missing image by repository and commit.
 */
export async function resolveImages<App extends Releasable>(
  apps: readonly App[],
  provider: aws.Provider | undefined,
): Promise<(App & { readonly released: ReleasedImage })[]> {
  const problems: string[] = [];
  const released = await Promise.all(
    apps.map(async (app) => {
      const { repository, sha } = app.image;
      const ecr = parseEcrRepository(repository);
      if (ecr === undefined || provider === undefined)
        return [{ ...app, released: { reference: imageReference(repository, sha) } }];
      try {
        const { imageDigest } = await aws.ecr.getImage(
          {
            registryId: ecr.accountId,
            region: ecr.region,
            repositoryName: ecr.repositoryName,
            imageTag: sha,
          },
          { provider },
        );
        const reference = imageReference(repository, sha, imageDigest);
        return [{ ...app, released: { reference, digest: imageDigest } }];
      } catch (error) {
        problems.push(missingImage(app, error));
        return [];
      }
    }),
  );
  if (problems.length > 0) throw new pulumi.RunError(problems.sort().join("\n"));
  return released.flat();
}

function missingImage({ name, image: { repository, sha } }: Releasable, error: unknown): string {
  const cause = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
  return (
    `apps.${name}.image: no image ${repository}:${sha} was found: build and push that commit, ` +
    `or give one that was pushed (config slipway:apps)` +
    (cause === "" ? "" : `; the registry answered: ${cause}`)
  );
}
