import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { AddonNamespace } from "./addon-namespace.ts";
import { chartRelease } from "./chart-release.ts";
import { resolveImage } from "./mirror.ts";
import type { Mirror } from "./mirror.ts";

/** Where Reloader comes from. */
export interface ReloaderArgs {
  readonly mirror: Mirror;
}

const namespace = "reloader";

/** Restarts the pods of workloads that ask for it by annotation when a Secret of theirs changes. */
export class Reloader extends pulumi.ComponentResource {
  readonly release: k8s.helm.v3.Release;

  constructor(name: string, args: ReloaderArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:addons:Reloader", name, {}, opts);
    const { mirror } = args;
    const home = new AddonNamespace(
      `${name}-namespace`,
      {
        namespace,
        flows: [{ name: "metrics", direction: "ingress", ports: [9090], namespaceLabels: {} }],
      },
      { parent: this },
    );
    this.release = chartRelease(
      name,
      "reloader",
      {
        namespace,
        mirror,
        values: {
          image: { repository: resolveImage("ghcr.io/stakater/reloader", mirror) },
          reloader: {
            // Variables in the pod template would look like drift of what Slipway sets there.
            reloadStrategy: "annotations",
            watchGlobally: true,
            ignoreJobs: true,
            ignoreCronJobs: true,
            readOnlyRootFileSystem: true,
            deployment: {
              // It elects no leader by default, and two would restart everything twice.
              replicas: 1,
              securityContext: {
                runAsNonRoot: true,
                runAsUser: 65534,
                seccompProfile: { type: "RuntimeDefault" },
              },
              containerSecurityContext: {
                allowPrivilegeEscalation: false,
                capabilities: { drop: ["ALL"] },
              },
              resources: { requests: { cpu: "10m", memory: "128Mi" }, limits: { memory: "512Mi" } },
            },
          },
        },
      },
      { parent: this, dependsOn: [home] },
    );
    this.registerOutputs({});
  }
}
