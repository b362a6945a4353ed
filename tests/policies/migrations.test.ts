import { migrationRules } from "../../policies/rules/migrations.ts";
import { configMap, deployment, job } from "./kubernetes-fixtures.ts";
import { change, testRules, type CasesByRule } from "./support.ts";

export const cases: CasesByRule = {
  "job-ends": {
    passes: { "one attempt with a deadline": [job] },
    fails: {
      "the defaults of Kubernetes": [
        [change(job, "spec", { template: { spec: { restartPolicy: "OnFailure" } } })],
        "spec.backoffLimit is unset: 0 and 1 are allowed",
        "spec.activeDeadlineSeconds is unset: less than the 195 s that Pulumi waits is allowed (config slipway:apps.<app>.migration.timeoutSeconds)",
        'restartPolicy is "OnFailure": only "Never" is allowed',
      ],
      "a deadline above Pulumi's default": [
        [{ ...change(job, "spec.activeDeadlineSeconds", 600), timeoutSeconds: 0 }],
        "spec.activeDeadlineSeconds is 600: less than the 600 s that Pulumi waits is allowed (config slipway:apps.<app>.migration.timeoutSeconds)",
      ],
    },
  },
  "job-keeps-record": {
    passes: { "a Job that stays": [job] },
    fails: {
      "a Job that goes": [
        [change(job, "spec.ttlSecondsAfterFinished", 3600)],
        "spec.ttlSecondsAfterFinished is 3600: leave it out, old Jobs go with their name",
      ],
    },
  },
  "job-names-its-content": {
    passes: { "commit and content": [job] },
    fails: {
      "a name for all versions, and no way back from a failure": [
        [change(change(job, "metadata.name", "api-migration"), "metadata.annotations", undefined)],
        'metadata.name is "api-migration": end it in -<commit>-<hash of the content>',
        'annotation pulumi.com/replaceUnready is unset: only "true" is allowed, or a failed Job is waited for for ever',
      ],
    },
  },
  "rollout-after-migration": {
    passes: {
      "a rollout that waits": [job, deployment],
      "a rollout that waits for what waits": [
        job,
        { ...configMap, after: [job.name] },
        { ...deployment, after: [configMap.name] },
      ],
      "a rollout in a component that waits": [
        job,
        { type: "slipway:workloads:Application", name: "app", props: {}, after: [job.name] },
        { ...deployment, after: [], parent: "app" },
      ],
      "another application": [
        job,
        {
          ...change(deployment, ["metadata", "labels", "app.kubernetes.io/name"], "other"),
          after: [],
        },
      ],
    },
    fails: {
      "a rollout that does not wait": [
        [job, { ...deployment, after: [] }],
        "Deployment api/api does not depend on Job api/migrate-api-63ec5c0a1b2c-0a1b2c3d: add dependsOn",
      ],
    },
  },
};

testRules(migrationRules, cases);
