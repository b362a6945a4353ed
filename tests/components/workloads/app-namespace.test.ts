import assert from "node:assert/strict";
import { databaseEndpoint } from "../../../components/workloads/database.ts";
import type { Database } from "../../../components/workloads/database.ts";
import { callersOf, networkPolicies } from "../../../components/workloads/network-policies.ts";
import { at } from "../../support/recording.ts";
import { everything, recordWorkload } from "./support.ts";
import type { Recording } from "../../support/recording.ts";

const inNamespace = (name: string) => ({
  namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } },
});
const policy = (found: Recording, name: string): unknown =>
  found.one("NetworkPolicy", name).inputs["spec"];
const egress = (to: unknown[], port: number) => ({
  podSelector: {},
  policyTypes: ["Egress"],
  egress: [{ to, ports: [{ protocol: "TCP", port }] }],
});
const postgres: Database = {
  engine: "postgres",
  host: "db.example.com",
  name: "api",
  sslMode: "require",
};

describe("the namespace of an application", () => {
  let recording: Recording;
  before(async () => {
    recording = await recordWorkload(everything);
  });

  it("enforces restricted Pod Security of one version", () => {
    const labels = at(recording.one("Namespace").inputs, "metadata.labels");
    const security = Object.entries(labels as Record<string, string>).filter(([key]) =>
      key.startsWith("pod-security.kubernetes.io/"),
    );
    assert.deepEqual(Object.fromEntries(security), {
      "pod-security.kubernetes.io/enforce": "restricted",
      "pod-security.kubernetes.io/enforce-version": "v1.35",
      "pod-security.kubernetes.io/audit": "restricted",
      "pod-security.kubernetes.io/audit-version": "v1.35",
      "pod-security.kubernetes.io/warn": "restricted",
      "pod-security.kubernetes.io/warn-version": "v1.35",
    });
  });

  it("has a quota, and limits for containers that name none", () => {
    assert.deepEqual(recording.one("ResourceQuota").inputs["spec"], {
      hard: {
        "requests.cpu": "8",
        "limits.memory": "16Gi",
        pods: "40",
        "services.loadbalancers": "0",
      },
    });
    assert.deepEqual(recording.one("LimitRange").inputs["spec"], {
      limits: [
        {
          type: "Container",
          default: { memory: "256Mi", "ephemeral-storage": "1Gi" },
          defaultRequest: { cpu: "50m", memory: "64Mi", "ephemeral-storage": "64Mi" },
        },
      ],
    });
  });

  it("denies all traffic that is not named", () => {
    assert.deepEqual(policy(recording, "default-deny"), {
      podSelector: {},
      policyTypes: ["Ingress", "Egress"],
    });
    assert.deepEqual(
      recording
        .all("NetworkPolicy")
        .map(({ inputs }) => at(inputs, "metadata.name"))
        .sort(),
      [
        "allow-acme-solver",
        "allow-aws",
        "allow-database",
        "allow-dns",
        "allow-edge",
        "allow-pod-identity",
        "default-deny",
        "flow-mail",
      ],
    );
  });

  it("lets an application without a route, database or rights ask for names only", async () => {
    const plain = await recordWorkload();
    assert.deepEqual(
      plain
        .all("NetworkPolicy")
        .map(({ inputs }) => at(inputs, "metadata.name"))
        .sort(),
      ["allow-dns", "default-deny"],
    );
  });

  it("lets the edge reach the server's port and pods that answer ACME", () => {
    assert.deepEqual(at(policy(recording, "allow-edge"), "podSelector.matchLabels"), {
      "app.kubernetes.io/name": "api",
      "app.kubernetes.io/component": "server",
    });
    assert.deepEqual(policy(recording, "allow-acme-solver"), {
      podSelector: { matchLabels: { "acme.cert-manager.io/http01-solver": "true" } },
      policyTypes: ["Ingress"],
      ingress: [{ from: [inNamespace("ingress-nginx")], ports: [{ protocol: "TCP", port: 8089 }] }],
    });
  });

  it("lets every pod reach the database, the migration's as well", async () => {
    assert.deepEqual(
      policy(recording, "allow-database"),
      egress([{ ipBlock: { cidr: "10.10.0.0/16" } }], 5432),
    );
    const at = async (host: string, cidrs?: string[]) =>
      policy(
        await recordWorkload(
          { database: { host, name: "api", port: 6000 } },
          { databaseCidrs: cidrs },
        ),
        "allow-database",
      );
    assert.deepEqual(await at("pg.data.svc"), egress([inNamespace("data")], 6000));
    assert.deepEqual(await at("10.1.2.3"), egress([{ ipBlock: { cidr: "10.1.2.3/32" } }], 6000));
    assert.deepEqual(
      await at("db.example.com"),
      egress([{ ipBlock: { cidr: "0.0.0.0/0" } }], 6000),
    );
  });

  it("lets pods with an AWS role reach their credentials and AWS", () => {
    assert.deepEqual(
      policy(recording, "allow-pod-identity"),
      egress([{ ipBlock: { cidr: "169.254.170.23/32" } }], 80),
    );
    assert.deepEqual(
      policy(recording, "allow-aws"),
      egress([{ ipBlock: { cidr: "0.0.0.0/0" } }], 443),
    );
  });

  it("lets declared flows out", async () => {
    assert.deepEqual(
      policy(recording, "flow-mail"),
      egress([{ ipBlock: { cidr: "192.0.2.0/24" } }], 587),
    );
    const to = { type: "namespace", namespace: "web", podLabels: { tier: "cache" } };
    const found = await recordWorkload({ egress: [{ name: "cache", to, ports: [6379] }] });
    assert.deepEqual(
      policy(found, "flow-cache"),
      egress([{ ...inNamespace("web"), podSelector: { matchLabels: { tier: "cache" } } }], 6379),
    );
  });

  it("lets in the applications that may call it, on the ports that they may call", () => {
    const flow = (namespace: string, ...ports: number[]) => ({
      name: "x",
      to: { type: "namespace" as const, namespace, podLabels: {} },
      ports,
    });
    const apps = [
      { namespace: "web", egress: [flow("api", 8080), flow("other", 1)] },
      { namespace: "jobs", egress: [flow("api", 9090, 8080), flow("api", 8080)] },
      { namespace: "api", egress: [] },
    ];
    const callers = callersOf("api", apps);
    assert.deepEqual(callers, [
      { namespace: "jobs", ports: [8080, 9090] },
      { namespace: "web", ports: [8080] },
    ]);
    const policies = networkPolicies({ app: "api", callers, egress: [], awsPermissions: false });
    assert.deepEqual(policies["caller-web"]?.ingress, [
      { from: [inNamespace("web")], ports: [{ protocol: "TCP", port: 8080 }] },
    ]);
  });
});

describe("the address of a database", () => {
  it("is the name database in the application's namespace", () => {
    assert.deepEqual(databaseEndpoint(postgres, "api"), {
      host: "database.api",
      port: 5432,
      externalName: "db.example.com",
      jdbcUrl: "jdbc:postgresql://database.api:5432/api?sslmode=require",
    });
  });

  it("is its own name where the certificate is checked", () => {
    const { host, jdbcUrl } = databaseEndpoint({ ...postgres, sslMode: "verify-full" }, "api");
    assert.equal(host, "db.example.com");
    assert.equal(
      jdbcUrl,
      "jdbc:postgresql://db.example.com:5432/api?sslmode=verify-full&sslfactory=org.postgresql.ssl.DefaultJavaSSLFactory",
    );
  });

  it("is named in full for the alias where it lies in the cluster", () => {
    for (const host of ["pg.data.svc", "pg.data.svc.cluster.local"])
      assert.deepEqual(
        [
          databaseEndpoint({ ...postgres, host }, "api").externalName,
          databaseEndpoint({ ...postgres, host }, "api").serverNamespace,
        ],
        ["pg.data.svc.cluster.local", "data"],
      );
  });

  it("has no alias where it is a number", async () => {
    const { externalName, host } = databaseEndpoint({ ...postgres, host: "10.1.2.3" }, "api");
    assert.deepEqual([externalName, host], [undefined, "10.1.2.3"]);
    const found = await recordWorkload({ database: { host: "10.1.2.3", name: "api" } });
    assert.deepEqual(
      found.all("Service").map(({ inputs }) => at(inputs, "metadata.name")),
      ["api"],
    );
  });

  it("reaches a pod as an alias in its namespace", async () => {
    const found = await recordWorkload({ database: { host: "db.example.com", name: "api" } });
    assert.deepEqual(found.one("Service", "database").inputs["spec"], {
      type: "ExternalName",
      externalName: "db.example.com",
    });
  });
});
