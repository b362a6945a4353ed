import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { labels, selectorLabels } from "./names.ts";
import { podTemplate } from "./pod.ts";
import type { PodContext, PodShape } from "./pod.ts";
import { rolloutFailureHook } from "./rollout-failure.ts";
import type { ClusterConnection } from "./rollout-failure.ts";

/** How a new version replaces the old one. */
export interface Rollout {
  readonly progressDeadlineSeconds: number;
  /** When `pulumi up` gives up waiting. @default 10 s above the progress deadline */
  readonly timeoutSeconds?: number;
  readonly minReadySeconds: number;
  /** Pods started above the wanted number. */
  readonly maxSurge: number | string;
  /** Seconds that a terminating pod still serves while load balancers learn of it. */
  readonly preStopSeconds: number;
  /** Seconds that the application may take to finish requests after SIGTERM. */
  readonly drainSeconds: number;
}

/** One process of an application that runs for good. */
export interface DeploymentArgs {
  /** Name of the Deployment. */
  readonly name: string;
  readonly pods: PodContext;
  readonly rollout: Rollout;
  /** Left out where the autoscaler decides, or every `up` would reset its number. */
  readonly replicas: number | undefined;
  readonly shape: PodShape;
  readonly connection: ClusterConnection;
}

/** A Deployment whose old pods serve until the new ones do. */
export function createDeployment(
  logicalName: string,
  { name, pods, rollout, replicas, shape, connection }: DeploymentArgs,
  opts: pulumi.CustomResourceOptions,
): k8s.apps.v1.Deployment {
  const selector = { matchLabels: selectorLabels(pods.app, shape.component) };
  const timeout = `${String(rollout.timeoutSeconds ?? rollout.progressDeadlineSeconds + 10)}s`;
  return new k8s.apps.v1.Deployment(
    logicalName,
    {
      metadata: {
        name,
        namespace: pods.namespace,
        labels: labels({
          project: pods.project,
          name: pods.app,
          component: shape.component,
          version: pods.sha,
        }),
        annotations: reloadAnnotations(pods),
      },
      spec: {
        ...(replicas === undefined ? {} : { replicas }),
        selector,
        strategy: {
          type: "RollingUpdate",
          rollingUpdate: { maxUnavailable: 0, maxSurge: rollout.maxSurge },
        },
        minReadySeconds: rollout.minReadySeconds,
        progressDeadlineSeconds: rollout.progressDeadlineSeconds,
        revisionHistoryLimit: 5,
        template: podTemplate(pods, {
          ...shape,
          pod: {
            ...shape.pod,
            topologySpreadConstraints: [
              "topology.kubernetes.io/zone",
              "kubernetes.io/hostname",
            ].map((topologyKey) => ({
              topologyKey,
              maxSkew: 1,
              whenUnsatisfiable: "ScheduleAnyway",
              labelSelector: selector,
              // Each revision is spread by itself, or old pods would push new ones together.
              matchLabelKeys: ["pod-template-hash"],
            })),
          },
        }),
      },
    },
    {
      ...opts,
      // Only this timeout ends the wait for a rollout, so it lies just above the progress deadline.
      customTimeouts: { create: timeout, update: timeout },
      hooks: {
        onError: [
          rolloutFailureHook({
            logicalName,
            namespace: pods.namespace,
            podLabels: {
              ...selector.matchLabels,
              "app.kubernetes.io/version": pods.sha,
            },
            connection,
          }),
        ],
      },
    },
  );
}

/** Reloader restarts the pods when one of exactly these Secrets changes. */
function reloadAnnotations({ secrets }: PodContext): Record<string, string> {
  if (secrets === undefined) return {};
  const names = [
    secrets.name,
    ...(Object.keys(secrets.files).length === 0 ? [] : [secrets.filesName]),
  ];
  return { "secret.reloader.stakater.com/reload": names.join(",") };
}
