import assert from "node:assert/strict";
import { actions, ranked } from "../../../plan/changes/change.ts";
import type { Change, Risk } from "../../../plan/changes/change.ts";
import { riskOf } from "../../../plan/changes/risk.ts";
import type { Judged } from "../../../plan/changes/risk.ts";

function judged(type: string, paths: readonly string[] = [], more: Partial<Judged> = {}): Judged {
  const properties = paths.map((path) => ({ path, before: "a", after: "b", replaces: false }));
  return {
    type,
    action: "update",
    protect: false,
    stateful: false,
    properties,
    ...more,
  };
}

const migrationLabels = { metadata: { labels: { "app.kubernetes.io/component": "migration" } } };

describe("risk of a change", () => {
  const cases: readonly (readonly [string, Judged, Risk])[] = [
    ["a stateful replacement", judged("x", [], { action: "replace", stateful: true }), "loss"],
    ["a stateful deletion", judged("x", [], { action: "delete", stateful: true }), "loss"],
    [
      "the deletion of what is protected",
      judged("x", [], { action: "delete", protect: true }),
      "loss",
    ],
    ["a stateful update", judged("aws:ec2/vpc:Vpc", ["tags"], { stateful: true }), "other"],
    [
      "what holds something and is no longer managed",
      judged("x", [], { action: "forget", stateful: true }),
      "loss",
    ],
    ["what holds nothing and is no longer managed", judged("x", [], { action: "forget" }), "other"],
    ["an IAM policy", judged("aws:iam/rolePolicy:RolePolicy", ["policy"]), "access"],
    ["a new IAM role", judged("aws:iam/role:Role", [], { action: "create" }), "access"],
    [
      "a security group's rule",
      judged("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", ["cidrIpv4"]),
      "access",
    ],
    [
      "a NetworkPolicy",
      judged("kubernetes:networking.k8s.io/v1:NetworkPolicy", ["spec"]),
      "access",
    ],
    [
      "what the API server admits",
      judged("kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicy", [], {
        action: "delete",
      }),
      "access",
    ],
    [
      "the images that a namespace admits",
      judged("kubernetes:core/v1:Namespace", ["metadata.annotations.slipway/image-repository"]),
      "access",
    ],
    [
      "the cluster's endpoint",
      judged("aws:eks/cluster:Cluster", ["vpcConfig.publicAccessCidrs"]),
      "access",
    ],
    ["the cluster's version", judged("aws:eks/cluster:Cluster", ["version"]), "other"],
    ["a key's policy", judged("aws:kms/key:Key", ["policy.Statement[0].Effect"]), "access"],
    [
      "a pod's security context",
      judged("kubernetes:apps/v1:Deployment", ["spec.template.spec.securityContext.runAsUser"]),
      "access",
    ],
    [
      "a role that only waits for its provider",
      judged("kubernetes:rbac.authorization.k8s.io/v1:Role"),
      "other",
    ],
    [
      "a migration's job",
      judged("kubernetes:batch/v1:Job", [], { action: "create", after: migrationLabels }),
      "migration",
    ],
    ["another job", judged("kubernetes:batch/v1:Job", [], { action: "create" }), "other"],
    [
      "an image",
      judged("kubernetes:apps/v1:Deployment", ["spec.template.spec.containers[api].image"]),
      "image",
    ],
    [
      "image and replicas",
      judged("kubernetes:apps/v1:Deployment", [
        "spec.replicas",
        "spec.template.spec.containers[api].image",
      ]),
      "image",
    ],
    [
      "an environment variable",
      judged("kubernetes:apps/v1:Deployment", ["spec.template.spec.containers[api].env[A].value"]),
      "configuration",
    ],
    [
      "a reference to a secret",
      judged("kubernetes:external-secrets.io/v1:ExternalSecret", ["spec.data"]),
      "configuration",
    ],
    [
      "a chart's values",
      judged("kubernetes:helm.sh/v3:Release", ["values.replicas"]),
      "configuration",
    ],
    ["replicas", judged("kubernetes:apps/v1:Deployment", ["spec.replicas"]), "scaling"],
    [
      "a node group's size",
      judged("aws:eks/nodeGroup:NodeGroup", ["scalingConfig.maxSize"]),
      "scaling",
    ],
    [
      "a new autoscaler",
      judged("kubernetes:autoscaling/v2:HorizontalPodAutoscaler", [], { action: "create" }),
      "scaling",
    ],
    ["a tag", judged("aws:sqs/queue:Queue", ["tags.owner"]), "other"],
  ];
  for (const [what, change, risk] of cases)
    it(`is ${risk} for ${what}`, () => {
      assert.equal(riskOf(change), risk);
    });
});

describe("risk of what is opened to others", () => {
  const ingress = "kubernetes:networking.k8s.io/v1:Ingress";
  const service = "kubernetes:core/v1:Service";
  const database = "aws:rds/instance:Instance";
  const release = "kubernetes:helm.sh/v3:Release";
  const prefix = "nginx.ingress.kubernetes.io/";
  const host = (name: string, annotations = {}) => ({
    metadata: { annotations },
    spec: { rules: [{ host: name }] },
  });
  const allowed = { [`${prefix}whitelist-source-range`]: "203.0.113.0/24" };
  const balancer = { spec: { type: "LoadBalancer", loadBalancerSourceRanges: ["203.0.113.0/24"] } };
  const ranges = { values: { controller: { service: balancer.spec } } };
  type Inputs = Readonly<Record<string, unknown>>;
  const cases: readonly (readonly [string, string, Inputs | undefined, Inputs, Risk])[] = [
    ["a new host", ingress, undefined, host("a"), "access"],
    ["another host", ingress, host("a"), host("b"), "access"],
    ["an allow-list that goes", ingress, host("a", allowed), host("a"), "access"],
    [
      "an allow-list that goes with all annotations",
      ingress,
      host("a", allowed),
      { spec: host("a").spec },
      "access",
    ],
    ["a login that goes", ingress, host("a", { [`${prefix}auth-url`]: "x" }), host("a"), "access"],
    [
      "the size of a body",
      ingress,
      host("a"),
      host("a", { [`${prefix}proxy-body-size`]: "9m" }),
      "other",
    ],
    ["a new load balancer", service, undefined, balancer, "access"],
    [
      "a load balancer without ranges",
      service,
      balancer,
      { spec: { type: "LoadBalancer" } },
      "access",
    ],
    [
      "a load balancer that goes public",
      service,
      balancer,
      {
        ...balancer,
        metadata: {
          annotations: { "service.beta.kubernetes.io/aws-load-balancer-scheme": "internet-facing" },
        },
      },
      "access",
    ],
    ["a node port", service, undefined, { spec: { type: "NodePort" } }, "access"],
    [
      "a Service inside the cluster",
      service,
      undefined,
      { spec: { ports: [{ port: 80 }] } },
      "other",
    ],
    ["a public database", database, undefined, { publiclyAccessible: true }, "access"],
    ["a database that goes public", database, {}, { publiclyAccessible: true }, "access"],
    ["a private database", database, undefined, { publiclyAccessible: false }, "other"],
    ["a chart with a load balancer", release, undefined, ranges, "access"],
    [
      "a chart's ranges that go",
      release,
      ranges,
      { values: { controller: { service: { type: "LoadBalancer" } } } },
      "access",
    ],
    [
      "a chart without any",
      release,
      undefined,
      { values: { probe: { scheme: "HTTPS" } } },
      "other",
    ],
    [
      "a public Kubernetes API",
      "aws:eks/cluster:Cluster",
      undefined,
      { vpcConfig: { publicAccessCidrs: ["0.0.0.0/0"] } },
      "access",
    ],
    [
      "a private Kubernetes API",
      "aws:eks/cluster:Cluster",
      undefined,
      { vpcConfig: { endpointPublicAccess: false } },
      "other",
    ],
    ["a public load balancer", "aws:lb/loadBalancer:LoadBalancer", undefined, {}, "access"],
    [
      "an internal load balancer",
      "aws:lb/loadBalancer:LoadBalancer",
      undefined,
      { internal: true },
      "other",
    ],
  ];
  for (const [what, type, before, after, risk] of cases)
    it(`is ${risk} for ${what}`, () => {
      const action = before === undefined ? "create" : "update";
      const properties = before === undefined ? [] : ["x"];
      const judgedOne = judged(type, properties, { action, after, ...(before && { before }) });
      assert.equal(riskOf(judgedOne), risk);
    });

  it("is other for what is there already and comes under management", () => {
    assert.equal(riskOf(judged(ingress, [], { action: "import", after: host("a") })), "other");
  });
});

describe("order of changes", () => {
  const change = (type: string, more: Partial<Change>): Change => ({
    urn: `${type}-${JSON.stringify(more)}`,
    type,
    name: type,
    action: "update",
    protect: false,
    risk: "other",
    properties: [],
    unknown: false,
    ...more,
  });

  it("puts what is protected and what holds most first", () => {
    const loss = { risk: "loss", action: "replace" } as const;
    const order = ranked([
      change("aws:ec2/natGateway:NatGateway", loss),
      change("aws:eks/cluster:Cluster", loss),
      change("aws:rds/instance:Instance", loss),
      change("aws:ec2/subnet:Subnet", { ...loss, protect: true }),
    ]).map(({ type }) => type.split(":").at(-1));
    assert.deepEqual(order, ["Subnet", "Instance", "Cluster", "NatGateway"]);
  });

  it("puts deletions before creations of one risk", () => {
    const order = ranked(actions.map((action) => change("x", { action }))).map(
      ({ action }) => action,
    );
    assert.deepEqual(order, actions);
    assert.equal(order[0], "delete");
  });
});
