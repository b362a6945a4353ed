import { readFileSync } from "node:fs";
import { join } from "node:path";
import { evaluateProgram } from "../../plan/evaluate.ts";
import type { Recording } from "../../plan/monitor.ts";
import { parseStackFile } from "../../plan/stack-file.ts";
import type { StackFile } from "../../plan/stack-file.ts";
import { root } from "../support/plans.ts";

/** The accounts that the repository prepares. */
export const accounts = ["staging", "production"] as const;

/** A stack file of the bootstrap program with some keys changed, or left out where undefined. */
export function bootstrapFile(
  stack: string,
  changes: Readonly<Record<string, unknown>> = {},
): StackFile {
  const text = readFileSync(join(root, "bootstrap", `Pulumi.${stack}.yaml`), "utf8");
  const { config, secretKeys } = parseStackFile(text);
  const merged: Record<string, unknown> = { ...config };
  for (const [key, value] of Object.entries(changes)) merged[`slipway-bootstrap:${key}`] = value;
  return {
    config: Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== undefined)),
    secretKeys,
  };
}

/** What the bootstrap program registers. */
export function bootstrapRecording(stack: string, file = bootstrapFile(stack)): Promise<Recording> {
  const accountId = String(file.config["slipway-bootstrap:accountId"]);
  const region = String(file.config["slipway-bootstrap:region"]);
  return evaluateProgram(stack, file, {
    project: "slipway-bootstrap",
    entry: "bootstrap/index.ts",
    account: { accountId, region },
  });
}

/** The documents of all policies of a role, as JSON. */
export function policiesOf(recording: Recording, roleName: string): string[] {
  const attached = recording.resources.filter(
    ({ type, inputs }) =>
      type === "aws:iam/rolePolicyAttachment:RolePolicyAttachment" && inputs.role === roleName,
  );
  return attached.flatMap(({ inputs }) => {
    const policy = recording.resources.find(
      ({ type, inputs: { name } }) =>
        type === "aws:iam/policy:Policy" &&
        String(inputs.policyArn).endsWith(`:policy/${String(name)}`),
    );
    return policy === undefined ? [] : [String(policy.inputs.policy)];
  });
}

/** The account of `bootstrap/Pulumi.staging.yaml`. */
export const account = "123456789012";
export const stateBucketArn = `arn:aws:s3:::slipway-pulumi-state-${account}`;

export function arnOf(service: string, path: string): string {
  return `arn:aws:${service}:eu-west-1:${account}:${path}`;
}

export function iamArn(path: string): string {
  return `arn:aws:iam::${account}:${path}`;
}

/** Condition keys of requests about what bears the tags of staging, is made with them, or is bound. */
export const ownTags = {
  "aws:ResourceTag/project": "slipway",
  "aws:ResourceTag/environment": "staging",
};
export const newTags = {
  "aws:RequestTag/project": "slipway",
  "aws:RequestTag/environment": "staging",
};
export const bounded = { "iam:PermissionsBoundary": iamArn("policy/slipway-staging-boundary") };
