import { refuses } from "./mistakes.ts";

// Put together here, so that scanners of this repository find no credential in it.
const accessKey = ["AKIA", "IOSFODNN7EXAMPLE"].join("");
const gitHubToken = ["ghp", "0".repeat(36)].join("_");
const privateKey = `${"-".repeat(5)}BEGIN PRIVATE KEY${"-".repeat(5)}\nMIIE`;

refuses("secrets", [
  [
    "credentials on EKS",
    [["secrets/source/credentialsSecret", { name: "aws", namespace: "slipway" }]],
    'secrets.source.credentialsSecret is {"name":"aws","namespace":"slipway"}: leave it out: on EKS, Pod Identity gives access (config slipway:secrets)',
  ],
  [
    "KMS keys of another source",
    [
      ["secrets/source", { type: "kubernetes", namespace: "vault" }],
      ["secrets/kmsKeyArns", ["arn:aws:kms:eu-west-1:123456789012:key/1a2b"]],
    ],
    'secrets.kmsKeyArns is ["arn:aws:kms:eu-west-1:123456789012:key/1a2b"]: leave it out: the source is not AWS Secrets Manager (config slipway:secrets)',
  ],
  [
    "a password as a variable",
    [["apps/api/env/DB_PASSWORD", "hunter2"]],
    "apps.api.env.DB_PASSWORD is [not shown]: take it out, keep the value in the source of slipway:secrets, and name it in apps.api.secrets.required (config slipway:apps)",
  ],
  [
    "a key as a variable of a process",
    [["apps/api/processes/worker/env/API_KEY", "hunter2"]],
    "apps.api.processes.worker.env.API_KEY is [not shown]: take it out, keep the value in the source of slipway:secrets, and name it in apps.api.secrets.required (config slipway:apps)",
  ],
  [
    "an AWS access key",
    [["apps/api/env/AWS_ID", accessKey]],
    "apps.api.env.AWS_ID is [not shown], an AWS access key: take it out and revoke it; keep secrets in the source of slipway:secrets (config slipway:apps)",
  ],
  [
    "a private key",
    [["apps/api/env/PEM", privateKey]],
    "apps.api.env.PEM is [not shown], a private key: take it out and revoke it; keep secrets in the source of slipway:secrets (config slipway:apps)",
  ],
  [
    "a GitHub token",
    [["apps/api/command", ["/app/api", `--auth=${gitHubToken}`]]],
    "apps.api.command[1] is [not shown], a GitHub token: take it out and revoke it; keep secrets in the source of slipway:secrets (config slipway:apps)",
  ],
  [
    "a connection string with a password",
    [["apps/web/env/DATABASE_URL", "postgres://web:hunter2@db.acme.dev/web"]],
    "apps.web.env.DATABASE_URL is [not shown], a URL with a password: take it out and revoke it; keep secrets in the source of slipway:secrets (config slipway:apps)",
  ],
  [
    "a variable of two origins",
    [["apps/api/env/DATABASE_USERNAME", "api"]],
    'apps.api.secrets.required[0] is "DATABASE_USERNAME": give it once: env has it already (config slipway:apps)',
  ],
  [
    "two secrets in one file",
    [["apps/api/secrets/files/second", { mountPath: "/var/run/secrets/api/firebase.json" }]],
    'apps.api.secrets.files.second.mountPath is "/var/run/secrets/api/firebase.json": give another path: secrets.files.firebase lies there (config slipway:apps)',
  ],
  [
    "a base64 key that is not synced",
    [["apps/api/secrets/base64Keys", ["LICENSE_TEXT"]]],
    'apps.api.secrets.base64Keys[0] is "LICENSE_TEXT": give a key of secrets.required: secrets.all is false (config slipway:apps)',
  ],
  [
    "generated keys that nothing requires",
    [["apps/api/secrets/generated", { SESSION_SALT: {} }]],
    "apps.api.secrets.generated.SESSION_SALT is {}: give a key of secrets.required (config slipway:apps)",
  ],
  [
    "generated keys that are decoded",
    [
      ["apps/api/secrets/required", ["DATABASE_USERNAME", "DATABASE_PASSWORD", "SALT"]],
      ["apps/api/secrets/base64Keys", ["SALT"]],
      ["apps/api/secrets/generated", { SALT: { length: 43, symbols: false } }],
    ],
    'apps.api.secrets.generated.SALT is {"length":43,"symbols":false}: take it out of secrets.base64Keys: generated values are plain (config slipway:apps)',
  ],
  [
    "generated keys where nothing can keep them",
    [
      ["secrets/source", { type: "kubernetes", namespace: "vault" }],
      ["apps/api/secrets/generated", { DATABASE_PASSWORD: {} }],
    ],
    'apps.api.secrets.generated is {"DATABASE_PASSWORD":{}}: leave it out: only AWS Secrets Manager keeps generated values (config slipway:apps)',
  ],
  [
    "a generated key that is short",
    [["apps/api/secrets/generated", { DATABASE_PASSWORD: { length: 15 } }]],
    "apps.api.secrets.generated.DATABASE_PASSWORD.length is 15: give a whole number from 16 to 128 (config slipway:apps)",
  ],
  [
    "a name that Kubernetes refuses",
    [
      ["secrets/source", { type: "kubernetes", namespace: "vault" }],
      ["apps/api/secrets/remoteName", "Api_Main"],
    ],
    'apps.api.secrets.remoteName is "Api_Main": give lower-case letters, digits, dots and hyphens: it becomes the name of a Kubernetes Secret (config slipway:apps)',
  ],
]);
