import assert from "node:assert/strict";
import { certificateOf, conditionOf, renew, serialAt, stopAcme } from "./certificates.ts";
import { ask, demoHost, edgeAddress, edges } from "./https.ts";
import { apply, change, core, eventually, objects, remove } from "./kubernetes.ts";
import { assertNoneFailed, described, steady, underLoad } from "./load.ts";
import { appsOf, demoOf, platform } from "./platform.ts";
import type { AppInput, Edit, StackConfig } from "./platform.ts";

const allowed = "https://front.apps.test";
const secondOrigin = "https://second.apps.test";
/** New in each run: an authority does not challenge again for a name that was proven a while ago. */
const lateHost = `late-${Date.now().toString(36)}.apps.test`;
const readyTimeoutSeconds = 30;

describe("HTTPS", () => {
  let edge = "";

  before(async () => {
    platform().up();
    edge = await edgeAddress();
    await steady("demo", edge);
  });

  it("comes with a certificate that the ACME server signed after an HTTP challenge", async () => {
    const { status } = await ask(edge);
    assert.equal(status, 200);
    const certificate = await certificateOf("demo");
    assert.equal(conditionOf(certificate, "Ready")?.status, "True");
    await assert.rejects(serialAt(edge, "nobody.apps.test"), /altnames|self.signed/i);
  });

  it("is where HTTP leads to", async () => {
    const { status, headers } = await ask(edge, { protocol: "http", path: "/status/about" });
    assert.equal(status, 308);
    assert.equal(headers["location"], `https://${demoHost}/status/about`);
  });

  it("lets scripts of the allowed origin call, and of no other", async () => {
    const preflight = (origin: string) =>
      ask(edge, {
        method: "OPTIONS",
        headers: { origin, "access-control-request-method": "POST" },
      });
    const { headers } = await preflight(allowed);
    assert.equal(headers["access-control-allow-origin"], allowed);
    assert.match(String(headers["access-control-allow-methods"]), /POST/);
    const denied = await preflight("https://elsewhere.apps.test");
    assert.equal(denied.headers["access-control-allow-origin"], undefined);
  });

  it("gives each request an id, which is in the access log", async () => {
    const { headers } = await ask(edge, { path: "/status/about?traced" });
    const id = headers["x-request-id"];
    assert.match(String(id), /^[0-9a-f]{32}$/);
    const line = await eventually("the line of the access log", 20, async () => {
      const lines = (await edgeLogs()).flatMap((log) => log.split("\n"));
      return lines.find((each) => each.includes(String(id)));
    });
    const entry = JSON.parse(line) as Record<string, string>;
    assert.deepEqual(
      [entry["request_id"], entry["host"], entry["status"], entry["query"]],
      [id, demoHost, "200", "traced"],
    );
  });

  it("tells the application the client's address, not the one that the client claims", async () => {
    const forwarded = async (headers: Record<string, string>) => {
      const { body } = await ask(edge, { path: "/echo", headers });
      return (JSON.parse(body) as { headers: Record<string, string[]> }).headers;
    };
    const honest = await forwarded({});
    const spoofed = await forwarded({
      "x-forwarded-for": "203.0.113.7",
      "x-real-ip": "203.0.113.7",
      "x-forwarded-proto": "http",
      "x-forwarded-host": "evil.example",
    });
    assert.ok(honest["X-Forwarded-For"] !== undefined);
    for (const name of ["X-Forwarded-For", "X-Real-Ip", "X-Forwarded-Proto", "X-Forwarded-Host"])
      assert.deepEqual(spoofed[name], honest[name], name);
  });

  it("refuses an Ingress that brings configuration of its own", async () => {
    await assert.rejects(
      apply(ingress("snippet", { "configuration-snippet": "return 418;" })),
      /admission webhook .*snippet/s,
    );
  });

  it("goes on through a renewal without a failed handshake", async () => {
    const before = await serialAt(edge);
    const started = performance.now();
    let seconds = 0;
    const outcome = await underLoad({ address: () => edge }, async () => {
      await renew("demo");
      await eventually("another certificate", 120, async () =>
        (await serialAt(edge)) === before ? undefined : true,
      );
      seconds = (performance.now() - started) / 1000;
    });
    console.log(`      renewed after ${seconds.toFixed(1)} s; ${described(outcome)}`);
    assertNoneFailed(outcome);
  });

  it("survives an ACME server that is down at first issue and at renewal (F20-F22)", async () => {
    const before = await serialAt(edge);
    let seconds = 0;
    const outcome = await underLoad({ address: () => edge }, async () => {
      const restore = await stopAcme();
      try {
        await renew("demo");
        const run = await platform().startUp(withLate).ended;
        console.log(`      without ACME server: up gave up after ${run.seconds.toFixed(0)} s`);
        assert.notEqual(run.status, 0);
        assert.ok(run.seconds < readyTimeoutSeconds + 60, `up took ${run.seconds.toFixed(0)} s`);
        assert.match(run.stdout + run.stderr, /late-route-certificate[^]*timed out waiting/);
        const ready = conditionOf(await certificateOf("late"), "Ready");
        assert.equal(ready?.status, "False");
        assert.notEqual(ready.reason ?? "", "");
        const late = await ask(edge, { host: lateHost, path: "/status/about", verify: false });
        assert.equal(late.status, 200, "the application is not reachable meanwhile");
        assert.equal(await serialAt(edge), before);
      } finally {
        await restore();
      }
      const started = performance.now();
      await eventually("a solver", 120, deleteSolver);
      await eventually("the first certificate of late", 120, async () =>
        conditionOf(await certificateOf("late"), "Ready")?.status === "True" ? true : undefined,
      );
      await eventually("the renewed certificate", 120, async () =>
        (await serialAt(edge)) === before ? undefined : true,
      );
      seconds = (performance.now() - started) / 1000;
      await platform().upMeanwhile(withLate);
      await eventually("HTTPS of late", 30, () => ask(edge, { host: lateHost }));
    });
    console.log(
      `      certificates ${seconds.toFixed(1)} s after its return; ${described(outcome)}`,
    );
    assertNoneFailed(outcome);
  });

  it("stays while the controller's webhook is down, and `up` says what is (F23)", async () => {
    const outcome = await underLoad({ address: () => edge }, async () => {
      const restore = await stopWebhook();
      try {
        const run = await platform().startUp(withOrigin).ended;
        console.log(`      without webhook: up failed after ${run.seconds.toFixed(0)} s`);
        assert.notEqual(run.status, 0);
        assert.match(run.stdout + run.stderr, /webhook "validate\.nginx\.ingress\.kubernetes\.io"/);
        assert.ok(run.seconds < 60, `up took ${run.seconds.toFixed(0)} s`);
        const other = {
          apiVersion: "v1",
          kind: "ConfigMap",
          metadata: { name: "other", namespace: "demo" },
        };
        await apply(other);
        await remove(other);
      } finally {
        await restore();
      }
      await platform().upMeanwhile(withOrigin);
      await eventually("the other origin", 30, async () => {
        const { headers } = await ask(edge, { headers: { origin: secondOrigin } });
        return headers["access-control-allow-origin"] === secondOrigin ? true : undefined;
      });
    });
    console.log(`      ${described(outcome)}`);
    assertNoneFailed(outcome);
  });
});

/** One application more, whose certificate is waited for as briefly as can be. */
function withLate(config: StackConfig): void {
  const demo = demoOf(config);
  appsOf(config)["late"] = {
    image: demo.image,
    resources: demo.resources,
    replicas: { min: 1, max: 1 },
    health: demo.health,
    rollout: demo.rollout,
    route: { hosts: [lateHost] },
  } satisfies AppInput;
  const certificates = config["slipway:certificates"] as Record<string, unknown>;
  certificates["readyTimeoutSeconds"] = readyTimeoutSeconds;
}

/** Another allowed origin, which changes the Ingress. */
const withOrigin: Edit = (config) => {
  const { route } = demoOf(config);
  if (route?.cors !== undefined) route.cors.allowOrigins.push(secondOrigin);
};

function ingress(name: string, annotations: Record<string, string>) {
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: {
      name,
      namespace: "demo",
      annotations: Object.fromEntries(
        Object.entries(annotations).map(([key, value]) => [
          `nginx.ingress.kubernetes.io/${key}`,
          value,
        ]),
      ),
    },
    spec: {
      ingressClassName: "nginx",
      rules: [
        {
          host: `${name}.apps.test`,
          http: {
            paths: [
              {
                path: "/",
                pathType: "Prefix",
                backend: { service: { name: "demo", port: { name: "http" } } },
              },
            ],
          },
        },
      ],
    },
  };
}

async function edgeLogs(): Promise<string[]> {
  const { namespace } = edges.ingressNginx;
  const { items } = await core.listNamespacedPod({
    namespace,
    labelSelector: "app.kubernetes.io/component=controller",
  });
  return Promise.all(
    items.map(({ metadata }) =>
      core.readNamespacedPodLog({ namespace, name: metadata?.name ?? "", sinceSeconds: 60 }),
    ),
  );
}

/** Deletes a pod that answers a challenge for `late`; undefined while there is none. */
async function deleteSolver(): Promise<true | undefined> {
  const { items } = await core.listNamespacedPod({
    namespace: "late",
    labelSelector: "acme.cert-manager.io/http01-solver=true",
  });
  const name = items[0]?.metadata?.name;
  if (name === undefined) return undefined;
  await core.deleteNamespacedPod({ namespace: "late", name, gracePeriodSeconds: 0 });
  return true;
}

/**
 * Leads the webhook of ingress-nginx to a Service that is not there. Taking pods from its Service
 * would not do: the API server keeps its connection to them.
 *
 * @returns what undoes it.
 */
async function stopWebhook(): Promise<() => Promise<void>> {
  const webhooks = await readWebhooks();
  const undo = async (): Promise<void> => {
    await writeWebhooks(webhooks);
    await eventually("the webhook", 30, async () => ((await acceptsIngress()) ? true : undefined));
  };
  await writeWebhooks(
    webhooks.map((webhook) => ({
      ...webhook,
      clientConfig: { service: { namespace: "nowhere", name: "nobody" } },
    })),
  );
  try {
    await eventually("the end of the webhook", 30, async () =>
      (await acceptsIngress()) ? undefined : true,
    );
  } catch (error) {
    await undo();
    throw error;
  }
  return undo;
}

const webhookConfiguration = {
  apiVersion: "admissionregistration.k8s.io/v1",
  kind: "ValidatingWebhookConfiguration",
  metadata: { name: "ingress-nginx-admission" },
};

async function readWebhooks(): Promise<readonly object[]> {
  const configuration: unknown = await objects.read(webhookConfiguration);
  return (configuration as { webhooks: object[] }).webhooks;
}

function writeWebhooks(webhooks: readonly object[]): Promise<void> {
  return change({ ...webhookConfiguration, webhooks });
}

async function acceptsIngress(): Promise<boolean> {
  try {
    await objects.create(ingress("probe", {}), undefined, "All");
    return true;
  } catch {
    return false;
  }
}
