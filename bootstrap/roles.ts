import * as pulumi from "@pulumi/pulumi";
import { ClusterCreator } from "../components/identity/cluster-creator.ts";
import {
  clusterAdminStatements,
  clusterStatements,
} from "../components/identity/cluster-rights.ts";
import type { Environment } from "../components/identity/environment-names.ts";
import { foundationStatements } from "../components/identity/foundation-rights.ts";
import { GitHubRole } from "../components/identity/github-role.ts";
import { imageMarkStatements, imageReadStatements } from "../components/identity/image-rights.ts";
import type { ImageRegistry } from "../components/identity/image-rights.ts";
import { networkStatements } from "../components/identity/network-rights.ts";
import { PermissionsBoundary } from "../components/identity/permissions-boundary.ts";
import { platformReadStatements } from "../components/identity/preview-rights.ts";
import { roleStatements } from "../components/identity/role-rights.ts";
import { stateReadStatements, stateWriteStatements } from "../components/identity/state-rights.ts";
import type { StateStore } from "../components/identity/state-rights.ts";
import { deployRoleName } from "./rules.ts";
import type { Configuration } from "./schema.ts";

/** What the roles are about. */
interface Account {
  readonly partition: pulumi.Output<string>;
  readonly gitHubProviderArn: pulumi.Output<string>;
  readonly store: StateStore;
}

/** Roles of an account's environments. */
export interface RoleOutputs {
  /** By stack. */
  readonly deployRoleArns: Readonly<Record<string, pulumi.Output<string>>>;
  /** By stack. */
  readonly permissionsBoundaryArns: Readonly<Record<string, pulumi.Output<string>>>;
  /** Absent where no stack is previewed. */
  readonly previewRoleArn?: pulumi.Output<string>;
  /** Absent where nobody could assume it. */
  readonly clusterCreatorRoleArn?: pulumi.Output<string>;
}

/** Who deploys the environments, who previews them, and who administers their clusters. */
export function createRoles(
  configuration: Configuration,
  account: Account,
  opts: pulumi.ComponentResourceOptions,
): RoleOutputs {
  const { project, region, accountId, registry, operators } = configuration;
  const { partition } = account;
  const images = { project, partition, ...(registry ?? { accountId, region }) };
  const environments = Object.entries(configuration.environments).map(([name, settings]) => ({
    ...settings,
    name,
    environment: { project, name, region, accountId, partition },
  }));
  const creatorName = `${project}-eks-cluster-creator`;
  const creatorArn = pulumi.interpolate`arn:${partition}:iam::${accountId}:role/${creatorName}`;

  const deployments = environments.map(({ name, environment, policyArns }) => ({
    name,
    policyArn: new PermissionsBoundary(
      `${project}-${name}-boundary`,
      {
        environment,
        bucketArn: account.store.bucketArn,
        kmsKeyArns: [account.store.kmsKeyArn],
      },
      opts,
    ).policyArn,
    roleArn: new GitHubRole(
      deployRoleName(project, name),
      {
        roleName: deployRoleName(project, name),
        description: `Deploys ${project} ${name}`,
        providerArn: account.gitHubProviderArn,
        repository: configuration.gitHub.repository,
        contexts: [{ type: "environment", name }],
        rights: deployRights(environment, account.store, images, creatorArn),
        policyArns,
      },
      opts,
    ).roleArn,
  }));
  const previewed = environments.filter(({ preview }) => preview);
  const preview =
    previewed.length === 0
      ? undefined
      : createPreviewRole(
          configuration,
          previewed.map(({ environment }) => environment),
          { ...account, images },
          opts,
        );
  const principalArns = [...deployments.map(({ roleArn }) => roleArn), ...operators];
  const creator =
    principalArns.length === 0
      ? undefined
      : new ClusterCreator(creatorName, { roleName: creatorName, principalArns }, opts);

  return {
    deployRoleArns: Object.fromEntries(deployments.map(({ name, roleArn }) => [name, roleArn])),
    permissionsBoundaryArns: Object.fromEntries(
      deployments.map(({ name, policyArn }) => [name, policyArn]),
    ),
    ...(preview === undefined ? {} : { previewRoleArn: preview.roleArn }),
    ...(creator === undefined ? {} : { clusterCreatorRoleArn: creator.roleArn }),
  };
}

/** What `pulumi up` of one stack needs, in policies of at most 6,144 characters. */
function deployRights(
  environment: Environment,
  store: StateStore,
  images: ImageRegistry,
  creatorArn: pulumi.Output<string>,
) {
  const { project, name, accountId, partition } = environment;
  const { bucketArn, kmsKeyArn } = store;
  return {
    state: [
      ...stateReadStatements(store, [name]),
      ...stateWriteStatements(store, name),
      ...imageReadStatements(images),
      ...imageMarkStatements(images),
    ],
    read: platformReadStatements(environment),
    network: networkStatements(environment),
    cluster: [...clusterStatements(environment), ...clusterAdminStatements(creatorArn)],
    roles: [
      ...roleStatements(environment),
      ...foundationStatements({
        project,
        accountId,
        partition,
        bucketArn,
        kmsKeyArns: [kmsKeyArn],
      }),
    ],
  };
}

/** The role of pull requests, and of scheduled runs of the default branch that look for drift. */
function createPreviewRole(
  { project, gitHub }: Configuration,
  environments: readonly Environment[],
  { gitHubProviderArn, store, images }: Account & { readonly images: ImageRegistry },
  opts: pulumi.ComponentResourceOptions,
): GitHubRole {
  const roleName = `${project}-github-preview`;
  const stacks = environments.map(({ name }) => name);
  return new GitHubRole(
    roleName,
    {
      roleName,
      description: `Previews ${project}, changes nothing`,
      providerArn: gitHubProviderArn,
      repository: gitHub.repository,
      contexts: [{ type: "pullRequest" }, { type: "branch", name: gitHub.branch }],
      rights: {
        state: [...stateReadStatements(store, stacks), ...imageReadStatements(images)],
        ...Object.fromEntries(
          environments.map((environment) => [
            environment.name,
            platformReadStatements(environment),
          ]),
        ),
      },
    },
    opts,
  );
}
