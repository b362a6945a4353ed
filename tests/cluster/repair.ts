import type { V1Job } from "@kubernetes/client-node";
import { apply, batch, eventually, remove } from "./kubernetes.ts";

interface Container {
  readonly args: readonly string[];
}

interface PodSpec {
  readonly initContainers: readonly Container[];
  readonly containers: readonly Container[];
}

/**
 * Repairs Flyway's history as docs/operations.md says: by the pod of the last migration, with
 * another command.
 */
export async function repairHistory(namespace: string): Promise<void> {
  const job = { apiVersion: "batch/v1", kind: "Job", metadata: { name: "repair", namespace } };
  const pod = await lastMigration(namespace);
  await apply({ ...job, spec: { backoffLimit: 0, template: { spec: pod } } });
  await eventually("the end of the repair", 60, async () => {
    const { status } = await batch.readNamespacedJob(job.metadata);
    return status?.succeeded === 1 ? true : undefined;
  });
  await remove(job);
}

async function lastMigration(namespace: string): Promise<PodSpec> {
  const { items } = await batch.listNamespacedJob({ namespace });
  const [last] = items.sort((a, b) => created(b) - created(a));
  const pod = JSON.parse(JSON.stringify(last?.spec?.template.spec)) as PodSpec;
  const migrate = pod.initContainers.at(-1);
  return {
    ...pod,
    initContainers: pod.initContainers.slice(0, -1),
    containers: [{ ...migrate, args: ["repair"] }],
  };
}

function created({ metadata }: V1Job): number {
  return metadata?.creationTimestamp?.getTime() ?? 0;
}
