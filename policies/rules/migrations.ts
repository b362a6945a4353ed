import { at, judgeEach, numberAt, shown, textAt } from "./read.ts";
import {
  lineage,
  namespaceOf,
  objectName,
  objectsOf,
  type Rule,
  type StackResource,
} from "./rule.ts";

const job = "kubernetes:batch/v1:Job";
const application = "app.kubernetes.io/name";

/**
 * Whether a resource waits for another one, directly or through those it waits for. What a
 * component depends on is recorded on the component, and its children wait with it.
 */
function comesAfter(resource: StackResource, other: StackResource): boolean {
  const seen = new Set<string>();
  const open: StackResource[] = lineage(resource);
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next.urn === other.urn) return true;
    if (seen.has(next.urn)) continue;
    seen.add(next.urn);
    open.push(...next.dependencies);
  }
  return false;
}

export const migrationRules: readonly Rule[] = [
  {
    name: "job-ends",
    description:
      "Jobs end: few attempts, a deadline before Pulumi's, and no restart in place (Q06, MIG-3).",
    tags: ["Q06", "MIG-3"],
    enforcementLevel: "mandatory",
    validateResource: ({ type, props, opts }, report) => {
      if (type !== job) return;
      const attempts = at(props, "spec", "backoffLimit");
      if (attempts !== 0 && attempts !== 1) {
        report(`spec.backoffLimit is ${shown(attempts)}: 0 and 1 are allowed`);
      }
      const deadline = numberAt(props, "spec", "activeDeadlineSeconds");
      const annotation = textAt(props, "metadata", "annotations", "pulumi.com/timeoutSeconds");
      // Zero stands for the provider's default of ten minutes.
      const wait = opts.customTimeouts.createSeconds || Number(annotation ?? 600);
      if (deadline === undefined || deadline >= wait) {
        report(
          `spec.activeDeadlineSeconds is ${shown(deadline)}: less than the ${String(wait)} s that Pulumi waits is allowed (config slipway:apps.<app>.migration.timeoutSeconds)`,
        );
      }
      const restart = at(props, "spec", "template", "spec", "restartPolicy");
      if (restart === "Never") return;
      report(`restartPolicy is ${shown(restart)}: only "Never" is allowed`);
    },
  },
  {
    name: "job-keeps-record",
    description:
      "A Job that Pulumi manages stays: were it removed after a time, the next run would migrate again (Q06).",
    tags: ["Q06"],
    enforcementLevel: "mandatory",
    validateResource: ({ type, props }, report) => {
      if (type !== job) return;
      const ttl = at(props, "spec", "ttlSecondsAfterFinished");
      if (ttl === undefined) return;
      report(
        `spec.ttlSecondsAfterFinished is ${shown(ttl)}: leave it out, old Jobs go with their name`,
      );
    },
  },
  {
    name: "job-names-its-content",
    description:
      "A Job's name carries commit and content, and a failed one is made anew (Q06, MIG-4).",
    tags: ["Q06", "MIG-4"],
    enforcementLevel: "mandatory",
    validateResource: ({ type, props }, report) => {
      if (type !== job) return;
      const name = textAt(props, "metadata", "name");
      if (!/-[0-9a-f]{7,40}-[0-9a-f]{8}$/.test(name ?? "")) {
        report(`metadata.name is ${shown(name)}: end it in -<commit>-<hash of the content>`);
      }
      const replaced = at(props, "metadata", "annotations", "pulumi.com/replaceUnready");
      if (replaced === "true") return;
      report(
        `annotation pulumi.com/replaceUnready is ${shown(replaced)}: only "true" is allowed, or a failed Job is waited for for ever`,
      );
    },
  },
  {
    name: "rollout-after-migration",
    description: "A new version starts after its migration is complete (Q06, MIG-2, SEC-7).",
    tags: ["Q06", "MIG-2", "SEC-7"],
    enforcementLevel: "mandatory",
    validateStack: ({ resources }, report) => {
      const label = (props: unknown) => at(props, "metadata", "labels", application);
      judgeEach(objectsOf(resources, job), (migration) => {
        const workloads = objectsOf(resources, "kubernetes:apps/v1:Deployment").filter(
          ({ props }) =>
            namespaceOf(props) === namespaceOf(migration.props) &&
            label(props) !== undefined &&
            label(props) === label(migration.props),
        );
        for (const workload of workloads) {
          if (comesAfter(workload, migration)) continue;
          report(
            `Deployment ${objectName(workload.props)} does not depend on Job ${objectName(migration.props)}: add dependsOn`,
            workload.urn,
          );
        }
      });
    },
  },
];
