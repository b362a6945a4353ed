import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { labels, selectorLabels } from "./names.ts";

/** How many pods serve. */
export interface Replicas {
  /** Fewest pods. */
  readonly min: number;
  /** Most pods. */
  readonly max: number;
  /** Average CPU in percent of the request that the autoscaler aims at. */
  readonly cpuUtilization: number;
  /** Pods that a node drain leaves running. @default all but one */
  readonly minAvailable?: number;
}

/** The Deployment that is scaled or guarded. */
export interface ScaledWorkload {
  readonly project: string;
  readonly app: string;
  readonly namespace: string;
  /** Name of the Deployment. */
  readonly workload: string;
  readonly component: string;
}

/** Keeps the CPU use near its aim: grows at once, shrinks by half a minute after five quiet ones. */
export function createAutoscaler(
  name: string,
  { project, app, namespace, workload, component }: ScaledWorkload,
  { min, max, cpuUtilization }: Replicas,
  parent: pulumi.Resource,
): k8s.autoscaling.v2.HorizontalPodAutoscaler {
  return new k8s.autoscaling.v2.HorizontalPodAutoscaler(
    name,
    {
      metadata: { name: workload, namespace, labels: labels({ project, name: app, component }) },
      spec: {
        scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: workload },
        minReplicas: min,
        maxReplicas: max,
        metrics: [
          {
            type: "Resource",
            resource: {
              name: "cpu",
              target: { type: "Utilization", averageUtilization: cpuUtilization },
            },
          },
        ],
        behavior: {
          scaleUp: {
            stabilizationWindowSeconds: 0,
            selectPolicy: "Max",
            policies: [
              { type: "Percent", value: 100, periodSeconds: 15 },
              { type: "Pods", value: 2, periodSeconds: 15 },
            ],
          },
          scaleDown: {
            stabilizationWindowSeconds: 300,
            policies: [{ type: "Percent", value: 50, periodSeconds: 60 }],
          },
        },
      },
    },
    { parent },
  );
}

/**
 * Lets a node drain take one pod at a time. A single pod gets no budget: one that kept it would
 * block every drain.
 *
 * @throws pulumi.RunError where `minAvailable` leaves nothing to take.
 */
export function createDisruptionBudget(
  name: string,
  { project, app, namespace, workload, component }: ScaledWorkload,
  { min, minAvailable }: Pick<Replicas, "min" | "minAvailable">,
  parent: pulumi.Resource,
): k8s.policy.v1.PodDisruptionBudget | undefined {
  if (minAvailable !== undefined && minAvailable >= min)
    throw new pulumi.RunError(
      `apps.${app}.replicas.minAvailable is ${String(minAvailable)} of at least ${String(min)} pods: ` +
        `give at most ${String(min - 1)}, or no node can be drained (config slipway:apps)`,
    );
  if (min < 2) return undefined;
  return new k8s.policy.v1.PodDisruptionBudget(
    name,
    {
      metadata: { name: workload, namespace, labels: labels({ project, name: app, component }) },
      spec: {
        ...(minAvailable === undefined ? { maxUnavailable: 1 } : { minAvailable }),
        selector: { matchLabels: selectorLabels(app, component) },
        // Pods that are broken anyway don't hold up a drain.
        unhealthyPodEvictionPolicy: "AlwaysAllow",
      },
    },
    { parent },
  );
}
