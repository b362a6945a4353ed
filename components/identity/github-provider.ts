import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { gitHubIssuer } from "./github-subject.ts";

/** GitHub's identity provider in an account. */
export interface GitHubProviderArgs {
  /** Whether Pulumi refuses to delete the provider. */
  readonly protect: boolean;
}

/**
 * Lets AWS check tokens of GitHub's workflows. An account has one; a second cannot be made.
 *
 * No thumbprint is pinned: AWS trusts GitHub's certificate by its own list of authorities, and a
 * pinned one would only go stale.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc_verify-thumbprint.html
 */
export class GitHubProvider extends pulumi.ComponentResource {
  /** ARN of the provider. */
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: GitHubProviderArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:identity:GitHubProvider", name, {}, opts);
    const provider = new aws.iam.OpenIdConnectProvider(
      name,
      { url: `https://${gitHubIssuer}`, clientIdLists: ["sts.amazonaws.com"] },
      { parent: this, protect: args.protect },
    );
    this.arn = provider.arn;
    this.registerOutputs({ arn: this.arn });
  }
}

/** ARN of the provider where an account has it already. */
export function gitHubProviderArn(
  partition: pulumi.Input<string>,
  accountId: pulumi.Input<string>,
): pulumi.Output<string> {
  return pulumi.interpolate`arn:${partition}:iam::${accountId}:oidc-provider/${gitHubIssuer}`;
}
