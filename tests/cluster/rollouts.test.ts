import assert from "node:assert/strict";
import { killContainer } from "./container-kill.ts";
import { ask, edgeAddress } from "./https.ts";
import { core, eventually, isReady, podsOf, policy, unlessMissing } from "./kubernetes.ts";
import { assertNoneFailed, described, steady, underLoad } from "./load.ts";
import { images, platform } from "./platform.ts";
import { release } from "./rollout.ts";

const rollouts = 20;

describe("a rollout under load", () => {
  let edge = "";

  before(async () => {
    platform().up(release(images.a));
    edge = await edgeAddress();
    await steady("demo", edge);
  });

  it("loses no request in twenty of them", async () => {
    const seconds: number[] = [];
    const outcome = await underLoad({ address: () => edge }, async () => {
      for (let count = 1; count <= rollouts; count += 1) {
        const run = await platform().upMeanwhile(release(count % 2 === 0 ? images.a : images.b));
        seconds.push(run.seconds);
      }
    });
    const median = seconds.sort((a, b) => a - b)[rollouts / 2] ?? 0;
    console.log(`      ${described(outcome)}; one up ${median.toFixed(0)} s (median)`);
    assertNoneFailed(outcome);
  });

  it("is not needed for a pod that is deleted, and no request is lost (F01)", async () => {
    const [pod] = await podsOf("demo");
    const name = pod?.metadata?.name ?? "";
    let seconds = 0;
    /** Healthy pods beyond those that the budget wants, at the worst moment. */
    let spare = Infinity;
    const outcome = await underLoad({ address: () => edge }, async () => {
      const started = performance.now();
      await core.deleteNamespacedPod({ namespace: "demo", name });
      await eventually("another pod", 60, async () => {
        const budget = { namespace: "demo", name: "demo" };
        const { status } = await policy.readNamespacedPodDisruptionBudget(budget);
        spare = Math.min(spare, (status?.currentHealthy ?? 0) - (status?.desiredHealthy ?? 1));
        const pods = await podsOf("demo");
        return pods.length === 2 && pods.every(isReady) ? true : undefined;
      });
      seconds = (performance.now() - started) / 1000;
      await eventually("the end of the old pod", 60, () => endOf(name));
    });
    console.log(`      another pod after ${seconds.toFixed(1)} s; ${described(outcome)}`);
    assert.ok(spare >= 0, "fewer pods were healthy than the budget wants");
    assertNoneFailed(outcome);
  });

  it("is not needed for a container that is killed, and few requests are lost (F02)", async () => {
    const [pod] = await podsOf("demo");
    assert.ok(pod !== undefined);
    const name = pod.metadata?.name ?? "";
    let killed = 0;
    let seconds = 0;
    const outcome = await underLoad({ address: () => edge }, async () => {
      killed = await killContainer(pod);
      await eventually("the container's new start", 60, async () => {
        const { status } = await core.readNamespacedPod({ namespace: "demo", name });
        const [container] = status?.containerStatuses ?? [];
        return (container?.restartCount ?? 0) > 0 && container?.ready === true ? true : undefined;
      });
      await eventually("an answer of the pod", 30, async () => {
        const { body } = await ask(edge, { path: "/status/about" });
        return body.includes(name) ? true : undefined;
      });
      seconds = (performance.now() - killed) / 1000;
    });
    console.log(`      serves again after ${seconds.toFixed(1)} s; ${described(outcome)}`);
    assert.ok(outcome.failed <= 20, described(outcome));
    assert.ok((outcome.lastFailure ?? killed) - killed <= 5000, "a request failed after 5 s");
  });

  it("fails requests without the pause before the end, so the load can tell (F04)", async () => {
    const lost: string[] = [];
    for (let count = 1; count <= 8 && lost.length === 0; count += 1) {
      const outcome = await underLoad({ address: () => edge }, async () => {
        await platform().upMeanwhile(release(count % 2 === 0 ? images.a : images.b, 0));
      });
      if (outcome.failed > 0) lost.push(`${described(outcome)}, in rollout ${String(count)}`);
    }
    console.log(`      ${lost.join()}`);
    assert.equal(lost.length, 1, "no request was lost in eight rollouts");
  });
});

async function endOf(name: string): Promise<true | undefined> {
  const pod = await unlessMissing(core.readNamespacedPod({ namespace: "demo", name }));
  return pod === undefined ? true : undefined;
}
