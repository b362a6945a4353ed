import type { V1ContainerStatus, V1Pod } from "@kubernetes/client-node";

const mostPods = 3;

/**
 * What Kubernetes says of pods that should serve and do not, one phrase a container; of more than
 * three pods those of the first three, since the others of a release fail alike.
 */
export function podTrouble(pods: readonly V1Pod[]): string[] {
  return pods.slice(0, mostPods).flatMap(({ metadata, status }) => {
    const name = `pod ${metadata?.name ?? ""}`;
    const condition = (wanted: string, value: string) =>
      status?.conditions?.find((each) => each.type === wanted && each.status === value);
    const unscheduled = condition("PodScheduled", "False");
    if (unscheduled !== undefined)
      return [`${name} is not scheduled (${said(unscheduled.reason, unscheduled.message)})`];
    const readySince = condition("Ready", "True")?.lastTransitionTime;
    const unfinished = status?.initContainerStatuses?.filter(
      ({ state }) => state?.terminated?.exitCode !== 0,
    );
    return [...(unfinished ?? []), ...(status?.containerStatuses ?? [])].flatMap((container) => {
      const trouble = containerTrouble(container, readySince);
      return trouble === undefined ? [] : [`${name}, container ${container.name} ${trouble}`];
    });
  });
}

/** An earlier end says more than the present state: what crashes may run at this moment. */
function containerTrouble(
  { state, lastState, ready, restartCount }: V1ContainerStatus,
  readySince: Date | undefined,
): string | undefined {
  const ended = state?.terminated ?? lastState?.terminated;
  if (ended !== undefined) {
    const restarts = restartCount === 0 ? "" : `, restarts: ${String(restartCount)}`;
    return `ended with exit code ${String(ended.exitCode)} (${said(ended.reason)})${restarts}`;
  }
  if (state?.waiting !== undefined)
    return `waits (${said(state.waiting.reason, state.waiting.message)})`;
  if (!ready) return "runs and is not ready";
  return readySince && `is ready since ${readySince.toISOString()} only`;
}

function said(reason = "no reason given", message = ""): string {
  return message === "" ? reason : `${reason}: ${message}`;
}
