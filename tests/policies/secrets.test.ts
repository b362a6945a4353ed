import { secretRules } from "../../policies/rules/secrets.ts";
import {
  bucketPolicy,
  json,
  key,
  repository,
  rolePolicy,
  rotation,
  secret,
} from "./aws-fixtures.ts";
import { stack } from "./compliant-stack.ts";
import {
  clusterSecretStore,
  configMap,
  deployment,
  externalSecret,
  secretStore,
} from "./kubernetes-fixtures.ts";
import { change, testRules, type CasesByRule, type Given } from "./support.ts";

function withVariable(variable: object): Given {
  return change(deployment, "spec.template.spec.containers.0.env", [variable]);
}

function reading(...resources: readonly string[]): Given {
  const statement = { Sid: "Read", Effect: "Allow", Action: "secretsmanager:GetSecretValue" };
  return change(rolePolicy, "policy", json({ ...statement, Resource: resources }));
}

const kubernetesSecret: Given = {
  ...configMap,
  type: "kubernetes:core/v1:Secret",
  props: { kind: "Secret", metadata: { name: "api" } },
};
const daemonSet = { ...deployment, type: "kubernetes:apps/v1:DaemonSet" };
const everybody = json({ Sid: "Open", Effect: "Allow", Principal: { AWS: "*" }, Action: "x:Y" });
const inTheClear =
  "holds a secret in the clear: keep it in the source of secrets and list it in slipway:apps.<app>.secrets.required";
const readRule = "allowed is one account's <project>/application/<environment>/...";

export const cases: CasesByRule = {
  "secret-customer-key": {
    passes: { "a customer key": [secret] },
    fails: {
      "the key of AWS": [
        [change(secret, "kmsKeyId", undefined)],
        "the secret has no customer key: set kmsKeyId",
      ],
    },
  },
  "secret-rotation": {
    passes: { "a rotation a month": [secret, rotation] },
    fails: {
      "no rotation": [[secret], "the secret is rotated never: 90 days at most are allowed"],
      "a rotation a year": [
        [secret, change(rotation, "rotationRules.automaticallyAfterDays", 365)],
        "the secret is rotated every 365 days: 90 days at most are allowed",
      ],
    },
  },
  "kms-key-rotation": {
    passes: { "a key that rotates": [key] },
    fails: {
      "a key for ever": [
        [change(key, "enableKeyRotation", undefined)],
        "enableKeyRotation is unset: only true is allowed",
      ],
    },
  },
  "resource-policy-not-public": {
    passes: { "a key of its account, and what is denied to everybody": [key, bucketPolicy] },
    fails: {
      "a key, a bucket and a repository for everybody": [
        [
          change(key, "policy", everybody),
          change(bucketPolicy, "policy", everybody),
          {
            ...repository,
            type: "aws:ecr/repositoryPolicy:RepositoryPolicy",
            props: { policy: everybody },
          },
        ],
        'statement "Open" of policy allows everybody: name the principals',
        'statement "Open" of policy allows everybody: name the principals',
        'statement "Open" of policy allows everybody: name the principals',
      ],
    },
  },
  "no-secret-values": {
    passes: { "a Secret that a controller fills": [kubernetesSecret] },
    fails: {
      "values in a Secret": [
        [
          change(
            change(kubernetesSecret, "data", { PASSWORD: "aHVudGVyMg==" }),
            ["stringData", "TOKEN"],
            "x",
          ),
        ],
        "the Secret has values for PASSWORD, TOKEN: keep them in the source of secrets (config slipway:secrets.source) and sync them with an ExternalSecret",
      ],
    },
  },
  "no-credentials-in-environment": {
    passes: {
      "plain variables": [deployment, configMap],
      "a secret by reference": [
        withVariable({
          name: "DATABASE_PASSWORD",
          valueFrom: { secretKeyRef: { name: "api", key: "DATABASE_PASSWORD" } },
        }),
      ],
      "the place of a secret": [withVariable({ name: "TLS_KEY_FILE", value: "/run/tls.key" })],
      "scripts about secrets": [
        change(configMap, "data", { "V1__create_token.sql": "create table token (id int);" }),
      ],
      "a reference to another variable": [
        withVariable({ name: "BROKER", value: "amqp://$(USER_NAME):$(USER_WORD)@broker:5672" }),
      ],
      "a word that only contains one": [withVariable({ name: "KEYBOARD", value: "qwerty" })],
    },
    fails: {
      "a password as a variable": [
        [withVariable({ name: "DATABASE_PASSWORD", value: "hunter2" })],
        `variable DATABASE_PASSWORD of container "api" ${inTheClear}`,
      ],
      "a password in an address": [
        [withVariable({ name: "BROKER", value: "amqp://user:hunter2@broker:5672" })],
        `variable BROKER of container "api" ${inTheClear}`,
      ],
      "a token in a ConfigMap": [
        [change(configMap, "data", { slackToken: "xoxb-1" })],
        `key slackToken ${inTheClear}`,
      ],
    },
  },
  "outputs-without-credentials": {
    passes: { "names of secrets": [stack] },
    fails: {
      "a password and a private key": [
        [
          change(
            change(stack, "databasePassword", "hunter2"),
            "certificate",
            "-----BEGIN RSA PRIVATE KEY-----",
          ),
        ],
        "stack output databasePassword looks like a credential: give the name or ARN of the secret instead",
        "stack output certificate looks like a credential: give the name or ARN of the secret instead",
      ],
    },
  },
  "secret-store-bounded": {
    passes: { "stores of listed namespaces": [secretStore, clusterSecretStore] },
    fails: {
      "a store for everybody": [
        [change(clusterSecretStore, "spec", {})],
        "the ClusterSecretStore serves every namespace: use a SecretStore, or list namespaces in spec.conditions",
      ],
    },
  },
  "secret-reader-bounded": {
    passes: { "one application's prefix": [rolePolicy] },
    fails: {
      "all secrets": [
        [reading("arn:aws:secretsmanager:eu-west-1:123456789012:secret:*")],
        `statement "Read" of policy reads the secrets arn:aws:secretsmanager:eu-west-1:123456789012:secret:*: ${readRule}`,
      ],
      "writing secrets of other environments": [
        [
          change(rolePolicy, "policy", {
            Statement: [
              {
                Sid: "Write",
                Effect: "Allow",
                Action: "secretsmanager:PutSecretValue",
                Resource: "arn:aws:secretsmanager:eu-west-1:123456789012:secret:acme/*",
              },
            ],
          }),
        ],
        `statement "Write" of policy writes the secrets arn:aws:secretsmanager:eu-west-1:123456789012:secret:acme/*: ${readRule}`,
      ],
      "an account id in place of the region": [
        [
          reading(
            "arn:aws:secretsmanager:123456789012:eu-west-1:secret:acme/application/staging/*",
          ),
        ],
        `statement "Read" of policy reads the secrets arn:aws:secretsmanager:123456789012:eu-west-1:secret:acme/application/staging/*: ${readRule}`,
      ],
    },
  },
  "secrets-as-files": {
    passes: {
      "a container without secrets": [daemonSet],
      "variables of an application, by its choice": [
        change(deployment, "spec.template.spec.containers.0.envFrom", [
          { secretRef: { name: "api" } },
        ]),
      ],
    },
    fails: {
      "variables of anything else": [
        [
          change(daemonSet, "spec.template.spec.containers.0.envFrom", [
            { secretRef: { name: "api" } },
          ]),
        ],
        'container "api" gets secrets as variables: mount them as files',
      ],
    },
  },
  "external-secret-lifecycle": {
    passes: {
      "a Secret that is owned, kept and refreshed": [
        externalSecret,
        change(externalSecret, "spec.refreshInterval", "1h0m0s"),
      ],
      "one that makes no Secret": [
        change(externalSecret, "spec", { target: { creationPolicy: "None" } }),
      ],
    },
    fails: {
      "a Secret that goes with its source": [
        [change(externalSecret, "spec.target", { creationPolicy: "Orphan" })],
        'spec.target.creationPolicy is "Orphan": only "Owner" is allowed',
        'spec.target.deletionPolicy is unset: only "Retain" is allowed',
      ],
      "a Secret that is never refreshed": [
        [change(externalSecret, "spec.refreshInterval", "0s")],
        'spec.refreshInterval is "0s": 1s to 24h is allowed (config slipway:secrets.refreshInterval)',
      ],
      "a Secret that is made once": [
        [change(externalSecret, "spec.refreshPolicy", "CreatedOnce")],
        'spec.refreshPolicy is "CreatedOnce": only "Periodic" is allowed',
      ],
    },
  },
};

testRules(secretRules, cases);
