import assert from "node:assert/strict";
import { ApiException, AuthorizationV1Api, CoreV1Api, KubeConfig } from "@kubernetes/client-node";
import type { V1ResourceAttributes } from "@kubernetes/client-node";
import { core, environment } from "./kubernetes.ts";
import { platform } from "./platform.ts";

/** A client that the API server takes for a member of the role's group. */
function as(role: string): KubeConfig {
  const config = new KubeConfig();
  config.loadFromString(environment.kubeconfig.exportConfig());
  const authenticate = config.applySecurityAuthentication.bind(config);
  config.applySecurityAuthentication = async (context) => {
    await authenticate(context);
    context.setHeaderParam("Impersonate-User", "somebody");
    context.setHeaderParam("Impersonate-Group", `slipway-kubernetes-${role}-local`);
  };
  return config;
}

/** What `kubectl auth can-i <verb> <resource> -n demo --as somebody --as-group <role>` answers. */
async function may(authorization: AuthorizationV1Api, question: string): Promise<boolean> {
  const [verb = "", resource = ""] = question.split(" ");
  const [, name = "", subresource, apiGroup = ""] =
    /^([a-z]+)(?:\/([a-z]+))?(?:\.([a-z0-9.-]+))?$/.exec(resource) ?? [];
  const resourceAttributes: V1ResourceAttributes = {
    namespace: "demo",
    verb,
    resource: name,
    group: apiGroup,
    ...(subresource === undefined ? {} : { subresource }),
  };
  const { status } = await authorization.createSelfSubjectAccessReview({
    body: { spec: { resourceAttributes } },
  });
  return status?.allowed ?? false;
}

const all = "get list watch create update patch delete".split(" ");
const on = (verbs: readonly string[], ...resources: string[]) =>
  resources.flatMap((resource) => verbs.map((verb) => `${verb} ${resource}`));
const change = ["create", "update", "patch", "delete"];

/** Nobody but an admin may. */
const escalation = [
  ...on(change, "clusterroles.rbac.authorization.k8s.io", "rolebindings.rbac.authorization.k8s.io"),
  ...on(change, "validatingwebhookconfigurations.admissionregistration.k8s.io"),
  ...on(["bind", "escalate"], "clusterroles.rbac.authorization.k8s.io"),
  ...on(["impersonate"], "users", "groups", "serviceaccounts"),
  ...on(["create"], "serviceaccounts/token", "pods/ephemeralcontainers"),
  ...on(["get", "create"], "nodes/proxy"),
];

const deployed = [
  "configmaps",
  "pods",
  "services",
  "deployments.apps",
  "jobs.batch",
  "cronjobs.batch",
  "ingresses.networking.k8s.io",
  "horizontalpodautoscalers.autoscaling",
  "poddisruptionbudgets.policy",
  "externalsecrets.external-secrets.io",
];

interface Rights {
  readonly may: readonly string[];
  readonly mayNot: readonly string[];
}

const rights: Record<string, Rights> = {
  deployer: {
    may: [...on(all, ...deployed, "namespaces"), ...on(change, "secrets"), "get pods/log"],
    mayNot: [
      ...on(["get", "list", "watch"], "secrets"),
      ...on(["create"], "pods/exec", "pods/portforward", "pods/eviction"),
      ...on(change, "nodes", "serviceaccounts"),
      ...escalation,
    ],
  },
  "developer with all rights": {
    may: [
      ...on(all, ...deployed, "secrets", "serviceaccounts"),
      ...on(["create"], "pods/exec", "pods/portforward"),
      "patch deployments/scale.apps",
      "get pods/log",
    ],
    mayNot: [...on(change, "nodes", "namespaces", "resourcequotas"), ...escalation],
  },
  "developer who reads": {
    may: [
      ...on(["get", "list", "watch"], ...deployed),
      ...on(["create"], "pods/exec", "pods/portforward"),
      "get pods/log",
    ],
    mayNot: [...on(all, "secrets"), ...on(change, ...deployed, "nodes"), ...escalation],
  },
  operator: {
    may: [
      ...on(all, ...deployed, "secrets", "nodes", "namespaces", "statefulsets.apps"),
      "create pods/eviction",
      "get pods/log",
    ],
    mayNot: escalation,
  },
  admin: {
    may: [...on(all, ...deployed, "secrets", "nodes"), ...escalation],
    mayNot: [],
  },
  stranger: { may: [], mayNot: [...on(all, ...deployed, "secrets", "nodes"), ...escalation] },
};

function hasItsRights(name: string): void {
  it(`gives the ${name} its rights and no others`, async () => {
    const { may: allowed, mayNot: refused } = rights[name] ?? { may: [], mayNot: [] };
    const authorization = as(name.split(" ")[0] ?? "").makeApiClient(AuthorizationV1Api);
    const answers = await Promise.all(
      [...allowed, ...refused].map(async (question) => ({
        question,
        given: await may(authorization, question),
      })),
    );
    const wanted = new Set(allowed);
    assert.deepEqual(
      answers.filter(({ question, given }) => given !== wanted.has(question)),
      [],
    );
  });
}

describe("access", () => {
  before(() => {
    platform().up();
  });

  for (const name of ["admin", "deployer", "developer with all rights", "operator", "stranger"])
    hasItsRights(name);

  it("lets a deployer write a secret that it cannot read", async () => {
    const deployer = as("deployer").makeApiClient(CoreV1Api);
    const refused = { message: /cannot (?:get|list) resource \\*"secrets/ };
    const { metadata } = await deployer.createNamespacedSecret({
      namespace: "demo",
      body: { metadata: { generateName: "written-by-deployer-" }, stringData: { KEY: "value" } },
    });
    const written = { namespace: "demo", name: metadata?.name ?? "" };
    await assert.rejects(deployer.readNamespacedSecret(written), refused);
    await assert.rejects(deployer.listNamespacedSecret({ namespace: "demo" }), refused);
    await deployer.deleteNamespacedSecret(written);
  });

  describe("with developers who read", () => {
    before(() => {
      platform().up((config) => {
        (config["slipway:access"] as { developer: string }).developer = "readOnly";
      });
    });
    hasItsRights("developer who reads");
  });
});

describe("restricted Pod Security", () => {
  const pod = (container: object, spec: object = {}) => ({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "intruder", namespace: "demo" },
    spec: { containers: [{ name: "main", image: "busybox:1.35.0", ...container }], ...spec },
  });
  const harmless = {
    allowPrivilegeEscalation: false,
    capabilities: { drop: ["ALL"] },
    runAsNonRoot: true,
    runAsUser: 65532,
    seccompProfile: { type: "RuntimeDefault" },
  };
  const cases = {
    "that is privileged": pod({ securityContext: { privileged: true } }),
    "that may gain privileges": pod({
      securityContext: { ...harmless, allowPrivilegeEscalation: true },
    }),
    "that runs as root": pod({ securityContext: { ...harmless, runAsUser: 0 } }),
    "on the node's network": pod({ securityContext: harmless }, { hostNetwork: true }),
    "with the node's files": pod(
      { securityContext: harmless },
      { volumes: [{ name: "root", hostPath: { path: "/" } }] },
    ),
  };
  const dryRun = async (body: object) =>
    core.createNamespacedPod({ namespace: "demo", body, dryRun: "All" });

  for (const [name, body] of Object.entries(cases))
    it(`refuses a pod ${name}`, async () => {
      await assert.rejects(dryRun(body), (error: unknown) => {
        assert.ok(error instanceof ApiException && error.code === 403);
        assert.match(String(error.body), /violates PodSecurity \\?"restricted/);
        return true;
      });
    });

  it("admits one with none of that", async () => {
    await dryRun(pod({ securityContext: harmless }));
  });
});
