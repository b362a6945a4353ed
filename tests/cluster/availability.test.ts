import assert from "node:assert/strict";
import { ApiException, AutoscalingV2Api } from "@kubernetes/client-node";
import { batch, core, environment, eventually, isReady, podsOf, policy } from "./kubernetes.ts";
import { appsOf, platform } from "./platform.ts";
import type { Edit, StackConfig } from "./platform.ts";

const autoscaling = environment.kubeconfig.makeApiClient(AutoscalingV2Api);

/** Beside demo: an application of two pods, one of a single pod, and a job for every minute. */
function deployed(suspend: boolean): Edit {
  return (config) => {
    const apps = appsOf(config);
    const demo = apps.demo as StackConfig;
    const { secrets, route, ...common } = structuredClone(demo);
    apps.single = { ...common, replicas: { min: 1, max: 2 } };
    apps.pair = { ...common, replicas: { min: 2, max: 2 } };
    demo.scheduledJobs = {
      tidy: { schedule: "* * * * *", command: ["/demo-app", "--help"], suspend },
    };
  };
}

async function evict(namespace: string, pod: string): Promise<number> {
  try {
    await core.createNamespacedPodEviction({
      namespace,
      name: pod,
      body: { metadata: { name: pod, namespace } },
    });
    return 201;
  } catch (error) {
    if (error instanceof ApiException) return error.code;
    throw error;
  }
}

const readyPods = async (app: string) => (await podsOf(app)).filter(isReady);
const jobs = async () =>
  (await batch.listNamespacedJob({ namespace: "demo" })).items.filter(({ metadata }) =>
    metadata?.ownerReferences?.some(({ kind }) => kind === "CronJob"),
  );

describe("availability", () => {
  let suspendedSince = 0;
  before(() => {
    platform().up(deployed(true));
    suspendedSince = Date.now();
  });

  it("lets one pod of two be evicted, and the next only when a replacement is ready", async () => {
    const [first, second] = await eventually("two ready pods", 30, async () => {
      const pods = await readyPods("pair");
      return pods.length === 2 ? pods.map(({ metadata }) => metadata?.name ?? "") : undefined;
    });
    assert.equal(await evict("pair", first ?? ""), 201);
    assert.equal(await evict("pair", second ?? ""), 429);
    await eventually("a replacement", 30, async () =>
      (await readyPods("pair")).length === 2 ? true : undefined,
    );
    await eventually("leave to evict the other one", 10, async () =>
      (await evict("pair", second ?? "")) === 201 ? true : undefined,
    );
  });

  it("lets the only pod of an application be evicted: nothing may block a drain", async () => {
    const [only] = await readyPods("single");
    assert.equal(await evict("single", only?.metadata?.name ?? ""), 201);
    const { items } = await policy.listNamespacedPodDisruptionBudget({ namespace: "single" });
    assert.deepEqual(items, []);
  });

  it("gives the autoscaler a number", async () => {
    const percent = await eventually("a reading of the CPU", 120, async () => {
      const { status } = await autoscaling.readNamespacedHorizontalPodAutoscaler({
        namespace: "single",
        name: "single",
      });
      return status?.currentMetrics?.[0]?.resource?.current.averageUtilization;
    });
    console.log(`      CPU in percent of the request: ${String(percent)}`);
    assert.equal(typeof percent, "number");
  });

  it("runs no suspended job", async () => {
    // One whole minute has begun since, and the controller has had time for it.
    const due = (Math.floor(suspendedSince / 60_000) + 1) * 60_000 + 10_000;
    await eventually("the next minute", 75, () => (Date.now() > due ? true : undefined));
    assert.deepEqual(await jobs(), []);
  });

  it("runs a job every minute once it is enabled", async () => {
    platform().up(deployed(false));
    const job = await eventually("the job's first run", 80, async () => (await jobs())[0]);
    assert.equal(job.metadata?.labels?.["app.kubernetes.io/name"], "demo");
  });
});
