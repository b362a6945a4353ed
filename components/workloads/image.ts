/** A repository of Amazon ECR, taken apart. */
export interface EcrRepository {
  readonly accountId: string;
  readonly region: string;
  readonly repositoryName: string;
}

const ecr =
  /^(?<accountId>\d{12})\.dkr[.-]ecr(?:-fips)?\.(?<region>[a-z0-9-]+)\.(?:amazonaws\.com(?:\.cn)?|on\.aws|on\.amazonwebservices\.com\.cn)\/(?<repositoryName>.+)$/;

/** Account, region and name of an ECR repository; undefined where the registry is another one. */
export function parseEcrRepository(repository: string): EcrRepository | undefined {
  const groups = ecr.exec(repository)?.groups;
  if (groups === undefined) return undefined;
  const { accountId = "", region = "", repositoryName = "" } = groups;
  return { accountId, region, repositoryName };
}

/**
 * What a container runs: the repository by digest where it is known, else by the commit's tag.
 *
 * @throws Error where the commit is anything but 7 to 40 hexadecimal digits.
 */
export function imageReference(repository: string, sha: string, digest?: string): string {
  if (!/^[0-9a-f]{7,40}$/.test(sha))
    throw new Error(
      `the commit of ${repository} is "${sha}": give 7 to 40 hexadecimal digits, never a branch or latest`,
    );
  return digest === undefined ? `${repository}:${sha}` : `${repository}@${digest}`;
}
