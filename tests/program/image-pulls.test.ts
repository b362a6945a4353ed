import assert from "node:assert/strict";
import type { RecordedResource } from "../../plan/monitor.ts";
import { ofType, recordingOf } from "../support/plans.ts";

interface PodTemplate {
  readonly spec: { readonly imagePullSecrets?: readonly unknown[] };
}

const workloads = ["kubernetes:apps/v1:Deployment", "kubernetes:batch/v1:Job"];
const cronJobs = "kubernetes:batch/v1:CronJob";

function podOf({ type, inputs }: RecordedResource): PodTemplate {
  if (type !== cronJobs) return (inputs.spec as { template: PodTemplate }).template;
  return (inputs.spec as { jobTemplate: { spec: { template: PodTemplate } } }).jobTemplate.spec
    .template;
}

for (const stack of ["staging", "production"])
  describe(`images of ${stack}`, () => {
    it("are pulled by the nodes' role, whose credentials never expire, and no pod has others", async () => {
      const recording = await recordingOf(stack);
      const pods = [...workloads, cronJobs].flatMap((type) => ofType(recording, type));
      assert.ok(pods.length >= 2, "no pods to look at");
      for (const each of pods) assert.equal(podOf(each).spec.imagePullSecrets, undefined, each.urn);

      const attached = ofType(
        recording,
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
        /-cluster-node-/,
      ).map(({ inputs }) => String(inputs.policyArn).split("/").at(-1));
      assert.ok(attached.includes("AmazonEC2ContainerRegistryPullOnly"), attached.join());
      const generators = recording.resources.filter(({ type }) =>
        type.includes("ECRAuthorization"),
      );
      assert.deepEqual(generators, []);
    });
  });
