import { at, fieldsOf, listAt, textAt } from "./read.ts";

/** Pods wherever they are written: in workloads, jobs, scheduled jobs. */

const templates: Readonly<Record<string, readonly string[]>> = {
  "kubernetes:apps/v1:Deployment": ["spec", "template"],
  "kubernetes:apps/v1:StatefulSet": ["spec", "template"],
  "kubernetes:apps/v1:DaemonSet": ["spec", "template"],
  "kubernetes:batch/v1:Job": ["spec", "template"],
  "kubernetes:batch/v1:CronJob": ["spec", "jobTemplate", "spec", "template"],
  "kubernetes:core/v1:Pod": [],
};

export interface Container {
  readonly name: string;
  readonly content: unknown;
}

/** Spec of the pods that an object runs, or undefined where it runs none. */
export function podSpec(type: string, props: unknown): unknown {
  const template = podTemplate(type, props);
  return template === undefined ? undefined : fieldsOf(at(template, "spec"));
}

/** Metadata and spec of the pods that an object runs. */
export function podTemplate(type: string, props: unknown): unknown {
  const path = templates[type];
  return path === undefined ? undefined : fieldsOf(at(props, ...path));
}

/** Containers of a pod, those that run before the others included. */
export function containers(pod: unknown): readonly Container[] {
  return ["initContainers", "containers"].flatMap((kind) =>
    listAt(pod, kind).map((content) => ({ name: textAt(content, "name") ?? "", content })),
  );
}
