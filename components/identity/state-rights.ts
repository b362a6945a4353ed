import * as pulumi from "@pulumi/pulumi";
import type { Statement } from "./policy.ts";

/** Rights to Pulumi's state of single stacks in a bucket, and to nothing else in it. */

/** Where the state of an account's stacks lies. */
export interface StateStore {
  /** ARN of the bucket. */
  readonly bucketArn: pulumi.Input<string>;
  /** Key that encrypts the bucket, and the stacks' own secrets. */
  readonly kmsKeyArn: pulumi.Input<string>;
  /** Region of both. */
  readonly region: string;
}

/** Name in Pulumi.yaml, a part of every path in the bucket. */
const program = "slipway";

/** Rights to read the state and history of stacks and to open their secrets. */
export function stateReadStatements(store: StateStore, stacks: readonly string[]): Statement[] {
  return [
    { sid: "FindState", actions: ["s3:ListBucket"], resources: [store.bucketArn] },
    {
      sid: "ReadState",
      actions: ["s3:GetObject"],
      resources: [inBucket(store, "meta.yaml"), ...stacks.flatMap((stack) => paths(store, stack))],
    },
    {
      sid: "OpenState",
      actions: ["kms:Decrypt"],
      resources: [store.kmsKeyArn],
      conditions: viaBucket(store),
    },
    {
      // What `&context_stack=<stack>` in the stack's secretsprovider makes a part of the encryption.
      sid: "OpenSecrets",
      actions: ["kms:Decrypt"],
      resources: [store.kmsKeyArn],
      conditions: { StringEquals: { "kms:EncryptionContext:stack": [...stacks] } },
    },
  ];
}

/** Rights to change the state of one stack. Versions that a change replaces stay out of reach. */
export function stateWriteStatements(store: StateStore, stack: string): Statement[] {
  return [
    {
      sid: "WriteState",
      actions: ["s3:PutObject", "s3:DeleteObject"],
      resources: paths(store, stack),
    },
    {
      sid: "SealState",
      actions: ["kms:GenerateDataKey"],
      resources: [store.kmsKeyArn],
      conditions: viaBucket(store),
    },
  ];
}

/** Objects of one stack: checkpoint, history, backups, and locks, which have a folder more. */
function paths(store: StateStore, stack: string): pulumi.Output<string>[] {
  return [
    inBucket(store, `stacks/${program}/${stack}.*`),
    inBucket(store, `history/${program}/${stack}/*`),
    inBucket(store, `backups/${program}/${stack}/*`),
    inBucket(store, `locks/organization/${program}/${stack}/*`),
  ];
}

function inBucket({ bucketArn }: StateStore, path: string): pulumi.Output<string> {
  return pulumi.interpolate`${bucketArn}/.pulumi/${path}`;
}

/** With a bucket key, S3 encrypts under the ARN of the bucket and not of each object. */
function viaBucket({ bucketArn, region }: StateStore): NonNullable<Statement["conditions"]> {
  return {
    StringEquals: { "kms:EncryptionContext:aws:s3:arn": bucketArn },
    // Its end differs between partitions.
    StringLike: { "kms:ViaService": `s3.${region}.amazonaws.com*` },
  };
}
