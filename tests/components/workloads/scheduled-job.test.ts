import assert from "node:assert/strict";
import { at } from "../../support/recording.ts";
import { everything, listAt, recordWorkload, shaA } from "./support.ts";
import type { Inputs } from "../../support/recording.ts";

describe("a scheduled job", () => {
  it("starts suspended, with the application's image, and never overlaps", async () => {
    const { inputs } = (await recordWorkload(everything)).one("CronJob", "api-tidy");
    const { jobTemplate, ...spec } = inputs["spec"] as Inputs;
    assert.deepEqual(spec, {
      schedule: "*/1 * * * *",
      timeZone: "Etc/UTC",
      suspend: true,
      concurrencyPolicy: "Forbid",
      startingDeadlineSeconds: 60,
      successfulJobsHistoryLimit: 3,
      failedJobsHistoryLimit: 3,
    });
    assert.equal(at(jobTemplate, "spec.activeDeadlineSeconds"), 600);
    const pod = at(jobTemplate, "spec.template.spec");
    assert.equal(at(pod, "restartPolicy"), "OnFailure");
    assert.equal(at(pod, "serviceAccountName"), "api");
    const [only] = listAt(pod, "containers");
    assert.deepEqual(
      [only?.["image"], only?.["command"], only?.["envFrom"]],
      [
        `ghcr.io/acme/api:${shaA}`,
        ["/tidy"],
        [{ configMapRef: { name: "api-config" } }, { secretRef: { name: "api" } }],
      ],
    );
  });

  it("runs when it is switched on", async () => {
    const scheduledJobs = { tidy: { ...everything.scheduledJobs.tidy, suspend: false } };
    const found = await recordWorkload({ scheduledJobs });
    assert.equal(at(found.one("CronJob").inputs, "spec.suspend"), false);
  });

  it("fails for a name to which Kubernetes can add nothing", async () => {
    const scheduledJobs = { ["x".repeat(50)]: everything.scheduledJobs.tidy };
    await assert.rejects(recordWorkload({ scheduledJobs }), /has 54 characters and may have 52/);
  });
});
