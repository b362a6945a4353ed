import assert from "node:assert/strict";
import fc from "fast-check";
import {
  checkedName,
  kubernetesSecretPath,
  labels,
  migrationName,
  readerRoleName,
  readerRoleNamePattern,
  roleName,
  secretPath,
  selectorLabels,
} from "../../../components/workloads/names.ts";

const label = fc.stringMatching(/^[a-z](?:[a-z0-9-]{0,28}[a-z0-9])?$/);
const sha = fc.stringMatching(/^[0-9a-f]{7,40}$/);
const hash = fc.stringMatching(/^[0-9a-f]{64}$/);

describe("names", () => {
  it("labels an object with project, application and commit", () => {
    assert.deepEqual(
      labels({ project: "acme", name: "api", component: "server", version: "5eed646" }),
      {
        "app.kubernetes.io/name": "api",
        "app.kubernetes.io/component": "server",
        "app.kubernetes.io/part-of": "acme",
        "app.kubernetes.io/managed-by": "slipway",
        "app.kubernetes.io/version": "5eed646",
      },
    );
  });

  it("leaves out labels that are not known", () => {
    assert.deepEqual(Object.keys(labels({ project: "acme", name: "api" })), [
      "app.kubernetes.io/name",
      "app.kubernetes.io/part-of",
      "app.kubernetes.io/managed-by",
    ]);
  });

  it("selects by labels that pods carry and that no release changes", () => {
    fc.assert(
      fc.property(label, label, sha, sha, (name, component, before, after) => {
        const selector = selectorLabels(name, component);
        for (const version of [before, after]) {
          const found = labels({ project: "acme", name, component, version });
          for (const [key, value] of Object.entries(selector)) assert.equal(found[key], value);
        }
      }),
    );
  });

  it("names a migration by application, commit and content within the limit", () => {
    assert.equal(
      migrationName("api", "5eed646c80dc57060db1e3f3fbae5a22fab8465d", "0123456789abcdef"),
      "migrate-api-5eed646c80dc-01234567",
    );
    fc.assert(
      fc.property(label, sha, hash, (app, commit, content) => {
        const name = migrationName(app, commit, content);
        assert.ok(name.length <= 63);
        assert.match(name, /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])$/);
      }),
    );
  });

  it("gives different commits and contents different migrations", () => {
    const base = migrationName("api", "5eed646c80dc", "01234567");
    assert.notEqual(migrationName("api", "5eed646c80dd", "01234567"), base);
    assert.notEqual(migrationName("api", "5eed646c80dc", "01234568"), base);
    assert.notEqual(migrationName("web", "5eed646c80dc", "01234567"), base);
  });

  it("names a secret once for policy, store and application", () => {
    assert.equal(secretPath("acme", "staging", "api"), "acme/application/staging/api");
    assert.equal(kubernetesSecretPath("acme", "staging", "api"), "acme.application.staging.api");
    fc.assert(
      fc.property(label, label, label, (project, environment, name) => {
        assert.equal(
          kubernetesSecretPath(project, environment, name),
          secretPath(project, environment, name).split("/").join("."),
        );
      }),
    );
  });

  it("fails for a remote name that no Kubernetes Secret can have", () => {
    assert.throws(() => kubernetesSecretPath("acme", "staging", "Api_Key"), {
      message:
        'a Kubernetes Secret cannot be called "acme.application.staging.Api_Key": give a remoteName of lower-case letters, digits, dots and hyphens',
    });
  });

  it("keeps role names within the limit of IAM, apart, and under their pattern", () => {
    const prefix = "a".repeat(31);
    const [one, other] = ["x", "y"].map((last) => readerRoleName(prefix, "b".repeat(29) + last));
    assert.notEqual(one, other);
    fc.assert(
      fc.property(label, label, (project, app) => {
        const name = readerRoleName(`${project}-production`, app);
        const [start = "", end = ""] = readerRoleNamePattern(`${project}-production`).split("*");
        assert.ok(name.length <= 64 && name.startsWith(start) && name.endsWith(end), name);
      }),
    );
  });

  it("changes no role name that fits", () => {
    assert.equal(roleName("acme-staging", "api", "pods"), "acme-staging-api-pods");
  });

  it("fails for a name above the limit and says what to shorten", () => {
    assert.equal(checkedName("abc", 3), "abc");
    assert.throws(() => checkedName("abcd", 3), {
      message:
        'the name "abcd" has 4 characters and may have 3: shorten the project, the stack or the application',
    });
  });
});
