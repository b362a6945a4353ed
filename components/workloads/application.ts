import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { PodRole } from "../identity/pod-role.ts";
import { createAutoscaler, createDisruptionBudget } from "./availability.ts";
import type { Replicas } from "./availability.ts";
import { createDeployment } from "./deployment.ts";
import type { Rollout } from "./deployment.ts";
import { checkedName, labels, roleName, selectorLabels } from "./names.ts";
import { probe } from "./pod.ts";
import type { PodContext, PodShape, ProbeAction, ProbeTiming, Resources } from "./pod.ts";
import type { ClusterConnection } from "./rollout-failure.ts";

/** Probes of the server. */
export interface Health {
  /** May the pod get traffic? */
  readonly readiness: ProbeTiming & {
    readonly probe: ProbeAction;
    /** Successes in a row before traffic arrives. */
    readonly successThreshold: number;
    readonly initialDelaySeconds: number;
  };
  /** Must the container be restarted? */
  readonly liveness: ProbeTiming & { readonly probe: ProbeAction };
  /** How long a start may take; asks liveness's probe. */
  readonly startup: ProbeTiming;
}

/** A further process of the same image, without a port. */
export interface Process {
  readonly command: readonly string[];
  /** Fixed number of pods. */
  readonly replicas: number;
  readonly resources: Resources;
  /** Command that fails when the process hangs. @default none */
  readonly liveness?: ProbeTiming & { readonly command: string[] };
  /** Variables besides the application's. */
  readonly env: Readonly<Record<string, string>>;
}

/** Rights in AWS. */
export interface Permission {
  readonly actions: string[];
  readonly resources: string[];
  /** Why a `*` resource is needed. */
  readonly reason?: string;
}

export interface ApplicationArgs {
  /** What all pods of the application share. */
  readonly pods: PodContext;
  /** Port that the container listens on. */
  readonly port: number;
  /** Command of the server. @default the image's */
  readonly command?: readonly string[];
  readonly resources: Resources;
  readonly replicas: Replicas;
  readonly health: Health;
  readonly rollout: Rollout;
  /** Further processes by name. */
  readonly processes: Readonly<Record<string, Process>>;
  /** What its pods may do in AWS. */
  readonly permissions: readonly Permission[];
  /** How a failed rollout asks what its pods are like. */
  readonly connection: ClusterConnection;
  /** Cluster whose pods get AWS roles, and prefix of their names. @default none */
  readonly aws?: { readonly clusterName: pulumi.Input<string>; readonly roleNamePrefix: string };
}

/** An application's server and its further processes, rolled out without a gap. */
export class Application extends pulumi.ComponentResource {
  /** Name of the Service, on port 80. */
  public readonly serviceName: string;
  /** Service account of its pods. */
  public readonly serviceAccount: string;
  /** IAM role of its pods; only with permissions. */
  public readonly roleArn: pulumi.Output<string> | undefined;

  constructor(name: string, args: ApplicationArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:workloads:Application", name, {}, opts);
    const { pods, rollout, connection } = args;
    const { app, namespace, project } = pods;
    this.serviceName = app;
    this.serviceAccount = app;

    const account = new k8s.core.v1.ServiceAccount(
      name,
      {
        metadata: { name: app, namespace, labels: labels({ project, name: app }) },
        automountServiceAccountToken: false,
      },
      { parent: this },
    );
    const role = createPodRole(name, args, this);
    this.roleArn = role?.roleArn;
    // Pods that start before the role is associated run without it.
    const ready = [account, ...(role === undefined ? [] : [role])];

    const autoscaled = args.replicas.max > args.replicas.min;
    createDeployment(
      name,
      {
        name: app,
        pods,
        rollout,
        replicas: autoscaled ? undefined : args.replicas.min,
        shape: serverShape(args),
        connection,
      },
      { parent: this, dependsOn: ready },
    );
    const server = { ...pods, workload: app, component: "server" };
    new k8s.core.v1.Service(
      name,
      {
        metadata: {
          name: app,
          namespace,
          labels: labels({ project, name: app, component: "server" }),
          // The Deployment is waited for, and it is ready when its pods are.
          annotations: { "pulumi.com/skipAwait": "true" },
        },
        spec: {
          type: "ClusterIP",
          selector: selectorLabels(app, "server"),
          ports: [{ name: "http", port: 80, targetPort: "http", protocol: "TCP" }],
        },
      },
      { parent: this },
    );
    if (autoscaled) createAutoscaler(name, server, args.replicas, this);
    createDisruptionBudget(name, server, args.replicas, this);

    for (const [key, { replicas, ...process }] of Object.entries(args.processes)) {
      const shape = processShape(args, key, process);
      const workload = checkedName(`${app}-${key}`, 63);
      createDeployment(
        `${name}-${key}`,
        { name: workload, pods, rollout, replicas, shape, connection },
        { parent: this, dependsOn: ready },
      );
      const budget = { ...pods, workload, component: shape.component };
      createDisruptionBudget(`${name}-${key}`, budget, { min: replicas }, this);
    }

    this.registerOutputs({
      serviceName: this.serviceName,
      serviceAccount: this.serviceAccount,
      roleArn: this.roleArn,
    });
  }
}

function createPodRole(
  name: string,
  { pods: { app, namespace }, permissions, aws }: ApplicationArgs,
  parent: pulumi.Resource,
): PodRole | undefined {
  if (permissions.length === 0) return undefined;
  if (aws === undefined)
    throw new pulumi.RunError(
      `apps.${app}.permissions needs a cluster of EKS, whose pods get AWS roles: remove it (config slipway:apps)`,
    );
  return new PodRole(
    `${name}-role`,
    {
      roleName: roleName(aws.roleNamePrefix, app, "pods"),
      clusterName: aws.clusterName,
      namespace,
      serviceAccount: app,
      statements: permissions.map(({ actions, resources, reason }, index) => ({
        sid: `${resources.includes("*") ? "AnyReasoned" : "Application"}${String(index + 1)}`,
        actions,
        resources,
        ...(reason === undefined ? {} : { reason }),
      })),
    },
    { parent },
  );
}

function serverShape({
  pods,
  port,
  command,
  resources,
  health,
  rollout,
}: ApplicationArgs): PodShape {
  const { readiness, liveness, startup } = health;
  return {
    component: "server",
    containerName: pods.app,
    serviceAccountName: pods.app,
    ...(command === undefined ? {} : { command }),
    resources,
    container: {
      ports: [{ name: "http", containerPort: port, protocol: "TCP" }],
      startupProbe: probe(liveness.probe, startup, port),
      livenessProbe: probe(liveness.probe, liveness, port),
      readinessProbe: {
        ...probe(readiness.probe, readiness, port),
        successThreshold: readiness.successThreshold,
        initialDelaySeconds: readiness.initialDelaySeconds,
      },
      ...(rollout.preStopSeconds === 0
        ? {}
        : { lifecycle: { preStop: { sleep: { seconds: rollout.preStopSeconds } } } }),
    },
    // Five seconds more, so that an orderly end is never cut off.
    pod: { terminationGracePeriodSeconds: rollout.preStopSeconds + rollout.drainSeconds + 5 },
  };
}

function processShape(
  { pods, rollout, port }: ApplicationArgs,
  key: string,
  { command, resources, liveness, env }: Omit<Process, "replicas">,
): PodShape {
  return {
    component: checkedName(`process-${key}`, 63),
    containerName: key,
    serviceAccountName: pods.app,
    command,
    env,
    resources,
    ...(liveness === undefined
      ? {}
      : {
          container: {
            livenessProbe: probe({ type: "exec", command: liveness.command }, liveness, port),
          },
        }),
    pod: { terminationGracePeriodSeconds: rollout.drainSeconds + 5 },
  };
}
