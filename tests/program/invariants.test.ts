import assert from "node:assert/strict";
import type { RecordedResource, Recording } from "../../plan/monitor.ts";
import { committedStacks, recordingOf } from "../support/plans.ts";

/** Components have no provider; providers are the root of what they provide. */
function isManaged(resource: RecordedResource): boolean {
  return resource.custom && !resource.type.startsWith("pulumi:");
}

function metadataOf(resource: RecordedResource) {
  return (resource.inputs.metadata ?? {}) as {
    name?: string;
    labels?: Record<string, string>;
  };
}

function kubernetesObjects({ resources }: Recording): RecordedResource[] {
  return resources.filter(
    ({ type }) => type.startsWith("kubernetes:") && type !== "kubernetes:helm.sh/v3:Release",
  );
}

for (const stack of committedStacks)
  describe(`every resource of ${stack}`, () => {
    let recording: Recording;
    before(async () => {
      recording = await recordingOf(stack);
    });

    /** Names of the resources that break a rule; the rule must have looked at some. */
    function breaking(
      resources: readonly RecordedResource[],
      isRight: (resource: RecordedResource) => boolean,
    ): string[] {
      assert.ok(resources.length > 0, "no resource to look at");
      return resources.filter((resource) => !isRight(resource)).map(({ urn }) => urn);
    }

    it("has a URN of its own", () => {
      const urns = recording.resources.map(({ urn }) => urn);
      assert.deepEqual(
        urns.filter((urn, index) => urns.indexOf(urn) !== index),
        [],
      );
    });

    it("has a parent that is known before it", () => {
      const seen = new Set<string>();
      for (const { urn, parent } of recording.resources) {
        assert.ok(parent === undefined || seen.has(parent), `${urn} has an unknown parent`);
        seen.add(urn);
      }
      const orphans = recording.resources.filter(({ parent }) => parent === undefined);
      assert.deepEqual(
        orphans.map(({ type }) => type),
        ["pulumi:pulumi:Stack"],
      );
    });

    it("depends only on resources that exist", () => {
      const urns = new Set(recording.resources.map(({ urn }) => urn));
      const dangling = recording.resources.flatMap(({ dependencies }) =>
        dependencies.filter((urn) => !urns.has(urn)),
      );
      assert.deepEqual(dangling, []);
    });

    it("is managed by an explicit provider", () => {
      assert.deepEqual(
        breaking(recording.resources.filter(isManaged), ({ provider }) => provider !== undefined),
        [],
      );
    });

    it("begins with the project and the stack where it is in AWS", () => {
      const aws = recording.resources.filter(({ type }) => /^(?:aws|awsx|eks):/.test(type));
      assert.deepEqual(
        aws.filter(({ name }) => !name.startsWith(`slipway-${stack}`)).map(({ urn }) => urn),
        [],
      );
      assert.equal(aws.length > 0, stack !== "local");
    });

    it("carries the labels of the platform and an explicit name where it is in Kubernetes", () => {
      assert.deepEqual(
        breaking(kubernetesObjects(recording), (resource) => {
          const { name, labels } = metadataOf(resource);
          return (
            name !== undefined &&
            labels?.["app.kubernetes.io/managed-by"] === "slipway" &&
            labels["app.kubernetes.io/name"] !== undefined
          );
        }),
        [],
      );
    });

    it("names no moving tag and no secret value", () => {
      const suspicious =
        /:latest\b|:master\b|:main\b|AKIA[0-9A-Z]{16}|-----BEGIN [A-Z ]*PRIVATE KEY|"(?:password|secret|token)":"(?!\[secret\])[^"$]+"/i;
      assert.deepEqual(
        breaking(recording.resources, ({ inputs }) => !suspicious.test(JSON.stringify(inputs))),
        [],
      );
    });
  });
