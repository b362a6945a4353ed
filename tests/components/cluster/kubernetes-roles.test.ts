import assert from "node:assert/strict";
import {
  deployerRules,
  developerRules,
  operatorRules,
} from "../../../components/cluster/kubernetes-rules.ts";
import type { Rule } from "../../../components/cluster/kubernetes-rules.ts";
import { KubernetesRoles } from "../../../components/cluster/kubernetes-roles.ts";
import type { KubernetesRolesArgs } from "../../../components/cluster/kubernetes-roles.ts";
import { can } from "./rights.ts";
import { record } from "./support.ts";

const read = ["get", "list", "watch"];
const write = ["create", "update", "patch", "delete"];
const all = [...read, ...write];

const allowed = (rules: Rule[], resource: string, verbs: string[]) =>
  verbs.filter((verb) => can(rules, verb, resource));

const everyRole: Record<string, Rule[]> = {
  deployer: deployerRules,
  "developer readOnly": developerRules.readOnly,
  "developer full": developerRules.full,
  operator: operatorRules,
};

describe("rights of the deployer (ACC-2)", () => {
  it("cover everything that a deployment consists of", () => {
    for (const resource of [
      "deployments.apps",
      "daemonsets.apps",
      "replicasets.apps",
      "configmaps",
      "pods",
      "pods/log",
      "pods/status",
      "jobs.batch",
      "cronjobs.batch",
      "services",
      "endpoints",
      "namespaces",
      "events",
      "ingresses.networking.k8s.io",
      "horizontalpodautoscalers.autoscaling",
      "poddisruptionbudgets.policy",
      "externalsecrets.external-secrets.io",
    ])
      assert.deepEqual(allowed(deployerRules, resource, all), all, resource);
  });

  it("let it write secrets and never read one", () => {
    assert.deepEqual(allowed(deployerRules, "secrets", all), write);
  });

  it("end there", () => {
    for (const resource of ["statefulsets.apps", "nodes", "serviceaccounts", "pods/exec"])
      assert.deepEqual(allowed(deployerRules, resource, all), [], resource);
  });
});

describe("rights of developers (ACC-3)", () => {
  it("in production are to read everything but secrets", () => {
    const rules = developerRules.readOnly;
    for (const resource of [
      "deployments.apps",
      "statefulsets.apps",
      "pods",
      "pods/log",
      "configmaps",
      "services",
      "events",
      "nodes",
      "ingresses.networking.k8s.io",
      "certificates.cert-manager.io",
      "pods.metrics.k8s.io",
    ])
      assert.deepEqual(allowed(rules, resource, all), read, resource);
    assert.deepEqual(allowed(rules, "secrets", all), []);
  });

  it("in staging are nearly full: secrets, service accounts and scales included", () => {
    const rules = developerRules.full;
    for (const resource of ["deployments.apps", "pods", "secrets", "serviceaccounts"])
      assert.deepEqual(allowed(rules, resource, all), all, resource);
    assert.deepEqual(allowed(rules, "deployments.apps", ["get"]), ["get"]);
    assert.ok(!can(rules, "update", "deployments/scale"));
    assert.ok(can(rules, "update", "deployments.apps/scale"));
    assert.deepEqual(allowed(rules, "nodes", all), read);
    assert.deepEqual(allowed(rules, "namespaces", all), read);
  });

  it("include exec and port-forward, which are the creation of a subresource", () => {
    for (const rules of [developerRules.readOnly, developerRules.full])
      for (const resource of ["pods/exec", "pods/portforward"])
        assert.deepEqual(allowed(rules, resource, all), ["create"], resource);
  });
});

describe("rights of operators (ACC-4)", () => {
  it("are to read and write workloads, secrets and nodes", () => {
    for (const resource of [
      "secrets",
      "nodes",
      "statefulsets.apps",
      "deployments.apps",
      "namespaces",
    ])
      assert.deepEqual(allowed(operatorRules, resource, all), all, resource);
  });

  it("let them drain a node but not enter a pod", () => {
    assert.ok(can(operatorRules, "create", "pods/eviction"));
    assert.deepEqual(allowed(operatorRules, "pods/exec", all), []);
  });
});

describe("rights of every role", () => {
  it("are listed without a wildcard (R02)", () => {
    for (const [role, rules] of Object.entries(everyRole))
      for (const { apiGroups, resources, verbs } of rules)
        assert.ok(
          [...apiGroups, ...resources, ...verbs].every((each) => !each.includes("*")),
          role,
        );
  });

  it("are no way to more rights (R03)", () => {
    const escalating = [
      "roles.rbac.authorization.k8s.io",
      "rolebindings.rbac.authorization.k8s.io",
      "clusterroles.rbac.authorization.k8s.io",
      "clusterrolebindings.rbac.authorization.k8s.io",
      "serviceaccounts/token",
      "nodes/proxy",
      "pods/attach",
      "pods/ephemeralcontainers",
      "mutatingwebhookconfigurations.admissionregistration.k8s.io",
      "validatingwebhookconfigurations.admissionregistration.k8s.io",
      "certificatesigningrequests.certificates.k8s.io",
    ];
    for (const [role, rules] of Object.entries(everyRole)) {
      for (const resource of escalating)
        assert.deepEqual(allowed(rules, resource, all), [], `${role}: ${resource}`);
      const verbs = new Set(rules.flatMap((rule) => rule.verbs));
      for (const verb of ["bind", "escalate", "impersonate", "deletecollection"])
        assert.ok(!verbs.has(verb), `${role}: ${verb}`);
    }
  });

  it("give pods/exec to developers alone", () => {
    const roles = Object.entries(everyRole).filter(([, rules]) =>
      can(rules, "create", "pods/exec"),
    );
    assert.deepEqual(
      roles.map(([role]) => role),
      ["developer readOnly", "developer full"],
    );
  });
});

describe("KubernetesRoles", () => {
  const registrationsWith = (changes: Partial<KubernetesRolesArgs> = {}) =>
    record(
      () =>
        new KubernetesRoles("rbac", {
          project: "acme",
          environment: "staging",
          developer: "full",
          admin: "accessPolicy",
          ...changes,
        }),
    );
  const clusterRole = "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole";
  const binding = "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding";

  it("binds each role to the group of its own name (ACC-1)", async () => {
    const registrations = await registrationsWith();
    for (const role of ["developer", "operator", "deployer"]) {
      const name = `acme-kubernetes-${role}-staging`;
      const { inputs } = registrations.one(binding, `rbac-${role}`);
      assert.deepEqual(inputs.roleRef, {
        apiGroup: "rbac.authorization.k8s.io",
        kind: "ClusterRole",
        name,
      });
      assert.deepEqual(inputs.subjects, [
        { apiGroup: "rbac.authorization.k8s.io", kind: "Group", name },
      ]);
      const metadata = registrations.one(clusterRole, `rbac-${role}`).inputs.metadata;
      assert.equal((metadata as { name: string }).name, name);
    }
    assert.deepEqual(registrations.one(clusterRole, "rbac-deployer").inputs.rules, deployerRules);
    assert.deepEqual(registrations.one(clusterRole, "rbac-operator").inputs.rules, operatorRules);
  });

  it("gives developers the rights that the environment allows", async () => {
    for (const developer of ["readOnly", "full"] as const) {
      const registrations = await registrationsWith({ developer });
      assert.deepEqual(
        registrations.one(clusterRole, "rbac-developer").inputs.rules,
        developerRules[developer],
      );
    }
  });

  it("binds nobody to cluster-admin on EKS (R01)", async () => {
    const registrations = await registrationsWith();
    assert.equal(registrations.ofType(binding).length, 3);
    assert.ok(!JSON.stringify(registrations.all).includes("cluster-admin"));
  });

  it("binds the admin group to cluster-admin where there are no access policies", async () => {
    const registrations = await registrationsWith({ admin: "clusterAdminBinding" });
    const { inputs } = registrations.one(binding, "rbac-admin");
    assert.deepEqual(inputs.roleRef, {
      apiGroup: "rbac.authorization.k8s.io",
      kind: "ClusterRole",
      name: "cluster-admin",
    });
    assert.equal(registrations.ofType(clusterRole).length, 3);
  });
});
