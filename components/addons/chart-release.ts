import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { ChartName } from "./charts.ts";
import { resolveChart } from "./mirror.ts";
import type { Mirror } from "./mirror.ts";

/** What differs between the Helm releases of add-ons. */
export interface ChartReleaseArgs {
  readonly namespace: string;
  readonly mirror: Mirror;
  readonly values: Record<string, unknown>;
  /**
   * How long Helm waits until everything is ready.
   * @default 300
   */
  readonly timeoutSeconds?: number;
  /**
   * Whether the custom resource definitions in the chart's `crds` folder are left out.
   * @default false
   */
  readonly skipCrds?: boolean;
}

/** A Helm release called like its chart, rolled back by Helm itself when it does not get ready. */
export function chartRelease(
  name: string,
  chart: ChartName,
  args: ChartReleaseArgs,
  opts: pulumi.CustomResourceOptions,
): k8s.helm.v3.Release {
  const { chart: source, version, repositoryOpts } = resolveChart(chart, args.mirror);
  return new k8s.helm.v3.Release(
    name,
    {
      // Without a name of its own the release gets a random suffix, and so do the chart's objects.
      name: chart,
      namespace: args.namespace,
      createNamespace: false,
      chart: source,
      version,
      ...(repositoryOpts === undefined ? {} : { repositoryOpts }),
      values: args.values,
      atomic: true,
      cleanupOnFail: true,
      maxHistory: 5,
      timeout: args.timeoutSeconds ?? 300,
      ...(args.skipCrds === true ? { skipCrds: true } : {}),
    },
    opts,
  );
}
