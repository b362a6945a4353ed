import assert from "node:assert/strict";
import fc from "fast-check";
import { costOf } from "../../plan/cost.ts";
import { instancePerHour } from "../../plan/prices.ts";
import type { PlannedResource } from "../../plan/plan.ts";
import * as arbitrary from "./support/arbitrary.ts";
import {
  awsProvider,
  cluster,
  externalSecret,
  release,
  resource,
  subnet,
} from "./support/plans.ts";

/** What a stack costs, as `<monthly> <name>: <basis>`. */
function costs(...resources: PlannedResource[]): string[] {
  return costOf(resources).items.map(
    ({ urn, monthly, basis }) => `${monthly.toFixed(2)} ${urn.split("::").at(-1) ?? ""}: ${basis}`,
  );
}

function nodeGroup(inputs: PlannedResource["inputs"], dependencies: string[] = []) {
  return resource("aws:eks/nodeGroup:NodeGroup", "main", {
    dependencies,
    inputs: { instanceTypes: ["t3.medium"], scalingConfig: { minSize: 2 }, ...inputs },
  });
}

function store(kind: string, name: string, provider: object) {
  return resource(`kubernetes:external-secrets.io/v1:${kind}`, name, {
    inputs: { kind, metadata: { name, namespace: "api" }, spec: { provider } },
  });
}

describe("price of an instance type", () => {
  const known: [string, number][] = [
    ["t3.nano", 0.0052],
    ["t3.micro", 0.0104],
    ["t3.small", 0.0208],
    ["t3.medium", 0.0416],
    ["t3.large", 0.0832],
    ["t3.xlarge", 0.1664],
    ["t3.2xlarge", 0.3328],
    ["t3a.medium", 0.0376],
    ["t3a.large", 0.0752],
    ["t4g.small", 0.0168],
    ["t4g.medium", 0.0336],
    ["t4g.large", 0.0672],
    ["m5.large", 0.096],
    ["m5.xlarge", 0.192],
    ["m5.2xlarge", 0.384],
    ["m6i.large", 0.096],
    ["m6i.xlarge", 0.192],
    ["m6g.medium", 0.0385],
    ["m6g.large", 0.077],
    ["m7i.large", 0.1008],
    ["m7i.xlarge", 0.2016],
    ["m7g.medium", 0.0408],
    ["m7g.large", 0.0816],
    ["m7g.xlarge", 0.1632],
    ["c5.large", 0.085],
    ["c6i.large", 0.085],
    ["c6i.xlarge", 0.17],
    ["c7g.large", 0.0725],
    ["r5.large", 0.126],
    ["r6g.large", 0.1008],
    ["r6g.xlarge", 0.2016],
  ];
  for (const [type, price] of known)
    it(`knows ${type}`, () => {
      assert.ok(Math.abs((instancePerHour(type) ?? 0) - price) < 1e-9);
    });
  for (const type of ["p5.48xlarge", "t3", "", "constructor.large", "t3.constructor"])
    it(`knows none of ${JSON.stringify(type)}`, () => {
      assert.equal(instancePerHour(type), undefined);
    });
});

describe("cost", () => {
  it("is nothing for a stack outside AWS", () => {
    const items = [release("ingress-nginx"), resource("kubernetes:core/v1:Namespace", "api")];
    assert.deepEqual(costOf(items), { currency: "USD", monthly: 0, items: [] });
  });

  it("adds the platform up, dearest first", () => {
    const cost = costOf([
      resource("aws:kms/key:Key", "b-key"),
      resource("aws:kms/key:Key", "a-key"),
      resource("aws:ec2/eip:Eip", "nat"),
      resource("aws:ec2/natGateway:NatGateway", "nat"),
      resource("aws:cloudwatch/logGroup:LogGroup", "logs"),
      cluster,
    ]);
    assert.equal(cost.monthly, 111.5);
    assert.deepEqual(
      cost.items.map(({ urn, monthly }) => [urn.split("::").at(-1), monthly]),
      [
        ["acme-staging-cluster", 73],
        ["nat", 32.85],
        ["nat", 3.65],
        ["a-key", 1],
        ["b-key", 1],
        ["logs", 0],
      ],
    );
  });

  it("counts the fewest nodes of a group at its first instance type, with the template's disks", () => {
    const template = resource("aws:ec2/launchTemplate:LaunchTemplate", "main", {
      inputs: { blockDeviceMappings: [{ ebs: { volumeSize: 2 } }, { ebs: { volumeSize: 100 } }] },
    });
    assert.deepEqual(costs(template, nodeGroup({}, [template.urn])), [
      "60.74 main: 2 x t3.medium on demand, 730 h",
      "16.32 main: 2 x 102 GiB gp3 root volume",
    ]);
  });

  it("says the share of the on-demand price that it takes for spot", () => {
    assert.deepEqual(costs(nodeGroup({ capacityType: "SPOT", scalingConfig: { minSize: 1 } })), [
      "10.63 main: 1 x t3.medium spot at 0.35 of on demand, 730 h",
      "1.60 main: 1 x 20 GiB gp3 root volume",
    ]);
  });

  it("says that it knows no price of an instance type", () => {
    const [, instances] = costs(nodeGroup({ instanceTypes: ["p9.large"], diskSize: 50 }));
    assert.equal(instances, "0.00 main: 2 x p9.large: no price known for p9.large");
  });

  it("takes the region from the resource's provider", () => {
    const provider = { ...awsProvider, inputs: { region: "eu-west-1" } };
    const nat = resource("aws:ec2/natGateway:NatGateway", "nat", { provider: provider.urn });
    assert.deepEqual(costs(provider, nat), [
      "36.14 nat: NAT gateway, 730 h, no traffic, eu-west-1 x 1.1",
    ]);
  });

  it("says when it knows no factor of a region", () => {
    const nat = resource("aws:ec2/natGateway:NatGateway", "nat", {
      inputs: { region: "mars-north-1" },
    });
    assert.deepEqual(costs(nat), ["32.85 nat: NAT gateway, 730 h, no traffic, us-east-1's price"]);
  });

  it("counts interface endpoints by zone and gateway endpoints not at all", () => {
    const endpoint = (name: string, inputs: PlannedResource["inputs"]) =>
      resource("aws:ec2/vpcEndpoint:VpcEndpoint", name, { inputs });
    assert.deepEqual(
      costs(
        endpoint("s3", { vpcEndpointType: "Gateway" }),
        endpoint("sts", { vpcEndpointType: "Interface", subnetIds: ["a", "b"] }),
      ),
      ["14.60 sts: interface endpoint in 2 zones, 730 h"],
    );
  });

  it("notes the surcharge of Auto Mode", () => {
    const auto = { ...cluster, inputs: { computeConfig: { enabled: true } } };
    assert.deepEqual(costs(auto), [
      "73.00 acme-staging-cluster: control plane, 730 h",
      "0.00 acme-staging-cluster: Auto Mode starts nodes by demand: price of each instance and 12 % on top",
    ]);
  });
});

describe("cost of load balancers", () => {
  const publicSubnets = [subnet("a", "us-east-1a", true), subnet("b", "us-east-1b", true)];
  const balancer = "16.43 edge: network load balancer, 730 h, no capacity units";
  const service = (type: string, annotations = {}) =>
    resource("kubernetes:core/v1:Service", "edge", {
      inputs: { metadata: { annotations }, spec: { type } },
    });
  const edge = (type: string, annotations = {}) =>
    costs(cluster, ...publicSubnets, service(type, annotations)).filter((line) =>
      line.includes(" edge: "),
    );

  it("counts one for each Service, with an address in each public zone", () => {
    assert.deepEqual(edge("LoadBalancer"), [
      balancer,
      "7.30 edge: 2 public IPv4 addresses of the load balancer, 730 h",
    ]);
  });

  it("counts no public addresses of an internal one", () => {
    const annotations = { "service.beta.kubernetes.io/aws-load-balancer-scheme": "internal" };
    assert.deepEqual(edge("LoadBalancer", annotations), [balancer]);
  });

  it("counts none for another type or a cluster outside AWS", () => {
    assert.deepEqual(edge("NodePort"), []);
    assert.deepEqual(edge("ClusterIP"), []);
    assert.deepEqual(costs(service("LoadBalancer")), []);
  });
});

describe("cost of reading secrets", () => {
  const once = "0.86 api: 172,800 calls to Secrets Manager (every 15 s), 0.05 USD per 10,000";

  it("is 0.86 USD a month every 15 s", () => {
    assert.deepEqual(costs(externalSecret("api")), [once]);
  });

  const spec: [string, PlannedResource["inputs"], string[]][] = [
    [
      "counts each name once, however many keys are taken from it",
      {
        dataFrom: [{ extract: { key: "a" } }],
        data: [{ remoteRef: { key: "a", property: "x" } }, { remoteRef: { key: "b" } }],
      },
      ["1.73 api: 345,600 calls to Secrets Manager (every 15 s), 0.05 USD per 10,000"],
    ],
    [
      "reads composed durations",
      { refreshInterval: "1h30m" },
      ["0.00 api: 480 calls to Secrets Manager (every 5400 s), 0.05 USD per 10,000"],
    ],
    [
      "takes the operator's hour where none is given",
      { refreshInterval: undefined },
      ["0.00 api: 720 calls to Secrets Manager (every 3600 s), 0.05 USD per 10,000"],
    ],
    ["is nothing for secrets read once", { refreshInterval: "0" }, []],
    ["is nothing for secrets that are not refreshed", { refreshPolicy: "CreatedOnce" }, []],
    ["is nothing for generated values", { dataFrom: [{ sourceRef: { generatorRef: {} } }] }, []],
  ];
  for (const [what, given, expected] of spec)
    it(what, () => {
      assert.deepEqual(costs(externalSecret("api", given)), expected);
    });

  it("is nothing where the store is not Secrets Manager", () => {
    assert.deepEqual(
      costs(store("SecretStore", "api", { kubernetes: {} }), externalSecret("api")),
      [],
    );
    const secretStoreRef = { kind: "ClusterSecretStore", name: "all" };
    assert.deepEqual(
      costs(
        store("ClusterSecretStore", "all", { fake: {} }),
        externalSecret("api", { secretStoreRef }),
      ),
      [],
    );
  });

  it("tells stores of one name apart", () => {
    assert.deepEqual(
      costs(
        store("SecretStore", "api", { aws: {} }),
        store("ClusterSecretStore", "api", { kubernetes: {} }),
        externalSecret("api"),
      ),
      [once],
    );
  });

  it("is nothing at an emulator", () => {
    const operator = release("external-secrets", {
      values: { extraEnv: [{ name: "AWS_SECRETSMANAGER_ENDPOINT", value: "http://moto" }] },
    });
    assert.deepEqual(costs(operator, externalSecret("api")), []);
  });
});

describe("any cost", () => {
  it("is the sum of its items in whole cents, sorted, and the same twice", () => {
    fc.assert(
      fc.property(arbitrary.resources, (resources) => {
        const { items, monthly } = costOf(resources);
        const sum = items.reduce((total, item) => total + Math.round(item.monthly * 100), 0);
        assert.equal(Math.round(monthly * 100), sum);
        for (const item of items) assert.equal(item.monthly, Math.round(item.monthly * 100) / 100);
        assert.deepEqual(
          items.map((item) => item.monthly),
          items.map((item) => item.monthly).sort((a, b) => b - a),
        );
        assert.equal(
          JSON.stringify(costOf(resources)),
          JSON.stringify({ currency: "USD", monthly, items }),
        );
      }),
    );
  });
});
