import assert from "node:assert/strict";
import { at } from "../../support/recording.ts";
import { container, everything, listAt, recordWorkload, shaA } from "./support.ts";
import type { Recording } from "../../support/recording.ts";

describe("an application", () => {
  let recording: Recording;
  before(async () => {
    recording = await recordWorkload(everything);
  });

  it("is called ready after three successes, by probes of its own", () => {
    const { readinessProbe, livenessProbe, startupProbe } = container(recording);
    assert.deepEqual(readinessProbe, {
      httpGet: { path: "/status/ready", port: "http" },
      initialDelaySeconds: 5,
      periodSeconds: 10,
      timeoutSeconds: 2,
      failureThreshold: 3,
      successThreshold: 3,
    });
    assert.deepEqual(livenessProbe, {
      httpGet: { path: "/status/alive", port: "http" },
      periodSeconds: 10,
      timeoutSeconds: 2,
      failureThreshold: 3,
    });
    assert.deepEqual(startupProbe, {
      httpGet: { path: "/status/alive", port: "http" },
      periodSeconds: 2,
      timeoutSeconds: 2,
      failureThreshold: 60,
    });
  });

  it("can be probed by command, connection and gRPC", async () => {
    const probed = async (probe: unknown) => {
      const found = await recordWorkload({ port: 9000, health: { liveness: { probe } } });
      return container(found)["livenessProbe"];
    };
    assert.deepEqual(at(await probed({ type: "exec", command: ["/alive"] }), "exec"), {
      command: ["/alive"],
    });
    assert.deepEqual(at(await probed({ type: "tcp" }), "tcpSocket"), { port: "http" });
    assert.deepEqual(at(await probed({ type: "grpc" }), "grpc"), { port: 9000 });
  });

  it("replaces pods without a gap", () => {
    const { spec } = recording.one("Deployment", "api").inputs;
    assert.deepEqual(at(spec, "strategy"), {
      type: "RollingUpdate",
      rollingUpdate: { maxUnavailable: 0, maxSurge: "100%" },
    });
    assert.deepEqual([at(spec, "minReadySeconds"), at(spec, "revisionHistoryLimit")], [5, 5]);
  });

  it("serves on while load balancers learn, and has time to finish", async () => {
    const { lifecycle } = container(recording);
    assert.deepEqual(lifecycle, { preStop: { sleep: { seconds: 10 } } });
    const grace = (found: Recording, name: string) =>
      at(found.one("Deployment", name).inputs, "spec.template.spec.terminationGracePeriodSeconds");
    assert.equal(grace(recording, "api"), 10 + 20 + 5);
    assert.equal(grace(recording, "api-worker"), 20 + 5);
    const without = await recordWorkload({ rollout: { preStopSeconds: 0, drainSeconds: 60 } });
    assert.equal(container(without)["lifecycle"], undefined);
    assert.equal(grace(without, "api"), 65);
  });

  it("fails just after its progress deadline, not after ten minutes", async () => {
    assert.deepEqual(recording.one("Deployment", "api").timeouts, {
      create: "190s",
      update: "190s",
    });
    const given = await recordWorkload({
      rollout: { progressDeadlineSeconds: 30, timeoutSeconds: 60 },
    });
    assert.deepEqual(given.one("Deployment").timeouts, { create: "60s", update: "60s" });
    assert.equal(at(given.one("Deployment").inputs, "spec.progressDeadlineSeconds"), 30);
  });

  it("explains a rollout that failed", () => {
    assert.deepEqual(
      ["api", "api-worker"].map((name) => recording.one("Deployment", name).errorHooks.length),
      [1, 1],
    );
  });

  it("leaves the number of pods to the autoscaler", () => {
    assert.equal(at(recording.one("Deployment", "api").inputs, "spec.replicas"), undefined);
    const { spec } = recording.one("HorizontalPodAutoscaler").inputs;
    assert.deepEqual(
      [at(spec, "minReplicas"), at(spec, "maxReplicas"), listAt(spec, "metrics")],
      [
        2,
        4,
        [
          {
            type: "Resource",
            resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 60 } },
          },
        ],
      ],
    );
    assert.deepEqual(at(spec, "scaleTargetRef"), {
      apiVersion: "apps/v1",
      kind: "Deployment",
      name: "api",
    });
  });

  it("runs a fixed number of pods where there is nothing to scale", async () => {
    const fixed = await recordWorkload({ replicas: { min: 3, max: 3 } });
    assert.equal(at(fixed.one("Deployment").inputs, "spec.replicas"), 3);
    assert.deepEqual(fixed.all("HorizontalPodAutoscaler"), []);
  });

  it("has a budget that selects its pods and lets one go (defect 1)", () => {
    for (const name of ["api", "api-worker"]) {
      const { spec } = recording.one("PodDisruptionBudget", name).inputs;
      const pods = at(recording.one("Deployment", name).inputs, "spec.template.metadata.labels");
      const selector = at(spec, "selector.matchLabels") as Record<string, string>;
      assert.deepEqual(at(spec, "maxUnavailable"), 1);
      assert.equal(at(spec, "unhealthyPodEvictionPolicy"), "AlwaysAllow");
      for (const [key, value] of Object.entries(selector))
        assert.equal((pods as Record<string, string>)[key], value);
    }
  });

  it("keeps as many pods as asked for, and fails where that is all (defect 1)", async () => {
    const kept = await recordWorkload({ replicas: { min: 3, minAvailable: 2 } });
    const { spec } = kept.one("PodDisruptionBudget").inputs;
    assert.deepEqual([at(spec, "minAvailable"), at(spec, "maxUnavailable")], [2, undefined]);
    await assert.rejects(recordWorkload({ replicas: { min: 2, minAvailable: 2 } }), {
      message:
        "apps.api.replicas.minAvailable is 2 of at least 2 pods: give at most 1, or no node can be drained (config slipway:apps)",
    });
  });

  it("has no budget for a single pod, which would block every drain", async () => {
    const single = await recordWorkload({ replicas: { min: 1, max: 2 } });
    assert.deepEqual(single.all("PodDisruptionBudget"), []);
  });

  it("tells the pods of its parts apart", () => {
    const selectors = recording
      .all("Deployment")
      .map(({ inputs }) => JSON.stringify(at(inputs, "spec.selector.matchLabels")));
    assert.equal(new Set(selectors).size, selectors.length);
    const service = at(recording.one("Service", "api").inputs, "spec.selector");
    const labels = [
      at(recording.one("Deployment", "api-worker").inputs, "spec.template.metadata.labels"),
      at(recording.one("Job").inputs, "spec.template.metadata.labels"),
      at(recording.one("CronJob").inputs, "spec.jobTemplate.spec.template.metadata.labels"),
    ];
    for (const other of labels)
      assert.notEqual(
        (other as Record<string, string>)["app.kubernetes.io/component"],
        (service as Record<string, string>)["app.kubernetes.io/component"],
      );
  });

  it("spreads each revision over zones and nodes", () => {
    const spread = listAt(
      recording.one("Deployment", "api").inputs,
      "spec.template.spec.topologySpreadConstraints",
    );
    assert.deepEqual(
      spread.map((each) => [
        each["topologyKey"],
        each["whenUnsatisfiable"],
        each["matchLabelKeys"],
      ]),
      [
        ["topology.kubernetes.io/zone", "ScheduleAnyway", ["pod-template-hash"]],
        ["kubernetes.io/hostname", "ScheduleAnyway", ["pod-template-hash"]],
      ],
    );
  });

  it("is restarted when exactly its secrets change (defect 15)", async () => {
    const reload = (found: Recording) =>
      (
        at(found.one("Deployment", "api").inputs, "metadata.annotations") as
          Record<string, string> | undefined
      )?.["secret.reloader.stakater.com/reload"];
    assert.equal(reload(recording), "api,api-files");
    const { files, ...secrets } = everything.secrets;
    assert.ok(files);
    assert.equal(reload(await recordWorkload({ ...everything, secrets })), "api");
    assert.equal(reload(await recordWorkload()), undefined);
  });

  it("serves port 80 from its own", () => {
    assert.deepEqual(recording.one("Service", "api").inputs["spec"], {
      type: "ClusterIP",
      selector: { "app.kubernetes.io/name": "api", "app.kubernetes.io/component": "server" },
      ports: [{ name: "http", port: 80, targetPort: "http", protocol: "TCP" }],
    });
    assert.deepEqual(container(recording)["ports"], [
      { name: "http", containerPort: 8080, protocol: "TCP" },
    ]);
  });

  it("gives further processes a fixed number of pods, no port and no traffic", () => {
    const worker = recording.one("Deployment", "api-worker");
    assert.equal(at(worker.inputs, "spec.replicas"), 2);
    const { command, ports, readinessProbe, image } = container(recording, "api-worker");
    assert.deepEqual(
      [command, ports, readinessProbe, image],
      [["/worker"], undefined, undefined, `ghcr.io/acme/api:${shaA}`],
    );
  });

  it("grants what is asked for, and shows a reason for any resource", async () => {
    const found = await recordWorkload({
      permissions: [
        ...everything.permissions,
        { actions: ["ses:SendEmail"], resources: ["*"], reason: "identities are not known yet" },
      ],
    });
    const policy: unknown = JSON.parse(String(found.one("rolePolicy:RolePolicy").inputs["policy"]));
    assert.deepEqual(listAt(policy, "Statement"), [
      {
        Sid: "Application1",
        Effect: "Allow",
        Action: ["s3:GetObject"],
        Resource: ["arn:aws:s3:::acme-files/*"],
      },
      { Sid: "AnyReasoned2", Effect: "Allow", Action: ["ses:SendEmail"], Resource: ["*"] },
    ]);
  });
});
