import assert from "node:assert/strict";
import {
  adopted,
  objectOf,
  unrecorded,
  withAdopted,
  withUnready,
} from "../../delivery/interrupted-state.ts";
import type { Deployment, StateResource } from "../../delivery/interrupted-state.ts";

const urn = (type: string, name: string) => `urn:pulumi:local::slipway::${type}::${name}`;

function resource(type: string, name: string, inputs: Record<string, unknown>): StateResource {
  return { urn: urn(type, name), type, inputs };
}

const deployed = resource("kubernetes:apps/v1:Deployment", "api", {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "api", namespace: "shop" },
});
const namespace = resource("kubernetes:core/v1:Namespace", "shop", {
  apiVersion: "v1",
  kind: "Namespace",
  metadata: { name: "shop" },
});
const release = resource("kubernetes:helm.sh/v3:Release", "reloader", { name: "reloader" });
const role = resource("aws:iam/role:Role", "reader", { name: "reader" });

/** As the state has it once its object was made. */
const recorded = (made: StateResource, id: string): StateResource => ({
  ...made,
  id,
  outputs: made.inputs,
});

const creating = (...resources: StateResource[]) =>
  resources.map((each) => ({ type: "creating", resource: each }));

describe("interrupted state", () => {
  it("lists each interrupted creation once, however many runs were killed", () => {
    const deployment = { resources: [namespace], pending_operations: creating(deployed, deployed) };
    assert.deepEqual(unrecorded(deployment, []), [deployed]);
  });

  it("lists no creation that succeeded later, and no update", () => {
    const deployment: Deployment = {
      resources: [recorded(deployed, "shop/api"), recorded(release, "shop/reloader")],
      pending_operations: [
        ...creating(deployed, release),
        { type: "updating", resource: namespace },
        { type: "deleting", resource: role },
      ],
    };
    assert.deepEqual(unrecorded(deployment, [deployed, release]), []);
  });

  it("lists what the program would create, where an import dropped the interrupted creations", () => {
    const deployment = { resources: [recorded(namespace, "shop")] };
    assert.deepEqual(unrecorded(deployment, [namespace, deployed]), [deployed]);
  });

  it("lists what was interrupted though the program has it no more", () => {
    assert.deepEqual(unrecorded({ pending_operations: creating(deployed) }, []), [deployed]);
  });

  it("lists what was deleted to be replaced, and leaves it its place in the state", () => {
    const old = { ...deployed, id: "shop/api-old", pendingReplacement: true };
    const deployment = { resources: [namespace, old, role] };
    assert.deepEqual(unrecorded(deployment, [deployed]), [deployed]);
    assert.deepEqual(unrecorded({ ...deployment, pending_operations: creating(deployed) }, []), [
      deployed,
    ]);
    const made = recorded(deployed, "shop/api");
    assert.deepEqual(withAdopted(deployment, [adopted(deployed)]).resources, [
      namespace,
      made,
      role,
    ]);
  });

  it("lists what was made before another was deleted, and has the next run delete that", () => {
    const old = recorded(deployed, "shop/api-old");
    const older = { ...recorded(deployed, "shop/api-older"), delete: true };
    const deployment = { resources: [namespace, old, role, older] };
    assert.deepEqual(unrecorded(deployment, [deployed]), [deployed]);
    assert.deepEqual(withAdopted(deployment, [adopted(deployed)]).resources, [
      namespace,
      recorded(deployed, "shop/api"),
      role,
      older,
      { ...old, delete: true },
    ]);
  });

  it("takes what is only still to be deleted for no record of its successor", () => {
    const older = { ...recorded(deployed, "shop/api-older"), delete: true };
    const deployment = { resources: [older], pending_operations: creating(deployed) };
    assert.deepEqual(unrecorded(deployment, []), [deployed]);
    assert.deepEqual(withAdopted(deployment, [adopted(deployed)]).resources, [
      older,
      recorded(deployed, "shop/api"),
    ]);
  });

  it("knows objects of Kubernetes by their coordinates, and nothing else", () => {
    assert.deepEqual(objectOf(deployed), {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "api", namespace: "shop" },
    });
    assert.deepEqual(objectOf(namespace)?.metadata, { name: "shop" });
    assert.equal(objectOf(release), undefined);
    assert.equal(objectOf(role), undefined);
  });

  it("makes resources of what exists and forgets what was pending", () => {
    const deployment = {
      manifest: { version: "1" },
      resources: [role],
      pending_operations: creating(namespace, deployed, release),
    };
    assert.deepEqual(withAdopted(deployment, [adopted(deployed)]), {
      manifest: { version: "1" },
      resources: [role, recorded(deployed, "shop/api")],
      pending_operations: [],
    });
  });

  it("gives objects outside namespaces their name as identity", () => {
    const deployment: Deployment = { pending_operations: creating(namespace) };
    const { resources } = withAdopted(deployment, [adopted(namespace)]);
    assert.deepEqual(
      resources?.map(({ id }) => id),
      ["shop"],
    );
  });

  it("keeps the name by which the provider applied it last", () => {
    const apply = (manager: string, time: string) => ({
      manager,
      operation: "Apply",
      time: new Date(time),
    });
    const { outputs } = adopted(deployed, [
      apply("pulumi-kubernetes-2", "2026-11-02T00:00:00Z"),
      apply("pulumi-kubernetes-1", "2026-11-01T00:00:00Z"),
      apply("kubectl", "2026-11-03T00:00:00Z"),
      { manager: "pulumi-kubernetes-3", operation: "Update", time: new Date("2026-11-04") },
    ]);
    assert.deepEqual(outputs, { ...deployed.inputs, __fieldManager: "pulumi-kubernetes-2" });
  });

  it("has the next run see to what it adopted, and to nothing else", () => {
    const made = recorded(deployed, "shop/api");
    const old = { ...recorded(deployed, "shop/api-old"), delete: true };
    const { resources } = withUnready({ resources: [namespace, made, old] }, [deployed.urn]);
    assert.deepEqual([resources[0], resources[2]], [namespace, old]);
    assert.deepEqual(resources[1]?.initErrors, ["the run that made it was interrupted"]);
  });
});
