import * as pulumi from "@pulumi/pulumi";

/** Rights that an IAM policy grants: actions on resources, where the conditions hold. */
export interface Statement {
  /**
   * Name of the statement; begins with `Any` where a resource is `*`.
   * @default none
   */
  readonly sid?: string;
  /** Actions such as `route53:GetChange`; never `*`. */
  readonly actions: string[];
  /** ARNs, or `*` for actions that know no narrower resource. */
  readonly resources: pulumi.Input<string>[];
  /**
   * Conditions by operator and key.
   * @default none
   */
  readonly conditions?: Record<string, Record<string, pulumi.Input<string | string[]>>>;
  /**
   * Why a `*` resource is needed; for readers, not part of the policy.
   * @default none
   */
  readonly reason?: string;
}

/**
 * The JSON of an IAM policy that allows the statements.
 *
 * @throws Error where an action is `*`, or a resource is `*` without a reason and a Sid `Any...`.
 */
export function policyDocument(statements: Statement[]): pulumi.Output<string> {
  statements.forEach(refuseWildcards);
  return pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: statements.map(({ sid, actions, resources, conditions }) => ({
      ...(sid === undefined ? {} : { Sid: sid }),
      Effect: "Allow",
      Action: actions,
      Resource: resources,
      ...(conditions === undefined ? {} : { Condition: conditions }),
    })),
  });
}

/** Trust policy of a role that pods receive through EKS Pod Identity. */
export const podIdentityTrust: string = JSON.stringify({
  Version: "2012-10-17",
  Statement: [
    {
      Effect: "Allow",
      Principal: { Service: "pods.eks.amazonaws.com" },
      Action: ["sts:AssumeRole", "sts:TagSession"],
    },
  ],
});

/** Trust policy of a role that an AWS service assumes, `ec2.amazonaws.com` for instance. */
export function serviceTrust(service: string): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" }],
  });
}

function refuseWildcards({ sid, actions, resources, reason }: Statement): void {
  const named = sid ?? actions.join(", ");
  if (actions.includes("*"))
    throw new Error(`statement ${named} allows the action "*": list the actions`);
  if (resources.includes("*") && !(sid?.startsWith("Any") === true && reason !== undefined))
    throw new Error(
      `statement ${named} has the resource "*": give a narrower ARN, ` +
        `or a reason and a sid that begins with "Any"`,
    );
}
