import assert from "node:assert/strict";
import type { RequestListener } from "node:http";
import { createServer } from "node:https";
import type { Server } from "node:https";
import type { AddressInfo } from "node:net";
import * as pulumi from "@pulumi/pulumi";
import { podTrouble } from "../../../components/workloads/pod-trouble.ts";
import { reasonsOf, rolloutFailure } from "../../../components/workloads/rollout-failure.ts";
import { Authority } from "../../support/certificates.ts";

type Pod = Parameters<typeof podTrouble>[0][number];

const exit = (exitCode: number, reason: string) => ({ terminated: { exitCode, reason } });
const container = (given: object) => ({ name: "api", ready: false, restartCount: 0, ...given });
// A pod of the API has more than the message is about.
const pod = (name: string, status: object) => ({ metadata: { name }, status }) as unknown as Pod;

const troubleOf = (...containerStatuses: object[]) =>
  podTrouble([pod("api-1", { containerStatuses })]);

describe("a pod that should serve and does not", () => {
  it("crashed, even where it runs at this moment", () => {
    const states = [
      { state: { running: {} }, ready: true, restartCount: 2, lastState: exit(1, "Error") },
      {
        state: { waiting: { reason: "CrashLoopBackOff" } },
        restartCount: 2,
        lastState: exit(1, "Error"),
      },
    ];
    for (const state of states)
      assert.deepEqual(troubleOf(container(state)), [
        "pod api-1, container api ended with exit code 1 (Error), restarts: 2",
      ]);
    assert.deepEqual(troubleOf(container({ state: exit(137, "OOMKilled") })), [
      "pod api-1, container api ended with exit code 137 (OOMKilled)",
    ]);
    assert.deepEqual(troubleOf(container({ state: exit(0, "Completed") })), [
      "pod api-1, container api ended with exit code 0 (Completed)",
    ]);
  });

  it("waits for its image", () => {
    const waiting = { reason: "ImagePullBackOff", message: 'Back-off pulling image "x"' };
    assert.deepEqual(troubleOf(container({ state: { waiting } })), [
      'pod api-1, container api waits (ImagePullBackOff: Back-off pulling image "x")',
    ]);
    assert.deepEqual(troubleOf(container({ state: { waiting: {} } })), [
      "pod api-1, container api waits (no reason given)",
    ]);
  });

  it("fails its probes, always or now and then", () => {
    const running = { state: { running: {} } };
    assert.deepEqual(troubleOf(container(running)), [
      "pod api-1, container api runs and is not ready",
    ]);
    const lastTransitionTime = new Date("2026-11-21T10:00:00Z");
    assert.deepEqual(
      podTrouble([
        pod("api-1", {
          conditions: [{ type: "Ready", status: "True", lastTransitionTime }],
          containerStatuses: [container({ ...running, ready: true })],
        }),
      ]),
      ["pod api-1, container api is ready since 2026-11-21T10:00:00.000Z only"],
    );
  });

  it("has no node", () => {
    const unscheduled = {
      type: "PodScheduled",
      status: "False",
      reason: "Unschedulable",
      message: "0/1 nodes are available",
    };
    assert.deepEqual(podTrouble([pod("api-1", { conditions: [unscheduled] })]), [
      "pod api-1 is not scheduled (Unschedulable: 0/1 nodes are available)",
    ]);
  });

  it("is stopped by an init container, and not by one that has ended well", () => {
    const fetch = (exitCode: number) =>
      container({ name: "fetch", state: exit(exitCode, "Ended") });
    const containerStatuses = [container({ state: { waiting: { reason: "PodInitializing" } } })];
    const troubles = (exitCode: number) =>
      podTrouble([pod("api-1", { initContainerStatuses: [fetch(exitCode)], containerStatuses })]);
    const waits = "pod api-1, container api waits (PodInitializing)";
    assert.deepEqual(troubles(2), [
      "pod api-1, container fetch ended with exit code 2 (Ended)",
      waits,
    ]);
    assert.deepEqual(troubles(0), [waits]);
  });

  it("is one of three that are told", () => {
    const crashed = { containerStatuses: [container({ state: exit(1, "Error") })] };
    const pods = ["a", "b", "c", "d"].map((name) => pod(name, crashed));
    assert.deepEqual(
      podTrouble(pods).map((text) => text.split(",")[0]),
      ["pod a", "pod b", "pod c"],
    );
  });

  it("may have told nothing yet", () => {
    assert.deepEqual(podTrouble([pod("api-0", { conditions: [] }), pod("api-1", {})]), []);
  });
});

describe("a rollout that failed", () => {
  const authority = new Authority("Test authority");
  const podLabels = { name: "api", version: "63ec5c0" };
  let server: Server | undefined;
  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
    server = undefined;
  });

  async function apiServer(listener: RequestListener): Promise<string> {
    const started = createServer(authority.issue({ name: "api", hosts: ["localhost"] }), listener);
    server = started;
    await new Promise<void>((resolve) => started.listen(0, "localhost", resolve));
    return `https://localhost:${String((started.address() as AddressInfo).port)}`;
  }

  const caData = Buffer.from(authority.cert).toString("base64");
  const kubeconfig = (address: string) =>
    JSON.stringify({
      clusters: [{ name: "c", cluster: { server: address, "certificate-authority-data": caData } }],
      users: [{ name: "u", user: { token: "t" } }],
      contexts: [
        { name: "right", context: { cluster: "c", user: "u" } },
        { name: "wrong", context: { cluster: "none", user: "u" } },
      ],
      "current-context": "wrong",
    });
  const reasons = (address: string) =>
    reasonsOf({
      namespace: "api",
      podLabels,
      connection: { kubeconfig: pulumi.output(kubeconfig(address)), context: "right" },
    });

  it("names image, reasons, what serves and what to ask the cluster", () => {
    const message = (...found: string[]) =>
      rolloutFailure("registry.example/acme/api:63ec5c0", found, { namespace: "api", podLabels });
    const rest =
      "Pods of the version before, if any, go on serving. " +
      "More: kubectl -n api describe pods -l name=api,version=63ec5c0, and " +
      "kubectl -n api logs -l name=api,version=63ec5c0 for what they printed";
    assert.equal(message(), `registry.example/acme/api:63ec5c0 did not roll out. ${rest}`);
    assert.equal(
      message("pod a waits", "pod b waits"),
      `registry.example/acme/api:63ec5c0 did not roll out: pod a waits; pod b waits. ${rest}`,
    );
  });

  it("asks the cluster for the new pods alone, by its provider's kubeconfig and context", async () => {
    const asked: (string | undefined)[] = [];
    const address = await apiServer((request, response) => {
      asked.push(request.url, request.headers.authorization);
      response.setHeader("content-type", "application/json");
      const items = [pod("api-1", { containerStatuses: [container({ state: exit(3, "Error") })] })];
      response.end(JSON.stringify({ apiVersion: "v1", kind: "PodList", metadata: {}, items }));
    });
    assert.deepEqual(await reasons(address), [
      "pod api-1, container api ended with exit code 3 (Error)",
    ]);
    assert.deepEqual(asked, [
      "/api/v1/namespaces/api/pods?labelSelector=name%3Dapi%2Cversion%3D63ec5c0",
      "Bearer t",
    ]);
  });

  it("is told without reasons where the cluster refuses, or is gone", async () => {
    const address = await apiServer((_, response) => {
      response.writeHead(403).end("{}");
    });
    assert.deepEqual(await reasons(address), []);
    server?.closeAllConnections();
    server?.close();
    assert.deepEqual(await reasons(address), []);
  });
});
