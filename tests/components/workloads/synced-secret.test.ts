import assert from "node:assert/strict";
import { at } from "../../support/recording.ts";
import { everything, listAt, recordWorkload, shaA, shaB } from "./support.ts";
import type { Inputs, Recording, Registration } from "../../support/recording.ts";

const image = { repository: "ghcr.io/acme/api", sha: shaA };
const { secrets } = everything;
const region = "eu-west-1";
const emulated = {
  secrets: {
    source: {
      type: "secretsManager" as const,
      region,
      credentialsSecret: { name: "aws", namespace: "external-secrets" },
    },
    refreshInterval: "15s",
    kmsKeyArns: [],
  },
  region: undefined,
  aws: undefined,
};
const inCluster = {
  secrets: {
    source: { type: "kubernetes" as const, namespace: "vault" },
    refreshInterval: "5m",
    kmsKeyArns: [],
  },
  region: undefined,
  aws: undefined,
};

const spec = (found: Recording, name: string): Inputs =>
  found.one("ExternalSecret", name).inputs["spec"] as Inputs;

/** What proves that the source has the keys, by key. */
function checks(found: Recording): Map<string, Registration> {
  const prefix = "acme-staging-api-secret-check-";
  return new Map(
    found
      .all("ExternalSecret")
      .filter(({ name }) => name.startsWith(prefix))
      .sort((a, b) => a.name.localeCompare(b.name))
      .map((resource) => [resource.name.slice(prefix.length), resource]),
  );
}

describe("a synced secret", () => {
  let recording: Recording;
  before(async () => {
    recording = await recordWorkload({ secrets });
  });

  it("brings every key of the source, and names those that must be there", () => {
    const key = "acme/application/staging/api";
    assert.deepEqual(spec(recording, "api"), {
      secretStoreRef: { kind: "SecretStore", name: "api" },
      refreshInterval: "15s",
      target: { name: "api", creationPolicy: "Owner", deletionPolicy: "Retain" },
      data: [
        {
          secretKey: "DATABASE_USERNAME",
          remoteRef: { key, property: "DATABASE_USERNAME", decodingStrategy: "None" },
        },
        {
          secretKey: "DATABASE_PASSWORD",
          remoteRef: { key, property: "DATABASE_PASSWORD", decodingStrategy: "None" },
        },
        {
          secretKey: "SIGNING_KEY",
          remoteRef: { key, property: "SIGNING_KEY", decodingStrategy: "Base64" },
        },
      ],
      dataFrom: [{ extract: { key } }],
    });
  });

  it("brings only the named keys where asked", async () => {
    const found = await recordWorkload({ secrets: { required: ["TOKEN"], all: false } });
    assert.equal(spec(found, "api")["dataFrom"], undefined);
    assert.equal(listAt(spec(found, "api"), "data").length, 1);
  });

  it("brings documents whole, decoded where they are stored so", async () => {
    assert.deepEqual(listAt(spec(recording, "api-files"), "data"), [
      {
        secretKey: "google",
        remoteRef: { key: "acme/application/staging/api-google", decodingStrategy: "None" },
      },
    ]);
    const file = { remoteName: "shared", encoding: "base64", mountPath: "/etc/key.json" };
    const found = await recordWorkload({ secrets: { required: ["A"], files: { google: file } } });
    assert.deepEqual(at(listAt(spec(found, "api-files"), "data"), "0.remoteRef"), {
      key: "acme/application/staging/shared",
      decodingStrategy: "Base64",
    });
  });

  it("is waited for, but for no longer than a minute and a half", () => {
    const waited = [...recording.all("SecretStore"), ...recording.all("ExternalSecret")];
    assert.equal(waited.length, 3 + checks(recording).size);
    for (const { inputs, timeouts, name } of waited) {
      assert.equal(at(inputs, "apiVersion"), "external-secrets.io/v1");
      assert.deepEqual(at(inputs, "metadata.annotations"), {
        "pulumi.com/waitFor": "condition=Ready",
      });
      const seconds = name.includes("-check-") ? "30s" : "90s";
      assert.deepEqual(timeouts, { create: seconds, update: seconds });
    }
  });

  it("proves anew for each release that every key is there, one object a key", async () => {
    const names = (found: Recording): string[] =>
      [...checks(found).values()].map(({ inputs }) => String(at(inputs, "metadata.name")));
    assert.deepEqual(
      [...checks(recording).keys()],
      ["DATABASE_PASSWORD", "DATABASE_USERNAME", "file-google", "SIGNING_KEY"],
    );
    for (const [key, { inputs }] of checks(recording)) {
      assert.deepEqual(
        listAt(inputs, "spec.data").map(({ secretKey }) => secretKey),
        [key.replace(/^file-/, "")],
      );
      assert.deepEqual(at(inputs, "spec.target"), {
        creationPolicy: "None",
        deletionPolicy: "Retain",
      });
    }
    const released = await recordWorkload({ secrets, image: { ...image, sha: shaB } });
    assert.equal(new Set([recording, released].flatMap(names)).size, 8);
    const unchanged = await recordWorkload({ secrets, port: 9000 });
    assert.deepEqual(names(recording), names(unchanged));
  });

  it("proves it anew when a key is stored in another way", async () => {
    const name = (found: Recording): unknown =>
      at(checks(found).get("DATABASE_PASSWORD")?.inputs, "metadata.name");
    const found = await recordWorkload({
      secrets: { ...secrets, base64Keys: ["DATABASE_PASSWORD"] },
    });
    assert.notEqual(name(found), name(recording));
  });

  it("keeps keys and files of one name apart", async () => {
    const file = { mountPath: "/etc/keys/google.json" };
    const found = await recordWorkload({
      secrets: { required: ["google"], files: { google: file } },
    });
    assert.deepEqual([...checks(found).keys()], ["file-google", "google"]);
  });

  it("proves it again after a failure at once, not when the operator next tries", () => {
    for (const { replaceOnChanges, deleteBeforeReplace } of checks(recording).values())
      assert.deepEqual([replaceOnChanges, deleteBeforeReplace], [["*"], true]);
  });

  it("is read with a role of its own that only the operator may assume", () => {
    const role = recording.one("role:Role").inputs;
    assert.equal(role["name"], "acme-staging-api-secrets-reader");
    assert.deepEqual(listAt(JSON.parse(String(role["assumeRolePolicy"])), "Statement"), [
      {
        Effect: "Allow",
        Principal: { AWS: "arn:aws:iam::111111111111:role/acme-staging-external-secrets" },
        Action: ["sts:AssumeRole", "sts:TagSession"],
      },
    ]);
    assert.deepEqual(at(recording.one("SecretStore").inputs, "spec.provider.aws"), {
      service: "SecretsManager",
      region,
      role: "arn:aws:iam::111111111111:role/acme-staging-api-secrets-reader",
    });
  });

  it("reads exactly the secrets that are synced, by the same names (defects 5, 6)", () => {
    const policy: unknown = JSON.parse(
      String(recording.one("rolePolicy:RolePolicy").inputs["policy"]),
    );
    const [statement, ...rest] = listAt(policy, "Statement");
    assert.deepEqual(rest, []);
    const arns = statement?.["Resource"] as string[];
    const synced = ["api", "api-files"].flatMap((name) =>
      listAt(spec(recording, name), "data").map((each) => at(each, "remoteRef.key")),
    );
    for (const arn of arns) {
      const [, partition, service, arnRegion, account, kind] = arn.split(":");
      assert.deepEqual(
        [partition, service, arnRegion, account, kind],
        ["aws", "secretsmanager", region, "111111111111", "secret"],
      );
    }
    assert.deepEqual(
      arns.map((arn) => arn.split(":secret:")[1]),
      [...new Set(synced)].map((key) => `${String(key)}-??????`),
    );
  });

  it("may use the keys that encrypt it, through Secrets Manager only", async () => {
    const key = "arn:aws:kms:eu-west-1:111111111111:key/k";
    const found = await recordWorkload(
      { secrets },
      {
        secrets: {
          source: { type: "secretsManager" },
          refreshInterval: "15s",
          kmsKeyArns: [key],
        },
      },
    );
    const policy: unknown = JSON.parse(String(found.one("rolePolicy:RolePolicy").inputs["policy"]));
    assert.deepEqual(listAt(policy, "Statement")[1], {
      Sid: "DecryptOwnSecrets",
      Effect: "Allow",
      Action: ["kms:Decrypt"],
      Resource: [key],
      Condition: { StringLike: { "kms:ViaService": "secretsmanager.eu-west-1.amazonaws.com*" } },
    });
  });

  it("uses given credentials for its namespace alone", async () => {
    const found = await recordWorkload({ secrets }, emulated);
    assert.deepEqual(found.one("ClusterSecretStore").inputs["spec"], {
      conditions: [{ namespaces: ["api"] }],
      provider: {
        aws: {
          service: "SecretsManager",
          region,
          auth: {
            secretRef: {
              accessKeyIDSecretRef: {
                name: "aws",
                namespace: "external-secrets",
                key: "access-key-id",
              },
              secretAccessKeySecretRef: {
                name: "aws",
                namespace: "external-secrets",
                key: "secret-access-key",
              },
            },
          },
        },
      },
    });
    assert.deepEqual(at(spec(found, "api"), "secretStoreRef"), {
      kind: "ClusterSecretStore",
      name: "api",
    });
    assert.deepEqual(found.all("role:Role"), []);
  });

  it("reads another namespace with an account that may get its secrets only", async () => {
    const found = await recordWorkload({ secrets }, inCluster);
    const role = found.one("Role", "api-secrets-reader").inputs;
    assert.equal(at(role, "metadata.namespace"), "vault");
    assert.deepEqual(role["rules"], [
      {
        apiGroups: [""],
        resources: ["secrets"],
        resourceNames: ["acme.application.staging.api", "acme.application.staging.api-google"],
        verbs: ["get"],
      },
    ]);
    assert.deepEqual(found.one("RoleBinding").inputs["subjects"], [
      { kind: "ServiceAccount", name: "api-secrets-reader", namespace: "api" },
    ]);
    assert.deepEqual(at(found.one("SecretStore").inputs, "spec.provider.kubernetes"), {
      remoteNamespace: "vault",
      server: { caProvider: { type: "ConfigMap", name: "kube-root-ca.crt", key: "ca.crt" } },
      auth: { serviceAccount: { name: "api-secrets-reader" } },
    });
    assert.equal(at(spec(found, "api"), "refreshInterval"), "5m");
    assert.deepEqual(at(listAt(spec(found, "api-files"), "data"), "0.remoteRef"), {
      key: "acme.application.staging.api-google",
      property: "content",
      decodingStrategy: "None",
    });
    const store = found.one("SecretStore");
    for (const type of ["Role", "RoleBinding"])
      assert.ok(found.waitsFor(store, found.one(type)), type);
  });

  it("fails without credentials and without a region, and says what to give", async () => {
    const source = { type: "secretsManager" as const };
    const rest = { secrets: { ...emulated.secrets, source }, aws: undefined };
    await assert.rejects(recordWorkload({ secrets }, { ...rest, region }), {
      message:
        "the secrets of api can't be read without credentials: outside EKS give secrets.source.credentialsSecret (config slipway:secrets)",
    });
    await assert.rejects(recordWorkload({ secrets }, { ...rest, region: undefined }), {
      message:
        "the secrets of api have no region: give secrets.source.region (config slipway:secrets) or slipway:region",
    });
  });
});
