import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { gitHubIssuer } from "./github-subject.ts";

/** GitHub's identity provider in an account. */
export interface GitHubProviderArgs {
  /** Whether Pulumi refuses to delete the provider. */
  readonly protect: boolean;
}

/**
 * Lets AWS check tokens of GitHub's workflows. An account has one; a second cannot be made. Roles
 * name it by {@link gitHubProviderArn}, which a preview knows before it exists, and depend on this.
 *
 * No thumbprint is pinned: AWS trusts GitHub's certificate by its own list of authorities, and a
 * pinned one would only go stale.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc_verify-thumbprint.html
 */
export class GitHubProvider extends pulumi.ComponentResource {
  constructor(name: string, args: GitHubProviderArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:identity:GitHubProvider", name, {}, opts);
    new aws.iam.OpenIdConnectProvider(
      name,
      { url: `https://${gitHubIssuer}`, clientIdLists: ["sts.amazonaws.com"] },
      { parent: this, protect: args.protect },
    );
    this.registerOutputs({});
  }
}

/** ARN of the one provider for GitHub that an account can have. */
export function gitHubProviderArn(
  partition: pulumi.Input<string>,
  accountId: pulumi.Input<string>,
): pulumi.Output<string> {
  return pulumi.interpolate`arn:${partition}:iam::${accountId}:oidc-provider/${gitHubIssuer}`;
}
