import type { ObservableMiddleware } from "@kubernetes/client-node";
import * as pulumi from "@pulumi/pulumi";
import { podTrouble } from "./pod-trouble.ts";

/** How the program itself asks the cluster, as its provider does. */
export interface ClusterConnection {
  /** @default the ambient kubeconfig */
  readonly kubeconfig?: pulumi.Output<string>;
  /** @default the current context */
  readonly context?: string;
}

/** A rollout, for the message that it failed. */
export interface RolloutFailureArgs {
  /** Logical name of the Deployment. */
  readonly logicalName: string;
  readonly namespace: string;
  /** Labels of the new pods alone. */
  readonly podLabels: Readonly<Record<string, string>>;
  readonly connection: ClusterConnection;
}

/**
 * Says which image did not roll out, and what its pods are like. Kubernetes' own message, which the
 * engine prints, names the image only where it could not be pulled, and no reason where a pod that
 * keeps crashing happens to run when time is up.
 */
export function rolloutFailureHook(args: RolloutFailureArgs): pulumi.ErrorHook {
  return new pulumi.ErrorHook(
    `${args.logicalName}-rollout-failure`,
    async ({ failedOperation, newInputs }) => {
      if (failedOperation === "delete") return false;
      const reasons = await reasonsOf(args);
      await pulumi.log.error(rolloutFailure(imageOf(newInputs), reasons, args));
      return false;
    },
  );
}

/** The message: image, reasons, what serves meanwhile, and what to ask the cluster. */
export function rolloutFailure(
  image: string,
  reasons: readonly string[],
  { namespace, podLabels }: Pick<RolloutFailureArgs, "namespace" | "podLabels">,
): string {
  const selector = selectorOf(podLabels);
  const because = reasons.length === 0 ? "" : `: ${reasons.join("; ")}`;
  return (
    `${image} did not roll out${because}. Pods of the version before, if any, go on serving. ` +
    `More: kubectl -n ${namespace} describe pods -l ${selector}, and ` +
    `kubectl -n ${namespace} logs -l ${selector} for what they printed`
  );
}

/** What the new pods are like; nothing where the cluster can't be asked: the failure is told anyway. */
export async function reasonsOf({
  namespace,
  podLabels,
  connection,
}: Omit<RolloutFailureArgs, "logicalName">): Promise<string[]> {
  try {
    // Loaded by a failure alone: it takes longer than the rest of the program.
    const { CoreV1Api, KubeConfig, Observable } = await import("@kubernetes/client-node");
    const config = new KubeConfig();
    const { kubeconfig, context } = connection;
    if (kubeconfig === undefined) config.loadFromDefault();
    else config.loadFromString(await valueOf(kubeconfig));
    if (context !== undefined) config.setCurrentContext(context);
    const bounded: ObservableMiddleware = {
      pre: (request) => {
        request.setSignal(AbortSignal.timeout(10_000));
        return new Observable(Promise.resolve(request));
      },
      post: (response) => new Observable(Promise.resolve(response)),
    };
    const { items } = await config
      .makeApiClient(CoreV1Api)
      .listNamespacedPod(
        { namespace, labelSelector: selectorOf(podLabels) },
        { middleware: [bounded], middlewareMergeStrategy: "append" },
      );
    return podTrouble(items);
  } catch (error) {
    await pulumi.log.debug(`the pods of ${namespace} can't be asked: ${String(error)}`);
    return [];
  }
}

/** Value of an output of something that exists: the provider has used it. */
const valueOf = <T>(output: pulumi.Output<T>): Promise<T> =>
  new Promise((resolve) => output.apply(resolve));

function selectorOf(podLabels: Readonly<Record<string, string>>): string {
  return Object.entries(podLabels)
    .map(([key, value]) => `${key}=${value}`)
    .join(",");
}

function imageOf(inputs: unknown): string {
  const { spec } = inputs as {
    spec: { template: { spec: { containers: readonly { readonly image: string }[] } } };
  };
  return spec.template.spec.containers[0]?.image ?? "the image";
}
