import assert from "node:assert/strict";
import fc from "fast-check";
import { parse } from "yaml";
import { manifestsOf } from "../../plan/manifests.ts";
import { redact } from "../../plan/redact.ts";
import * as arbitrary from "./support/arbitrary.ts";
import { release, resource } from "./support/plans.ts";

const deployment = resource("kubernetes:apps/v1:Deployment", "api", {
  inputs: {
    spec: { template: { spec: { containers: [{ image: "x:1", name: "api" }] } }, replicas: 2 },
    metadata: {
      namespace: "Shop",
      name: "API",
      annotations: { "pulumi.com/skipAwait": "true", "example.com/note": "on" },
      labels: { b: "yes", a: "0o17" },
    },
    kind: "Deployment",
    apiVersion: "apps/v1",
  },
});

/** The only file of a plan; fails where there are others. */
function onlyFile(files: Map<string, string>): { path: string; text: string } {
  const [[path, text] = ["", ""], ...more] = [...files];
  assert.equal(more.length, 0);
  return { path, text };
}

describe("manifests", () => {
  it("hold an object as kubectl takes it, in a stable order, without Pulumi's annotations", () => {
    assert.deepEqual(onlyFile(manifestsOf([deployment])), {
      path: "shop/deployment-api.yaml",
      text: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: API
  annotations:
    example.com/note: "on"
  labels:
    a: "0o17"
    b: "yes"
  namespace: Shop
spec:
  replicas: 2
  template:
    spec:
      containers:
        - name: api
          image: x:1
`,
    });
  });

  it("keep objects without namespace apart, and drop annotations that were all Pulumi's", () => {
    const { path, text } = onlyFile(
      manifestsOf([
        resource("kubernetes:cert-manager.io/v1:ClusterIssuer", "http01", {
          inputs: {
            apiVersion: "cert-manager.io/v1",
            kind: "ClusterIssuer",
            metadata: { name: "http01", annotations: { "pulumi.com/waitFor": "condition=Ready" } },
          },
        }),
      ]),
    );
    assert.equal(path, "_cluster/clusterissuer-http01.yaml");
    assert.deepEqual(parse(text), {
      apiVersion: "cert-manager.io/v1",
      kind: "ClusterIssuer",
      metadata: { name: "http01" },
    });
  });

  it("take kind, version and name from the resource where inputs lack them", () => {
    const { path, text } = onlyFile(
      manifestsOf([resource("kubernetes:core/v1:ConfigMap", "settings", { inputs: {} })]),
    );
    assert.equal(path, "_cluster/configmap-settings.yaml");
    assert.deepEqual(parse(text), {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "settings" },
    });
  });

  it("name the parts of a Secret that are left out", () => {
    const { text } = onlyFile(
      manifestsOf([
        resource("kubernetes:core/v1:Secret", "token", {
          inputs: {
            apiVersion: "v1",
            kind: "Secret",
            metadata: { name: "token" },
            stringData: "[secret]",
            data: "[secret]",
            type: "Opaque",
          },
        }),
      ]),
    );
    assert.equal(text.split("\n")[0], "# left out, since secret: data, stringData");
    assert.deepEqual(parse(text), {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "token" },
      type: "Opaque",
    });
  });

  it("hold a release's values and the command that installs it", () => {
    const chart = release("cert-manager", {
      version: "v1.21.3",
      repositoryOpts: { repo: "https://charts.example.com" },
      values: { replicaCount: 2, crds: { enabled: true } },
    });
    assert.deepEqual(onlyFile(manifestsOf([chart])), {
      path: "helm/cert-manager-cert-manager.values.yaml",
      text: `# helm upgrade --install cert-manager cert-manager --repo https://charts.example.com --version v1.21.3 --namespace cert-manager --values helm/cert-manager-cert-manager.values.yaml
crds:
  enabled: true
replicaCount: 2
`,
    });
  });

  it("leave out components, providers, lists, patches and what is not Kubernetes", () => {
    const others = [
      resource("slipway:network:Network", "network"),
      resource("pulumi:providers:kubernetes", "k8s"),
      resource("kubernetes:core/v1:ConfigMapList", "list"),
      resource("kubernetes:apps/v1:DeploymentPatch", "patch"),
      resource("kubernetes:helm.sh/v4:Chart", "chart", { custom: false }),
      resource("aws:kms/key:Key", "key"),
    ];
    assert.deepEqual([...manifestsOf(others)], []);
  });

  it("give objects that share a kind and a name a file each", () => {
    const files = manifestsOf([
      deployment,
      { ...deployment, urn: "other" },
      release("a"),
      release("a"),
    ]);
    assert.deepEqual(
      [...files.keys()],
      [
        "shop/deployment-api.yaml",
        "shop/deployment-api-2.yaml",
        "helm/a-a.values.yaml",
        "helm/a-a-2.values.yaml",
      ],
    );
  });

  it("stay inside their directory, whatever the names are", () => {
    fc.assert(
      fc.property(arbitrary.hostileText, arbitrary.hostileText, (name, namespace) => {
        const inputs = { kind: "ConfigMap", metadata: { name, namespace } };
        const object = resource("kubernetes:core/v1:ConfigMap", "x", { inputs });
        for (const path of manifestsOf([object, release(name, { namespace })]).keys())
          assert.match(path, /^[a-z0-9_-][a-z0-9._-]*\/[a-z0-9_-][a-z0-9._-]*\.yaml$/);
      }),
    );
  });

  it("read back as what went in, under both versions of YAML", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: "binary" }), arbitrary.json), (spec) => {
        const inputs = {
          apiVersion: "v1",
          kind: "Thing",
          metadata: { name: "x" },
          spec: redact(spec),
        };
        const { text } = onlyFile(
          manifestsOf([resource("kubernetes:example.com/v1:Thing", "x", { inputs })]),
        );
        const expected: unknown = JSON.parse(JSON.stringify(inputs));
        assert.deepEqual(parse(text), expected);
        assert.deepEqual(parse(text, { version: "1.1", merge: false }), expected);
      }),
    );
  });

  it("do not depend on the order of keys", () => {
    const { apiVersion, kind, metadata, spec } = deployment.inputs;
    const turned = { ...deployment, inputs: { apiVersion, kind, metadata, spec } };
    assert.deepEqual(manifestsOf([deployment]), manifestsOf([turned]));
  });
});
