import assert from "node:assert/strict";
import type { RecordedResource, Recording } from "../../plan/monitor.ts";
import { committedStacks, Graph, ofType, recordingOf, theOne } from "../support/plans.ts";

const release = "kubernetes:helm.sh/v3:Release";

/** Which release serves a kind of custom resource. */
const operators: Readonly<Record<string, RegExp>> = {
  "cert-manager.io": /cert-manager/,
  "external-secrets.io": /external-secrets/,
};

function groupOf(type: string): string {
  return type.split(":")[1]?.split("/")[0] ?? "";
}

for (const stack of committedStacks)
  describe(`order of ${stack}`, () => {
    let recording: Recording;
    let graph: Graph;
    before(async () => {
      recording = await recordingOf(stack);
      graph = new Graph(recording.resources);
    });

    function assertAfter(later: RecordedResource, earlier: RecordedResource): void {
      assert.ok(graph.before(later.urn).has(earlier.urn), `${later.urn} before ${earlier.urn}`);
    }

    it("makes every custom resource after the operator that serves it", () => {
      const custom = recording.resources.filter(({ type }) => groupOf(type) in operators);
      assert.ok(custom.length > 0);
      for (const resource of custom)
        assertAfter(resource, theOne(recording, release, operators[groupOf(resource.type)]));
    });

    it("waits for every custom resource that has a readiness", () => {
      const kinds = /:(?:ClusterIssuer|Certificate|SecretStore|ClusterSecretStore|ExternalSecret)$/;
      const custom = recording.resources.filter(({ type }) => kinds.test(type));
      assert.ok(custom.length > 0);
      for (const { urn, inputs } of custom) {
        const { annotations } = inputs.metadata as { annotations?: Record<string, string> };
        assert.equal(annotations?.["pulumi.com/waitFor"], "condition=Ready", urn);
      }
    });

    it("makes a secret ready before its migration, and the migration before the rollout", () => {
      for (const deployment of ofType(recording, "kubernetes:apps/v1:Deployment")) {
        const { namespace } = deployment.inputs.metadata as { namespace: string };
        const inNamespace = ({ inputs }: RecordedResource) =>
          (inputs.metadata as { namespace?: string }).namespace === namespace;
        const secrets = ofType(
          recording,
          "kubernetes:external-secrets.io/v1:ExternalSecret",
        ).filter(inNamespace);
        const jobs = ofType(recording, "kubernetes:batch/v1:Job").filter(inNamespace);
        for (const secret of secrets) assertAfter(deployment, secret);
        for (const job of jobs) {
          assertAfter(deployment, job);
          for (const secret of secrets) assertAfter(job, secret);
        }
      }
    });

    it("makes a certificate after its route, and the route after the edge", () => {
      const edges = ofType(recording, release, /ingress-nginx|traefik/);
      assert.ok(edges.length > 0);
      const ingresses = ofType(recording, "kubernetes:networking.k8s.io/v1:Ingress");
      assert.ok(ingresses.length > 0);
      for (const ingress of ingresses) for (const edge of edges) assertAfter(ingress, edge);
      for (const certificate of ofType(
        recording,
        "kubernetes:cert-manager.io/v1:Certificate",
      ).filter(({ inputs }) => !JSON.stringify(inputs).includes('"isCA":true'))) {
        const { namespace } = certificate.inputs.metadata as { namespace: string };
        const route = ingresses.find(
          ({ inputs }) => (inputs.metadata as { namespace: string }).namespace === namespace,
        );
        assert.ok(route !== undefined, certificate.urn);
        assertAfter(certificate, route);
      }
    });

    it("keeps the load-balancer controller until every load balancer is gone", () => {
      if (stack === "local") {
        assert.deepEqual(ofType(recording, release, /balancer/), []);
        return;
      }
      const controller = theOne(recording, release, /load-balancer/);
      for (const edge of ofType(recording, release, /ingress-nginx|traefik/))
        assertAfter(edge, controller);
      const nodes = ofType(recording, "aws:eks/nodeGroup:NodeGroup");
      assert.ok(nodes.length > 0);
      for (const node of nodes) assertAfter(controller, node);
    });
  });

describe("order of staging", () => {
  it("is lost when an edge of the graph is dropped", async () => {
    const { resources } = await recordingOf("staging");
    const without = resources.map((resource) =>
      resource.type === "kubernetes:apps/v1:Deployment"
        ? { ...resource, dependencies: [] }
        : resource,
    );
    const [job] = resources.filter(({ type }) => type === "kubernetes:batch/v1:Job");
    const deployment = resources.find(
      ({ type, parent }) => type === "kubernetes:apps/v1:Deployment" && parent !== undefined,
    );
    assert.ok(job !== undefined && deployment !== undefined);
    assert.ok(!new Graph(without).before(deployment.urn).has(job.urn));
  });
});
