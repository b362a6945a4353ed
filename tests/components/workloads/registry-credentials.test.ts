import assert from "node:assert/strict";
import type { WorkloadArgs } from "../../../components/workloads/workload.ts";
import { at } from "../../support/recording.ts";
import { everything, listAt, recordWorkload, shaA } from "./support.ts";
import type { Recording } from "../../support/recording.ts";

const host = "222222222222.dkr.ecr.eu-central-1.amazonaws.com";
const image = { repository: `${host}/acme/api`, sha: shaA };
const { database, secrets, migration, processes, scheduledJobs } = everything;
const app = { image, database, secrets, migration, processes, scheduledJobs };
const credentialsSecret = { name: "aws", namespace: "slipway-secrets" };

/** An existing cluster whose secrets come from there. */
function outsideEks(source: WorkloadArgs["secrets"]["source"]): Partial<WorkloadArgs> {
  return {
    secrets: { source, refreshInterval: "15s", kmsKeyArns: [] },
    region: "eu-west-1",
    aws: undefined,
  };
}
const withCredentials = outsideEks({ type: "secretsManager", credentialsSecret });

/** Pull secrets of every pod, by the object that makes it. */
function pullSecrets(found: Recording): [string, unknown][] {
  const templates: [string, string][] = [
    ["Deployment", "spec.template.spec"],
    ["Job", "spec.template.spec"],
    ["CronJob", "spec.jobTemplate.spec.template.spec"],
  ];
  return templates.flatMap(([type, path]) =>
    found
      .all(type)
      .map(({ inputs }): [string, unknown] => [type, at(at(inputs, path), "imagePullSecrets")]),
  );
}

describe("credentials of a registry", () => {
  let recording: Recording;
  before(async () => {
    recording = await recordWorkload(app, withCredentials);
  });

  it("are those of the image's region, renewed twice in the twelve hours that they live", () => {
    assert.deepEqual(recording.one("ECRAuthorizationToken").inputs["spec"], {
      region: "eu-central-1",
      auth: {
        secretRef: {
          accessKeyIDSecretRef: { name: "api-registry-aws", key: "access-key-id" },
          secretAccessKeySecretRef: { name: "api-registry-aws", key: "secret-access-key" },
        },
      },
    });
    const { inputs } = recording.one("ExternalSecret", "api-registry");
    assert.equal(at(inputs, "spec.refreshInterval"), "6h");
    assert.deepEqual(at(inputs, "spec.dataFrom.0.sourceRef.generatorRef"), {
      apiVersion: "generators.external-secrets.io/v1alpha1",
      kind: "ECRAuthorizationToken",
      name: "api-registry",
    });
  });

  it("open the image's registry, even where that is another account's", () => {
    const template = at(
      recording.one("ExternalSecret", "api-registry").inputs,
      "spec.target.template",
    );
    assert.equal(at(template, "type"), "kubernetes.io/dockerconfigjson");
    const { data } = template as { data: Record<string, string> };
    const filled = (data[".dockerconfigjson"] ?? "")
      .replace('{{ printf "%s:%s" .username .password | b64enc }}', "QVdTOnRva2Vu")
      .replace("{{ .username }}", "AWS")
      .replace("{{ .password }}", "token");
    assert.deepEqual(JSON.parse(filled), {
      auths: { [host]: { username: "AWS", password: "token", auth: "QVdTOnRva2Vu" } },
    });
  });

  it("are got with a copy of the AWS credentials, which one account may read", () => {
    const role = recording.one("Role", "api-registry-reader").inputs;
    assert.equal(at(role, "metadata.namespace"), "slipway-secrets");
    assert.deepEqual(role["rules"], [
      { apiGroups: [""], resources: ["secrets"], resourceNames: ["aws"], verbs: ["get"] },
    ]);
    const store = recording.one("SecretStore", "api-registry");
    assert.deepEqual(at(store.inputs, "spec.provider.kubernetes.auth"), {
      serviceAccount: { name: "api-registry-reader" },
    });
    const copy = recording.one("ExternalSecret", "api-registry-aws");
    assert.deepEqual(
      listAt(copy.inputs, "spec.data").map(({ remoteRef }) => remoteRef),
      ["access-key-id", "secret-access-key"].map((property) => ({ key: "aws", property })),
    );
    assert.ok(recording.waitsFor(copy, store));
    assert.ok(recording.waitsFor(recording.one("ECRAuthorizationToken"), copy));
  });

  it("are given to every pod of the application, and are there before it", () => {
    const expected = [{ name: "api-registry" }];
    assert.deepEqual(pullSecrets(recording), [
      ["Deployment", expected],
      ["Deployment", expected],
      ["Job", expected],
      ["CronJob", expected],
    ]);
    const token = recording.one("ExternalSecret", "api-registry");
    assert.deepEqual(at(token.inputs, "metadata.annotations"), {
      "pulumi.com/waitFor": "condition=Ready",
    });
    for (const type of ["Deployment", "Job", "CronJob"])
      for (const each of recording.all(type)) assert.ok(recording.waitsFor(each, token), type);
  });

  for (const [why, given, rest] of [
    ["on EKS, where nodes pull by their role", app, {}],
    [
      "for other registries",
      { ...app, image: { ...image, repository: "ghcr.io/acme/api" } },
      withCredentials,
    ],
    ["without AWS credentials", app, outsideEks({ type: "kubernetes", namespace: "vault" })],
  ] as const)
    it(`are not needed ${why}`, async () => {
      const found = await recordWorkload(given, rest);
      assert.deepEqual(found.all("workloads:RegistryCredentials"), []);
      assert.deepEqual(
        pullSecrets(found).map(([, names]) => names),
        Array(4).fill(undefined),
      );
    });
});
