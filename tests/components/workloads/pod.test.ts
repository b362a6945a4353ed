import assert from "node:assert/strict";
import { at } from "../../support/recording.ts";
import { container, everything, listAt, recordWorkload } from "./support.ts";
import type { Inputs, Recording } from "../../support/recording.ts";

describe("pods of an application", () => {
  let recording: Recording;
  before(async () => {
    recording = await recordWorkload(everything);
  });

  it("runs restricted and without a token", () => {
    const pods = [
      at(recording.one("Deployment", "api").inputs, "spec.template.spec"),
      at(recording.one("Deployment", "api-worker").inputs, "spec.template.spec"),
      at(recording.one("Job").inputs, "spec.template.spec"),
      at(recording.one("CronJob").inputs, "spec.jobTemplate.spec.template.spec"),
    ];
    for (const pod of pods) {
      assert.deepEqual(at(pod, "securityContext"), {
        runAsNonRoot: true,
        runAsUser: 65532,
        runAsGroup: 65532,
        fsGroup: 65532,
        fsGroupChangePolicy: "OnRootMismatch",
        seccompProfile: { type: "RuntimeDefault" },
      });
      assert.deepEqual(
        [at(pod, "automountServiceAccountToken"), at(pod, "enableServiceLinks")],
        [false, false],
      );
      for (const one of [...listAt(pod, "containers"), ...listAt(pod, "initContainers")]) {
        assert.deepEqual(one["securityContext"], {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ["ALL"] },
        });
        for (const limit of ["memory", "ephemeral-storage"])
          assert.ok(at(one, `resources.limits.${limit}`) !== undefined, limit);
        for (const request of ["cpu", "memory"])
          assert.ok(at(one, `resources.requests.${request}`) !== undefined, request);
      }
    }
    for (const { inputs } of recording.all("ServiceAccount"))
      assert.equal(inputs["automountServiceAccountToken"], false);
  });

  it("limits the CPU only where asked", async () => {
    assert.deepEqual(at(container(recording), "resources.limits"), {
      memory: "512Mi",
      "ephemeral-storage": "1Gi",
    });
    const limited = await recordWorkload({ resources: { cpuLimit: "1" } });
    assert.equal(at(container(limited), "resources.limits.cpu"), "1");
  });

  it("can write to /tmp, within its limit", () => {
    const pod = at(recording.one("Deployment", "api").inputs, "spec.template.spec");
    assert.deepEqual(
      listAt(pod, "volumes").find(({ name }) => name === "tmp"),
      { name: "tmp", emptyDir: { sizeLimit: "1Gi" } },
    );
    assert.deepEqual(listAt(container(recording), "volumeMounts")[0], {
      name: "tmp",
      mountPath: "/tmp",
    });
  });

  it("is told of its surroundings by the contract", () => {
    assert.deepEqual(recording.one("ConfigMap", "api-config").inputs["data"], {
      ENVIRONMENT: "staging",
      PORT: "8080",
      SERVER_PORT: "8080",
      SERVICE_PORT: "80",
      BACKEND_HOST: "api.example.com",
      BACKEND_URL: "https://api.example.com",
      FRONTEND_HOST: "www.example.com",
      FRONTEND_URL: "https://www.example.com",
      DATABASE_ENGINE: "postgres",
      DATABASE_HOST: "database.api",
      DATABASE_PORT: "5432",
      DATABASE_NAME: "api",
      DATABASE_SSL_MODE: "require",
    });
  });

  it("restarts when what it is told changes", async () => {
    const hash = (found: Recording) =>
      (
        at(found.one("Deployment", "api").inputs, "spec.template.metadata.annotations") as Record<
          string,
          string
        >
      )["slipway/config-hash"];
    const other = await recordWorkload({ ...everything, port: 9090 });
    assert.match(hash(recording) ?? "", /^[0-9a-f]{16}$/);
    assert.notEqual(hash(other), hash(recording));
  });

  it("names each variable once, its own before the contract and secrets before all", async () => {
    const given = await recordWorkload({
      ...everything,
      env: { LOG_LEVEL: "debug", DATABASE_PASSWORD: "x", POD_NAME: "mine" },
      processes: { worker: { command: ["/worker"], env: { LOG_LEVEL: "info", QUEUE: "mail" } } },
    });
    const env = (name: string) =>
      new Map(listAt(container(given, name), "env").map((each) => [each["name"], each]));
    const names = listAt(container(given), "env").map((each) => each["name"]);
    assert.deepEqual(names, [...new Set(names)]);
    assert.equal(at(env("api").get("LOG_LEVEL"), "value"), "debug");
    assert.equal(at(env("api").get("POD_NAME"), "value"), "mine");
    assert.deepEqual(at(env("api").get("DATABASE_PASSWORD"), "valueFrom.secretKeyRef"), {
      name: "api",
      key: "DATABASE_PASSWORD",
    });
    assert.equal(at(env("api").get("DATABASE_PASSWORD"), "value"), undefined);
    assert.equal(at(env("api-worker").get("LOG_LEVEL"), "value"), "info");
    assert.equal(at(env("api-worker").get("QUEUE"), "value"), "mail");
  });

  it("knows its pod, its configuration and its secret", () => {
    const { env, envFrom } = container(recording);
    assert.deepEqual(
      (env as Inputs[])
        .slice(0, 2)
        .map((each) => [each["name"], at(each, "valueFrom.fieldRef.fieldPath")]),
      [
        ["POD_NAME", "metadata.name"],
        ["POD_NAMESPACE", "metadata.namespace"],
      ],
    );
    assert.deepEqual(envFrom, [
      { configMapRef: { name: "api-config" } },
      { secretRef: { name: "api" } },
    ]);
  });

  it("gets documents as files and as variables", () => {
    const pod = at(recording.one("Deployment", "api").inputs, "spec.template.spec");
    assert.deepEqual(listAt(container(recording), "volumeMounts")[1], {
      name: "secret-files",
      mountPath: "/etc/google/key.json",
      subPath: "google",
      readOnly: true,
    });
    assert.deepEqual(listAt(pod, "volumes")[1], {
      name: "secret-files",
      secret: { secretName: "api-files", defaultMode: 0o440 },
    });
    assert.deepEqual(
      listAt(container(recording), "env").find(({ name }) => name === "GOOGLE_KEY_JSON"),
      {
        name: "GOOGLE_KEY_JSON",
        valueFrom: { secretKeyRef: { name: "api-files", key: "google" } },
      },
    );
  });

  it("gets secrets as files where asked, documents among them", async () => {
    const found = await recordWorkload({
      secrets: {
        required: ["TOKEN"],
        as: "files",
        files: { google: { mountPath: "/var/run/secrets/api/google/key.json" } },
      },
    });
    const pod = at(found.one("Deployment").inputs, "spec.template.spec");
    assert.deepEqual(container(found)["envFrom"], [{ configMapRef: { name: "api-config" } }]);
    assert.deepEqual(listAt(container(found), "volumeMounts").slice(1), [
      { name: "secrets", mountPath: "/var/run/secrets/api", readOnly: true },
    ]);
    assert.deepEqual(listAt(pod, "volumes").slice(1), [
      {
        name: "secrets",
        projected: {
          defaultMode: 0o440,
          sources: [
            { secret: { name: "api" } },
            {
              secret: { name: "api-files", items: [{ key: "google", path: "google/key.json" }] },
            },
          ],
        },
      },
    ]);
  });

  it("can make a variable of its secrets, which come before it", async () => {
    const given = await recordWorkload({
      secrets: { required: ["TOKEN"] },
      env: { AUTHORIZATION: "Bearer $(TOKEN)" },
    });
    const names = listAt(container(given), "env").map((each) => each["name"]);
    assert.deepEqual(names, ["POD_NAME", "POD_NAMESPACE", "TOKEN", "AUTHORIZATION"]);
  });
});
