import * as pulumi from "@pulumi/pulumi";
import type { Statement } from "../identity/policy.ts";

/** What the role of one application's secrets may do. */

/** Account whose Secrets Manager is read with a role of the application's own. */
export interface SecretsAws {
  readonly accountId: pulumi.Input<string>;
  readonly partition: pulumi.Input<string>;
  /** Role of External Secrets Operator, the only one that may assume readers. */
  readonly controllerRoleArn: pulumi.Input<string>;
  /** Prefix of the names of IAM roles. */
  readonly roleNamePrefix: string;
}

/** Secrets of one application, and which keys open them. */
export interface OwnSecrets {
  /** Names of the application's secrets at the source. */
  readonly remoteKeys: readonly string[];
  /** Those among them that the operator may make. @default none */
  readonly generatedKeys?: readonly string[];
  /** Customer keys that encrypt them. @default none */
  readonly kmsKeyArns?: readonly string[];
}

/** Rights to read these secrets and no others. */
export function readerStatements(
  { remoteKeys, kmsKeyArns = [] }: OwnSecrets,
  account: SecretsAws,
  region: string,
): Statement[] {
  return [
    {
      sid: "ReadOwnSecrets",
      actions: [
        "secretsmanager:GetSecretValue",
        "secretsmanager:DescribeSecret",
        "secretsmanager:GetResourcePolicy",
        "secretsmanager:ListSecretVersionIds",
      ],
      // Secrets Manager puts six characters of its own behind the name.
      resources: remoteKeys.map((key) => secretArn(account, region, `${key}-??????`)),
    },
    ...(kmsKeyArns.length === 0
      ? []
      : [
          {
            sid: "DecryptOwnSecrets",
            actions: ["kms:Decrypt"],
            resources: [...kmsKeyArns],
            conditions: viaSecretsManager(region),
          },
        ]),
  ];
}

/**
 * Rights to make the generated secrets and no others. The operator marks what it makes, and writes
 * a value only to what bears its mark.
 */
export function writerStatements(
  { generatedKeys = [], kmsKeyArns = [] }: OwnSecrets,
  account: SecretsAws,
  region: string,
): Statement[] {
  if (generatedKeys.length === 0) return [];
  const made = generatedKeys.map((key) => secretArn(account, region, `${key}-??????`));
  const [kmsKeyArn] = kmsKeyArns;
  return [
    {
      sid: "CreateGeneratedSecrets",
      actions: ["secretsmanager:CreateSecret", "secretsmanager:TagResource"],
      // A secret that is not there yet has no characters behind its name.
      resources: [...generatedKeys.map((key) => secretArn(account, region, key)), ...made],
      conditions: { StringEquals: { "aws:RequestTag/managed-by": "external-secrets" } },
    },
    {
      sid: "FillGeneratedSecrets",
      actions: ["secretsmanager:PutSecretValue"],
      resources: made,
      conditions: {
        StringEquals: { "secretsmanager:ResourceTag/managed-by": "external-secrets" },
      },
    },
    ...(kmsKeyArn === undefined
      ? []
      : [
          {
            sid: "EncryptGeneratedSecrets",
            actions: ["kms:GenerateDataKey"],
            resources: [kmsKeyArn],
            conditions: viaSecretsManager(region),
          },
        ]),
  ];
}

function secretArn(
  { accountId, partition }: SecretsAws,
  region: string,
  name: string,
): pulumi.Output<string> {
  return pulumi.interpolate`arn:${partition}:secretsmanager:${region}:${accountId}:secret:${name}`;
}

function viaSecretsManager(region: string) {
  return { StringLike: { "kms:ViaService": `secretsmanager.${region}.amazonaws.com*` } };
}
