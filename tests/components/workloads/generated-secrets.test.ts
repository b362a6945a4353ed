import assert from "node:assert/strict";
import { at } from "../../support/recording.ts";
import { listAt, recordWorkload } from "./support.ts";
import type { Inputs, Recording } from "../../support/recording.ts";

const secrets = {
  required: ["DATABASE_PASSWORD", "SESSION_KEY", "session_key"],
  generated: { SESSION_KEY: { length: 43, symbols: false }, session_key: {} },
};
const remoteKey = "acme/application/staging/api/SESSION_KEY";
const kmsKey = "arn:aws:kms:eu-west-1:111111111111:key/k";

function push(found: Recording, key = "SESSION_KEY") {
  const [only] = found
    .all("PushSecret")
    .filter(({ name }) => name === `acme-staging-api-secret-${key}-push`);
  assert.ok(only !== undefined);
  return only;
}

function generator(found: Recording, key = "SESSION_KEY"): Inputs {
  return found.one("Password", String(at(push(found, key).inputs, "metadata.name"))).inputs;
}

function statements(found: Recording): Inputs[] {
  const policy: unknown = JSON.parse(String(found.one("rolePolicy:RolePolicy").inputs["policy"]));
  return listAt(policy, "Statement");
}

describe("a generated secret", () => {
  let recording: Recording;
  before(async () => {
    recording = await recordWorkload({ secrets });
  });

  it("is random, with a quarter each of digits and symbols, and two capitals put behind", () => {
    const usual = { symbolCharacters: "_-+.", noUpper: false, allowRepeat: true };
    assert.deepEqual(generator(recording, "session_key")["spec"], {
      length: 30,
      digits: 8,
      symbols: 8,
      ...usual,
    });
    assert.deepEqual(generator(recording)["spec"], {
      length: 41,
      digits: 10,
      symbols: 0,
      ...usual,
    });
    assert.deepEqual(at(push(recording).inputs, "spec.template.data"), {
      value: "{{ .password }}{{ randAlpha 2 | upper }}",
    });
  });

  it("is written to a secret of its own that does not exist, and stays when the stack goes", () => {
    const { spec } = push(recording).inputs as { spec: Inputs };
    assert.equal(spec["updatePolicy"], "IfNotExists");
    assert.equal(spec["deletionPolicy"], "None");
    assert.deepEqual(spec["secretStoreRefs"], [{ kind: "SecretStore", name: "api" }]);
    assert.deepEqual(at(spec, "selector.generatorRef"), {
      apiVersion: "generators.external-secrets.io/v1alpha1",
      kind: "Password",
      name: at(generator(recording), "metadata.name"),
    });
    assert.deepEqual(
      listAt(spec, "data").map(({ match }) => match),
      [{ secretKey: "value", remoteRef: { remoteKey } }],
    );
  });

  it("has an object of its own where keys differ by case alone", () => {
    const names = recording.all("PushSecret").map(({ inputs }) => at(inputs, "metadata.name"));
    assert.equal(new Set(names).size, 2);
    for (const name of names) assert.match(String(name), /^api-session-key-[0-9a-f]{6}$/);
  });

  it("is there before the application's secret is synced, which takes it whole", () => {
    const secret = recording.one("ExternalSecret", "api");
    for (const each of recording.all("PushSecret")) {
      assert.deepEqual(at(each.inputs, "metadata.annotations"), {
        "pulumi.com/waitFor": "condition=Ready",
      });
      assert.ok(recording.waitsFor(secret, each));
      assert.ok(recording.waitsFor(each, recording.one("SecretStore")));
    }
    const [password, session] = listAt(secret.inputs, "spec.data");
    assert.equal(at(password, "remoteRef.property"), "DATABASE_PASSWORD");
    assert.deepEqual(session, {
      secretKey: "SESSION_KEY",
      remoteRef: { key: remoteKey, decodingStrategy: "None" },
    });
  });

  it("may be made and filled by its application's role, and no other secret may", async () => {
    const arn = "arn:aws:secretsmanager:eu-west-1:111111111111:secret:";
    const found = await recordWorkload({
      secrets: { required: ["SESSION_KEY"], generated: { SESSION_KEY: {} } },
    });
    const [read, ...write] = statements(found);
    assert.ok((read?.["Resource"] as string[]).includes(`${arn}${remoteKey}-??????`));
    assert.deepEqual(write, [
      {
        Sid: "CreateGeneratedSecrets",
        Effect: "Allow",
        Action: ["secretsmanager:CreateSecret", "secretsmanager:TagResource"],
        Resource: [`${arn}${remoteKey}`, `${arn}${remoteKey}-??????`],
        Condition: { StringEquals: { "aws:RequestTag/managed-by": "external-secrets" } },
      },
      {
        Sid: "FillGeneratedSecrets",
        Effect: "Allow",
        Action: ["secretsmanager:PutSecretValue"],
        Resource: [`${arn}${remoteKey}-??????`],
        Condition: {
          StringEquals: { "secretsmanager:ResourceTag/managed-by": "external-secrets" },
        },
      },
    ]);
  });

  it("is encrypted with the first customer key, which the role may use for it", async () => {
    const source = { type: "secretsManager" as const };
    const found = await recordWorkload(
      { secrets },
      { secrets: { source, refreshInterval: "15s", kmsKeyArns: [kmsKey] } },
    );
    const [data] = listAt(push(found).inputs, "spec.data");
    assert.equal(at(data, "metadata.spec.kmsKeyID"), kmsKey);
    assert.equal(at(data, "metadata.spec.secretPushFormat"), "string");
    const encrypt = statements(found).at(-1);
    assert.deepEqual(
      [encrypt?.["Action"], encrypt?.["Resource"]],
      [["kms:GenerateDataKey"], [kmsKey]],
    );
  });

  it("leaves an application without any with a role that only reads", async () => {
    const found = await recordWorkload({ secrets: { required: ["TOKEN"] } });
    assert.deepEqual(found.all("PushSecret"), []);
    assert.deepEqual(
      statements(found).map(({ Sid }) => Sid),
      ["ReadOwnSecrets"],
    );
  });
});
