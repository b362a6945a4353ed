import assert from "node:assert/strict";
import { ImageAdmission } from "../../../components/workloads/image-admission.ts";
import { at, record } from "../../support/recording.ts";
import type { Recording } from "../../support/recording.ts";
import { everything, recordWorkload } from "./support.ts";

/** What the expressions refuse is judged by a real API server: tests/cluster/failed-releases.test.ts. */
describe("admission of images", () => {
  let admission: Recording;
  let workload: Recording;
  before(async () => {
    ({ recording: admission } = await record(
      () => new ImageAdmission("admission", { project: "acme", environment: "staging" }),
    ));
    workload = await recordWorkload(everything);
  });

  it("refuses, and refuses too when it cannot judge", () => {
    const policy = admission.one("ValidatingAdmissionPolicy");
    const binding = admission.one("ValidatingAdmissionPolicyBinding");
    assert.equal(at(policy.inputs, "spec.failurePolicy"), "Fail");
    assert.deepEqual(at(binding.inputs, "spec.validationActions"), ["Deny"]);
    assert.equal(at(binding.inputs, "spec.policyName"), at(policy.inputs, "metadata.name"));
  });

  it("judges the namespaces of applications, by what they say of themselves", () => {
    const { inputs } = workload.one("Namespace");
    const selected = at(
      admission.one("ValidatingAdmissionPolicyBinding").inputs,
      "spec.matchResources.namespaceSelector.matchLabels",
    ) as Record<string, string>;
    for (const [key, value] of Object.entries(selected))
      assert.equal(at(inputs, ["metadata", "labels", key]), value, key);
    assert.deepEqual(at(inputs, "metadata.annotations"), {
      "slipway/image-repository": "ghcr.io/acme/api",
      "slipway/other-images": flywayImageOf(workload),
    });
  });

  it("leaves namespaces without a migration no other image", async () => {
    const { inputs } = (await recordWorkload({ ...everything, migration: undefined })).one(
      "Namespace",
    );
    assert.equal(at(inputs, ["metadata", "annotations", "slipway/other-images"]), "");
  });
});

function flywayImageOf(recording: Recording): unknown {
  return at(recording.one("Job").inputs, "spec.template.spec.containers.0.image");
}
