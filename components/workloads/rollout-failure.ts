import * as pulumi from "@pulumi/pulumi";

/** A rollout, for the message that it failed. */
export interface RolloutFailureArgs {
  /** Logical name of the Deployment. */
  readonly logicalName: string;
  readonly namespace: string;
  /** Labels of the new pods alone. */
  readonly podLabels: Readonly<Record<string, string>>;
}

/**
 * Says which image did not roll out and where its pods tell why. Kubernetes' own message, which the
 * engine prints, names the image only where it could not be pulled.
 */
export function rolloutFailureHook(args: RolloutFailureArgs): pulumi.ErrorHook {
  return new pulumi.ErrorHook(
    `${args.logicalName}-rollout-failure`,
    async ({ failedOperation, newInputs }) => {
      if (failedOperation !== "delete")
        await pulumi.log.error(rolloutFailure(imageOf(newInputs), args));
      return false;
    },
  );
}

/** The message: image, what serves meanwhile, and what to ask the cluster. */
export function rolloutFailure(
  image: string,
  { namespace, podLabels }: Omit<RolloutFailureArgs, "logicalName">,
): string {
  const selector = Object.entries(podLabels)
    .map(([key, value]) => `${key}=${value}`)
    .join(",");
  return (
    `${image} did not roll out; pods of the version before, if any, go on serving. ` +
    `Why: kubectl -n ${namespace} describe pods -l ${selector}, and ` +
    `kubectl -n ${namespace} logs -l ${selector} for what they printed`
  );
}

function imageOf(inputs: unknown): string {
  const { spec } = inputs as {
    spec: { template: { spec: { containers: readonly { readonly image: string }[] } } };
  };
  return spec.template.spec.containers[0]?.image ?? "the image";
}
