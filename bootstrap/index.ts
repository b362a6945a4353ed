import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { EncryptionKey } from "../components/identity/encryption-key.ts";
import { GitHubProvider, gitHubProviderArn } from "../components/identity/github-provider.ts";
import { StateBucket } from "../components/state/state-bucket.ts";
import { readConfiguration } from "./config.ts";
import { createImages } from "./images.ts";
import { createRoles } from "./roles.ts";

/**
 * What an account holds before Slipway's first stack in it: the bucket and key of Pulumi's state,
 * GitHub's identity provider and roles, the role that administers clusters, repositories of images.
 */
export default function bootstrap(): pulumi.Inputs {
  const configuration = readConfiguration(pulumi.getStack());
  const { project, accountId, region, state, gitHub } = configuration;
  const protect = configuration.deletion === "refused";
  const provider = new aws.Provider(project, {
    region: region as aws.Region,
    allowedAccountIds: [accountId],
    defaultTags: { tags: { project, environment: "shared", "managed-by": "slipway-bootstrap" } },
  });
  const opts = { providers: [provider] };
  const { partition } = aws.getPartitionOutput({}, { provider });

  const key = new EncryptionKey(
    `${project}-pulumi`,
    {
      description: `State and secrets of Pulumi's stacks of ${project}`,
      accountId,
      partition,
      services: [],
      protect,
    },
    opts,
  );
  const bucket = new StateBucket(
    `${project}-pulumi-state`,
    {
      bucketName: state.bucketName ?? `${project}-pulumi-state-${accountId}`,
      kmsKeyArn: key.arn,
      noncurrentDays: state.replacedDays,
      protect,
    },
    opts,
  );
  const identityProviders =
    gitHub.provider === "create"
      ? [new GitHubProvider(`${project}-github`, { protect }, opts)]
      : [];
  const trusting = { ...opts, dependsOn: identityProviders };
  const account = { partition, gitHubProviderArn: gitHubProviderArn(partition, accountId) };
  const store = { bucketArn: bucket.bucketArn, kmsKeyArn: key.arn, region };
  const roles = createRoles(configuration, { ...account, store }, trusting);
  const images = createImages(configuration, account, trusting);

  return {
    backendUrl: pulumi.interpolate`s3://${bucket.bucketName}?region=${region}`,
    secretsProviders: Object.fromEntries(
      Object.keys(configuration.environments).map((stack) => [
        stack,
        `awskms://alias/${project}-pulumi?region=${region}&context_stack=${stack}`,
      ]),
    ),
    ...roles,
    ...images,
  };
}
