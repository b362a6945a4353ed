import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { labels } from "./names.ts";
import { secretMounts, secretVolumes, variables, variableSources } from "./pod-environment.ts";
import type { PodEnvironment } from "./pod-environment.ts";

/** Pieces of pod templates that every process, job and migration of an application shares. */

/** What a container asks for and may use. */
export interface Resources {
  /** CPU request, such as `100m`. */
  readonly cpu: string;
  /** Memory request, such as `128Mi`. */
  readonly memory: string;
  /** CPU limit. @default none, so that no request is throttled */
  readonly cpuLimit?: string;
  /** Memory limit. */
  readonly memoryLimit: string;
  /** Limit of writable disk, `/tmp` included. */
  readonly ephemeralStorageLimit: string;
}

/** How a container is asked whether it is well. */
export type ProbeAction =
  | { readonly type: "http"; readonly path: string }
  | { readonly type: "exec"; readonly command: string[] }
  | { readonly type: "tcp" }
  | { readonly type: "grpc" };

/** When a probe is asked, and how often it must fail. */
export interface ProbeTiming {
  readonly periodSeconds: number;
  readonly timeoutSeconds: number;
  readonly failureThreshold: number;
}

/** What all pods of one application have in common. */
export interface PodContext extends PodEnvironment {
  readonly project: string;
  readonly namespace: string;
  /** Image that every container of the application runs. */
  readonly image: pulumi.Input<string>;
  /** Commit that the image was built from. */
  readonly sha: string;
  /** User and group that containers run as. */
  readonly user: number;
  /** Pull secret of the image's registry. @default none: the node may pull */
  readonly pullSecret?: string;
}

/** What is particular to one kind of pod. */
export interface PodShape {
  /** Value of `app.kubernetes.io/component`, which tells the kinds of pods apart. */
  readonly component: string;
  /** Name of the container. */
  readonly containerName: string;
  readonly serviceAccountName: string;
  /** Command of the container. @default the image's */
  readonly command?: readonly string[];
  /** Variables besides the application's. @default none */
  readonly env?: Readonly<Record<string, string>>;
  readonly resources: Resources;
  /** Ports, probes and lifecycle of the container. @default none */
  readonly container?: Partial<k8s.types.input.core.v1.Container>;
  /** Restart policy, grace period and spread. @default Kubernetes' */
  readonly pod?: Partial<k8s.types.input.core.v1.PodSpec>;
}

/** Template of a pod that runs the application's image under the restricted Pod Security standard. */
export function podTemplate(
  context: PodContext,
  shape: PodShape,
): k8s.types.input.core.v1.PodTemplateSpec {
  const { app, project, sha } = context;
  return {
    metadata: {
      labels: labels({ project, name: app, component: shape.component, version: sha }),
      annotations: { "slipway/config-hash": context.config.hash },
    },
    spec: {
      ...podDefaults(context),
      serviceAccountName: shape.serviceAccountName,
      containers: [
        {
          name: shape.containerName,
          image: context.image,
          imagePullPolicy: "IfNotPresent",
          ...(shape.command === undefined ? {} : { command: [...shape.command] }),
          env: variables(context, shape.env),
          envFrom: variableSources(context),
          resources: resourceRequirements(shape.resources),
          securityContext: containerSecurity,
          volumeMounts: [{ name: "tmp", mountPath: "/tmp" }, ...secretMounts(context)],
          ...shape.container,
        },
      ],
      volumes: [scratch("tmp", shape.resources.ephemeralStorageLimit), ...secretVolumes(context)],
      ...shape.pod,
    },
  };
}

/** Security, isolation and registry of a pod, whatever runs in it. */
export function podDefaults({
  user,
  pullSecret,
}: Pick<PodContext, "user" | "pullSecret">): Partial<k8s.types.input.core.v1.PodSpec> {
  return {
    ...(pullSecret === undefined ? {} : { imagePullSecrets: [{ name: pullSecret }] }),
    automountServiceAccountToken: false,
    // Variables made of Services' names would shadow the application's own, DATABASE_PORT first.
    enableServiceLinks: false,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: user,
      runAsGroup: user,
      fsGroup: user,
      fsGroupChangePolicy: "OnRootMismatch",
      seccompProfile: { type: "RuntimeDefault" },
    },
  };
}

/** Security of a container under the restricted Pod Security standard, with a read-only root. */
export const containerSecurity: k8s.types.input.core.v1.SecurityContext = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ["ALL"] },
};

/** Requests and limits as Kubernetes writes them. */
export function resourceRequirements(
  resources: Resources,
): k8s.types.input.core.v1.ResourceRequirements {
  return {
    requests: { cpu: resources.cpu, memory: resources.memory },
    limits: {
      ...(resources.cpuLimit === undefined ? {} : { cpu: resources.cpuLimit }),
      memory: resources.memoryLimit,
      "ephemeral-storage": resources.ephemeralStorageLimit,
    },
  };
}

/** A writable directory that ends with the pod. */
export function scratch(name: string, sizeLimit: string): k8s.types.input.core.v1.Volume {
  return { name, emptyDir: { sizeLimit } };
}

/** A probe on the container's port `http`, whose number gRPC probes need. */
export function probe(
  action: ProbeAction,
  timing: ProbeTiming,
  port: number,
): k8s.types.input.core.v1.Probe {
  const { periodSeconds, timeoutSeconds, failureThreshold } = timing;
  return { ...probeHandler(action, port), periodSeconds, timeoutSeconds, failureThreshold };
}

function probeHandler(action: ProbeAction, port: number): k8s.types.input.core.v1.Probe {
  switch (action.type) {
    case "http":
      return { httpGet: { path: action.path, port: "http" } };
    case "exec":
      return { exec: { command: action.command } };
    case "tcp":
      return { tcpSocket: { port: "http" } };
    case "grpc":
      return { grpc: { port } };
  }
}
