import { rbacRules } from "../../policies/rules/rbac.ts";
import { binding, clusterRole } from "./kubernetes-fixtures.ts";
import { change, testRules, type CasesByRule, type Given } from "./support.ts";

function role(resources: readonly string[], verbs: readonly string[], name?: string): Given {
  return {
    ...change(clusterRole, "rules", [{ apiGroups: [""], resources, verbs }]),
    ...(name === undefined ? {} : { name }),
  };
}

const toAdmin = change(binding, "roleRef.name", "cluster-admin");
const namespaced: Given = {
  ...role(["secrets"], ["get"]),
  type: "kubernetes:rbac.authorization.k8s.io/v1:Role",
};

export const cases: CasesByRule = {
  "rbac-no-cluster-admin": {
    passes: {
      "a role that lists its rights": [binding],
      "the administrators' group of a cluster without access entries": [
        { ...toAdmin, name: "acme-local-roles-admin" },
      ],
    },
    fails: {
      "cluster-admin for others": [
        [toAdmin],
        "the binding is to cluster-admin: bind to a role that lists what is needed",
      ],
      "cluster-admin for a service account, whatever the name": [
        [
          {
            ...change(toAdmin, "subjects", [{ kind: "ServiceAccount", name: "x" }]),
            name: "acme-local-roles-admin",
          },
        ],
        "the binding is to cluster-admin: bind to a role that lists what is needed",
      ],
    },
  },
  "rbac-no-wildcards": {
    passes: { "listed rights": [clusterRole] },
    fails: {
      "all verbs on all resources": [
        [role(["*"], ["*"])],
        "a rule has * in resources, verbs: list what is needed",
      ],
      "all groups": [
        [change(clusterRole, "rules", [{ apiGroups: ["*"], resources: ["pods"], verbs: ["get"] }])],
        "a rule has * in apiGroups: list what is needed",
      ],
    },
  },
  "rbac-no-secret-reading": {
    passes: {
      "writing secrets": [clusterRole],
      "reading those of one namespace": [namespaced],
      "the operator": [role(["secrets"], ["get"], "acme-staging-roles-operator")],
    },
    fails: {
      "reading all secrets": [
        [role(["configmaps", "secrets"], ["create", "get", "list"])],
        "secrets of all namespaces may be read by get, list: give a Role in the namespace, or write rights only",
      ],
    },
  },
  "rbac-no-escalation": {
    passes: { "rights of its own": [clusterRole] },
    fails: {
      "another's identity, and tokens": [
        [role(["users"], ["impersonate"]), role(["serviceaccounts/token"], ["create"])],
        'impersonate on "users" gives rights beyond the role\'s own: leave it out',
        'create on "serviceaccounts/token" gives rights beyond the role\'s own: leave it out',
      ],
      "webhooks and the kubelet": [
        [
          role(["validatingwebhookconfigurations"], ["get", "patch"]),
          role(["nodes/proxy"], ["get"]),
        ],
        'patch on "validatingwebhookconfigurations" gives rights beyond the role\'s own: leave it out',
        'get on "nodes/proxy" gives rights beyond the role\'s own: leave it out',
      ],
    },
  },
  "rbac-no-exec": {
    passes: {
      "rights outside of pods": [clusterRole],
      "the developer": [role(["pods/exec"], ["create"], "acme-staging-roles-developer")],
    },
    fails: {
      "a way into pods for a deployer": [
        [role(["pods/exec", "pods/log"], ["create"])],
        "the role gives pods/exec: leave it out",
      ],
    },
  },
};

testRules(rbacRules, cases);
