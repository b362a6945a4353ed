import * as pulumi from "@pulumi/pulumi";

/** Rights that an IAM policy grants, or takes away: actions on resources, where the conditions hold. */
export interface Statement {
  /**
   * Whether the statement allows or denies; a denial wins over everything that is allowed.
   * @default Allow
   */
  readonly effect?: "Allow" | "Deny";
  /**
   * Name of the statement; begins with `Any` where a resource is `*`.
   * @default none
   */
  readonly sid?: string;
  /** Actions such as `route53:GetChange`; never `*`. */
  readonly actions: readonly string[];
  /** ARNs, or `*` for actions that know no narrower resource. */
  readonly resources: readonly pulumi.Input<string>[];
  /**
   * Conditions by operator and key.
   * @default none
   */
  readonly conditions?: Record<
    string,
    Record<string, pulumi.Input<string> | pulumi.Input<string>[]>
  >;
  /**
   * Why a `*` resource is needed; for readers, not part of the policy.
   * @default none
   */
  readonly reason?: string;
}

/**
 * The JSON of an IAM policy with the statements.
 *
 * @throws Error where an allowed action is `*`, or a resource is `*` without a reason and a Sid `Any...`.
 */
export function policyDocument(statements: readonly Statement[]): pulumi.Output<string> {
  statements.forEach(refuseWildcards);
  return pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: statements.map(({ effect, sid, actions, resources, conditions }) => ({
      ...(sid === undefined ? {} : { Sid: sid }),
      Effect: effect ?? "Allow",
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

function refuseWildcards({ effect, sid, actions, resources, reason }: Statement): void {
  if (effect === "Deny") return;
  const named = sid ?? actions.join(", ");
  if (actions.includes("*"))
    throw new Error(`statement ${named} allows the action "*": list the actions`);
  if (resources.includes("*") && !(sid?.startsWith("Any") === true && reason !== undefined))
    throw new Error(
      `statement ${named} has the resource "*": give a narrower ARN, ` +
        `or a reason and a sid that begins with "Any"`,
    );
}
