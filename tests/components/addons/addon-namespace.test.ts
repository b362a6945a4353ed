import assert from "node:assert/strict";
import { AddonNamespace } from "../../../components/addons/addon-namespace.ts";
import type { Flow } from "../../../components/addons/addon-namespace.ts";
import type { Recording } from "../../support/recording.ts";
import { at, record } from "../../support/recording.ts";

async function recordFlows(flows: Flow[]): Promise<Recording> {
  const { recording } = await record(() => {
    new AddonNamespace("home", { namespace: "tools", flows });
  });
  return recording;
}

const specOf = (recording: Recording, policy: string): unknown =>
  recording.one("NetworkPolicy", policy).inputs.spec;

describe("namespace of an add-on", () => {
  it("enforces, audits and warns of restricted Pod Security in a fixed version", async () => {
    const recording = await recordFlows([]);
    const labels = at(recording.one("Namespace").inputs, "metadata.labels") as object;
    for (const mode of ["enforce", "audit", "warn"]) {
      const label = `pod-security.kubernetes.io/${mode}`;
      assert.equal(at(labels, [label]), "restricted");
      assert.match(String(at(labels, [`${label}-version`])), /^v1\.\d+$/);
    }
  });

  it("denies everything but DNS of the cluster and the API server", async () => {
    const recording = await recordFlows([]);
    assert.deepEqual(
      recording
        .all("NetworkPolicy")
        .map(({ inputs }) => String(at(inputs, "metadata.name")))
        .sort(),
      ["api-server", "default-deny", "dns"],
    );
    assert.deepEqual(specOf(recording, "default-deny"), {
      podSelector: {},
      policyTypes: ["Ingress", "Egress"],
    });
    assert.deepEqual(specOf(recording, "dns"), {
      podSelector: {},
      policyTypes: ["Egress"],
      egress: [
        {
          ports: [
            { port: 53, protocol: "UDP" },
            { port: 53, protocol: "TCP" },
          ],
          to: [
            {
              namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } },
              podSelector: { matchLabels: { "k8s-app": "kube-dns" } },
            },
          ],
        },
      ],
    });
    assert.deepEqual(at(specOf(recording, "api-server"), "egress"), [
      {
        ports: [
          { port: 443, protocol: "TCP" },
          { port: 6443, protocol: "TCP" },
        ],
        to: [{ ipBlock: { cidr: "0.0.0.0/0" } }],
      },
    ]);
  });

  const table: [string, Omit<Flow, "name" | "direction" | "ports">, unknown][] = [
    ["from anywhere when no peer is named", {}, [{ ipBlock: { cidr: "0.0.0.0/0" } }]],
    [
      "from ranges only when they are named",
      { cidrs: ["10.0.0.0/8"] },
      [{ ipBlock: { cidr: "10.0.0.0/8" } }],
    ],
    ["from no one when the ranges are none", { cidrs: [] }, []],
    [
      "from every namespace but no address outside",
      { namespaceLabels: {} },
      [{ namespaceSelector: { matchLabels: {} } }],
    ],
    [
      "from ranges and namespaces together",
      { cidrs: ["10.0.0.0/8"], namespaceLabels: { team: "a" } },
      [{ ipBlock: { cidr: "10.0.0.0/8" } }, { namespaceSelector: { matchLabels: { team: "a" } } }],
    ],
  ];
  for (const [behaviour, peers, expected] of table)
    it(`lets a flow in ${behaviour}`, async () => {
      const flow: Flow = { name: "calls", direction: "ingress", ports: [8443], ...peers };
      assert.deepEqual(specOf(await recordFlows([flow]), "calls"), {
        podSelector: {},
        policyTypes: ["Ingress"],
        ingress: [{ ports: [{ port: 8443, protocol: "TCP" }], from: expected }],
      });
    });

  it("lets a flow without ports out to every port", async () => {
    const recording = await recordFlows([
      { name: "apps", direction: "egress", ports: [], namespaceLabels: {} },
    ]);
    assert.deepEqual(at(specOf(recording, "apps"), "egress"), [
      { to: [{ namespaceSelector: { matchLabels: {} } }] },
    ]);
  });

  it("makes the namespace before what lies in it", async () => {
    const recording = await recordFlows([]);
    const namespace = recording.one("Namespace");
    for (const policy of recording.all("NetworkPolicy"))
      assert.ok(policy.dependencies.includes(namespace.urn), policy.name);
  });
});
