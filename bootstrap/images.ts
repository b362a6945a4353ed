import type * as pulumi from "@pulumi/pulumi";
import { EncryptionKey } from "../components/identity/encryption-key.ts";
import { GitHubRole } from "../components/identity/github-role.ts";
import { EcrRepository } from "../components/registry/ecr-repository.ts";
import { imagePushStatements } from "../components/registry/push-rights.ts";
import { deployRoleName, pushRoleName } from "./rules.ts";
import type { Configuration } from "./schema.ts";

/** Days that an image without a tag is kept: the rest of a push that failed, or of an index. */
const untaggedDays = 7;

/** By application: where its images are pulled from, and the role that pushes them. */
export interface ImageOutputs {
  readonly repositoryUrls: Readonly<Record<string, pulumi.Output<string>>>;
  readonly pushRoleArns: Readonly<Record<string, pulumi.Output<string>>>;
}

/** Repositories of an account's images with a key of their own, and a role to push to each. */
export function createImages(
  configuration: Configuration,
  account: {
    readonly partition: pulumi.Output<string>;
    readonly gitHubProviderArn: pulumi.Output<string>;
  },
  opts: pulumi.ComponentResourceOptions,
): ImageOutputs {
  const { project, accountId } = configuration;
  const protect = configuration.deletion === "refused";
  const { partition, gitHubProviderArn: providerArn } = account;
  const applications = Object.entries(configuration.repositories);
  if (applications.length === 0) return { repositoryUrls: {}, pushRoleArns: {} };

  const key = new EncryptionKey(
    `${project}-images`,
    { description: `Images of ${project}`, accountId, partition, services: [], protect },
    opts,
  );
  const consumers = Object.entries(configuration.imageConsumers).map(([consumer, stacks]) => ({
    accountId: consumer,
    deployRoleNames: stacks.map((stack) => deployRoleName(project, stack)),
  }));
  const images = applications.map(([name, { gitHub, branch, undeployedDays }]) => {
    const repository = new EcrRepository(
      `${project}-images-${name}`,
      {
        repositoryName: `${project}/${name}`,
        kmsKeyArn: key.arn,
        partition,
        lifecycle: { untaggedDays, undeployedDays },
        consumers,
        protect,
      },
      opts,
    );
    const roleName = pushRoleName(project, name);
    const role = new GitHubRole(
      roleName,
      {
        roleName,
        description: `Pushes images of ${project} ${name}`,
        providerArn,
        repository: gitHub,
        contexts: [{ type: "branch", name: branch }],
        rights: { images: imagePushStatements(repository.repositoryArn) },
      },
      opts,
    );
    return { name, repository, role };
  });
  return {
    repositoryUrls: Object.fromEntries(
      images.map(({ name, repository }) => [name, repository.repositoryUrl]),
    ),
    pushRoleArns: Object.fromEntries(images.map(({ name, role }) => [name, role.roleArn])),
  };
}
