import assert from "node:assert/strict";
import { ask, edgeAddress } from "./https.ts";
import { apply, core, custom, eventually, isReady, remove } from "./kubernetes.ts";
import { demoOf, platform } from "./platform.ts";
import { connects, prober, runInProber, startProber } from "./prober.ts";

const peers = { apiVersion: "v1", kind: "Namespace", metadata: { name: "slipway-test-peers" } };
const namespace = peers.metadata.name;

/** A server in a namespace without policies, on two ports, by the demo application itself. */
async function startServer(image: string): Promise<string> {
  const container = (port: number) => ({
    name: `port-${String(port)}`,
    image,
    env: [{ name: "PORT", value: String(port) }],
  });
  await apply({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "server", namespace, labels: { role: "server" } },
    spec: { terminationGracePeriodSeconds: 0, containers: [container(8080), container(8081)] },
  });
  return eventually("the server", 30, async () => {
    const pod = await core.readNamespacedPod({ namespace, name: "server" });
    return isReady(pod) ? pod.status?.podIP : undefined;
  });
}

describe("network", () => {
  let server: string;
  let image = "";
  before(async () => {
    await apply(peers);
    platform().up((config) => {
      const demo = demoOf(config);
      image = `${demo.image.repository}:${demo.image.sha}`;
      demo.egress = [
        {
          name: "peers",
          to: { type: "namespace", namespace, podLabels: { role: "server" } },
          ports: [8080],
        },
      ];
    });
    server = await startServer(image);
    await Promise.all([startProber("demo"), startProber(namespace)]);
    // Policies of a new pod hold a moment after its start.
    await eventually("the declared connection", 10, async () =>
      (await connects("demo", server, 8080)) ? true : undefined,
    );
  });
  after(async () => {
    await Promise.all([remove(prober("demo")), remove(peers)]);
  });

  it("opens a connection that is declared, and no other port of the same pod", async () => {
    assert.equal(await connects("demo", server, 8080), true);
    assert.equal(await connects("demo", server, 8081), false);
    // The port is open: to pods that no policy holds back.
    assert.equal(await connects(namespace, server, 8081), true);
  });

  it("keeps applications from the Kubernetes API", async () => {
    assert.equal(await connects("demo", "kubernetes.default", 443), false);
    assert.equal(await connects(namespace, "kubernetes.default", 443), true);
  });

  it("keeps other namespaces from the application, and lets the edge in", async () => {
    const [pod] = (
      await core.listNamespacedPod({
        namespace: "demo",
        labelSelector: "app.kubernetes.io/name=demo,app.kubernetes.io/component=server",
      })
    ).items;
    assert.equal(await connects(namespace, pod?.status?.podIP ?? "", 8080), false);
    assert.equal((await ask(await edgeAddress())).status, 200);
  });

  it("keeps applications from one another's operators", async () => {
    const { items } = await core.listServiceForAllNamespaces();
    const webhook = items.find(({ metadata }) => metadata?.name === "cert-manager-webhook");
    assert.ok(webhook?.spec?.clusterIP);
    assert.equal(await connects("demo", webhook.spec.clusterIP, 443), false);
  });

  it("resolves names", async () => {
    assert.match(
      await runInProber("demo", "nslookup kubernetes.default.svc.cluster.local"),
      /Address/,
    );
  });

  it("lets the secrets operator reach its source", async () => {
    const before = new Date();
    const refreshed = await eventually("a refresh of the secret", 40, async () => {
      const { status } = (await custom.getNamespacedCustomObject({
        group: "external-secrets.io",
        version: "v1",
        namespace: "demo",
        plural: "externalsecrets",
        name: "demo",
      })) as { status: { refreshTime: string; conditions: { type: string; status: string }[] } };
      return new Date(status.refreshTime) > before ? status : undefined;
    });
    assert.deepEqual(
      refreshed.conditions.map(({ type, status }) => `${type}=${status}`),
      ["Ready=True"],
    );
  });

  it("lets the metrics server read the nodes", async () => {
    const { items } = (await custom.listNamespacedCustomObject({
      group: "metrics.k8s.io",
      version: "v1beta1",
      namespace: "demo",
      plural: "pods",
    })) as { items: unknown[] };
    assert.ok(items.length >= 2);
  });
});
