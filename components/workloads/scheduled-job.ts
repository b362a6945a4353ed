import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { checkedName, labels } from "./names.ts";
import { podTemplate } from "./pod.ts";
import type { PodContext, Resources } from "./pod.ts";

/** A command in the application's image that runs by the clock. */
export interface ScheduledJobSettings {
  /** Cron schedule of five fields. */
  readonly schedule: string;
  readonly command: readonly string[];
  /** Whether it waits for somebody to switch it on. */
  readonly suspend: boolean;
  /** Time zone of the schedule. */
  readonly timeZone: string;
  /** Deadline of one run. */
  readonly timeoutSeconds: number;
  readonly resources: Resources;
}

export interface ScheduledJobArgs extends ScheduledJobSettings {
  /** Name of the job within the application. */
  readonly job: string;
  /** What its pods share with the application's. */
  readonly pods: PodContext;
  /** Service account of the application. */
  readonly serviceAccount: string;
}

/** A CronJob with the application's image, configuration, secrets and rights; runs never overlap. */
export class ScheduledJob extends pulumi.ComponentResource {
  /** Name of the CronJob. */
  public readonly cronJobName: string;

  constructor(name: string, args: ScheduledJobArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:workloads:ScheduledJob", name, {}, opts);
    const { pods } = args;
    const component = checkedName(`job-${args.job}`, 63);
    // Kubernetes puts eleven characters behind it.
    this.cronJobName = checkedName(`${pods.app}-${args.job}`, 52);

    new k8s.batch.v1.CronJob(
      name,
      {
        metadata: {
          name: this.cronJobName,
          namespace: pods.namespace,
          labels: labels({ project: pods.project, name: pods.app, component, version: pods.sha }),
        },
        spec: {
          schedule: args.schedule,
          timeZone: args.timeZone,
          suspend: args.suspend,
          concurrencyPolicy: "Forbid",
          // Without it a hundred missed runs would stop the schedule for good.
          startingDeadlineSeconds: 60,
          successfulJobsHistoryLimit: 3,
          failedJobsHistoryLimit: 3,
          jobTemplate: {
            metadata: { labels: labels({ project: pods.project, name: pods.app, component }) },
            spec: {
              backoffLimit: 2,
              activeDeadlineSeconds: args.timeoutSeconds,
              template: podTemplate(pods, {
                component,
                containerName: args.job,
                serviceAccountName: args.serviceAccount,
                command: args.command,
                resources: args.resources,
                pod: { restartPolicy: "OnFailure" },
              }),
            },
          },
        },
      },
      { parent: this },
    );

    this.registerOutputs({ cronJobName: this.cronJobName });
  }
}
