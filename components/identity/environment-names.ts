import * as pulumi from "@pulumi/pulumi";
import type { Statement } from "./policy.ts";

/** Names of what an environment owns in AWS: who deploys it is held to them. */

/** One environment in one account. */
export interface Environment {
  readonly project: string;
  /** Name of the stack. */
  readonly name: string;
  readonly region: string;
  readonly accountId: pulumi.Input<string>;
  /** Partition of the account: `aws`, `aws-cn`, `aws-us-gov`. */
  readonly partition: pulumi.Input<string>;
}

/** What all names of an environment begin with. */
export function environmentPrefix({ project, name }: Environment): string {
  return `${project}-${name}`;
}

/** Name of the permissions boundary of an environment's roles. */
export function boundaryName(environment: Environment): string {
  return `${environmentPrefix(environment)}-boundary`;
}

/** ARN of something in the environment's region and account. */
export function regional(
  { partition, region, accountId }: Pick<Environment, "partition" | "region" | "accountId">,
  service: string,
  path: string,
): pulumi.Output<string> {
  return pulumi.interpolate`arn:${partition}:${service}:${region}:${accountId}:${path}`;
}

/** ARN of something of IAM, which knows no region. */
export function ofIam(
  { partition, accountId }: Pick<Environment, "partition" | "accountId">,
  path: string,
): pulumi.Output<string> {
  return pulumi.interpolate`arn:${partition}:iam::${accountId}:${path}`;
}

/** The IAM roles that the program makes: by prefix, and those of people in the cluster. */
export function environmentRoles(environment: Environment): pulumi.Output<string>[] {
  const { project, name } = environment;
  return [
    ofIam(environment, `role/${environmentPrefix(environment)}-*`),
    ofIam(environment, `role/${project}-kubernetes-*-${name}`),
  ];
}

/** Condition that a thing bears the tags that the program puts on all it makes. */
export function owned({ project, name }: Environment): NonNullable<Statement["conditions"]> {
  return {
    StringEquals: { "aws:ResourceTag/project": project, "aws:ResourceTag/environment": name },
  };
}

/** The cluster of an environment and all that belongs to it. */
export function clusterArns(environment: Environment) {
  const name = `${environmentPrefix(environment)}-*`;
  return ["cluster", "nodegroup", "addon", "access-entry", "podidentityassociation"].map((kind) =>
    regional(environment, "eks", kind === "cluster" ? `${kind}/${name}` : `${kind}/${name}/*`),
  );
}

/** Log groups of an environment. */
export function logGroupArns(environment: Environment) {
  const prefix = environmentPrefix(environment);
  return ["eks", "vpc"].map((service) =>
    regional(environment, "logs", `log-group:/aws/${service}/${prefix}-*`),
  );
}

/** Condition that a request names the tags that the program puts on all it makes. */
export function requested({ project, name }: Environment): NonNullable<Statement["conditions"]> {
  return {
    StringEquals: { "aws:RequestTag/project": project, "aws:RequestTag/environment": name },
  };
}
