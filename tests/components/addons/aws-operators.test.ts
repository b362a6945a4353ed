import assert from "node:assert/strict";
import { ClusterAutoscaler } from "../../../components/addons/cluster-autoscaler.ts";
import { ExternalDns } from "../../../components/addons/external-dns.ts";
import { LoadBalancerController } from "../../../components/addons/load-balancer-controller.ts";
import type { Recording } from "../../support/recording.ts";
import { at, record } from "../../support/recording.ts";
import { imagesOf, mirrored } from "./support.ts";

interface Rendered {
  readonly Sid: string;
  readonly Action: string[];
  readonly Resource: string[];
  readonly Condition?: Record<string, Record<string, unknown>>;
}

const common = {
  mirror: mirrored,
  clusterName: "acme-staging",
  region: "eu-west-1",
  partition: "aws",
  roleNamePrefix: "acme-staging",
};

const recorders: Record<string, () => Promise<Recording>> = {
  "aws-load-balancer-controller": async () =>
    (
      await record(() => {
        new LoadBalancerController("addon", { ...common, vpcId: "vpc-1" });
      })
    ).recording,
  "cluster-autoscaler": async () =>
    (
      await record(() => {
        new ClusterAutoscaler("addon", common);
      })
    ).recording,
  "external-dns": async () =>
    (
      await record(() => {
        new ExternalDns("addon", {
          ...common,
          zones: {
            "example.com": { hostedZoneId: "Z0123456789ABC" },
            "example.org": { hostedZoneId: "Z9876543210XYZ" },
          },
          txtOwnerId: "acme-staging",
        });
      })
    ).recording,
};

async function recordAddon(chart: string): Promise<Recording> {
  const recorder = recorders[chart];
  if (recorder === undefined) throw new Error(`no add-on ${chart}`);
  return recorder();
}

for (const chart of Object.keys(recorders))
  describe(chart, () => {
    it("starts after its pods' AWS role is theirs, under the name of its service account", async () => {
      const recording = await recordAddon(chart);
      const release = recording.one("Release", chart);
      const association = recording.one("podIdentityAssociation:PodIdentityAssociation");
      assert.ok(recording.waitsFor(release, association));
      assert.equal(release.inputs.namespace, "kube-system");
      assert.equal(association.inputs.namespace, "kube-system");
      const values = recording.values(chart);
      assert.equal(
        at(values, "serviceAccount.name") ?? at(values, "rbac.serviceAccount.name"),
        association.inputs.serviceAccount,
      );
    });

    it("only reads where its rights cover every resource", async () => {
      const statements = (await recordAddon(chart)).statements() as Rendered[];
      for (const { Sid, Action, Resource } of statements.filter(({ Resource: resources }) =>
        resources.includes("*"),
      )) {
        assert.match(Sid, /^Any/);
        assert.deepEqual(Resource, ["*"]);
        for (const action of Action) assert.match(action, /:(Describe|List|Get)/);
      }
    });

    it("takes its image from the mirror", async () => {
      const images = imagesOf((await recordAddon(chart)).values(chart));
      assert.equal(images.length, 1);
      assert.match(images.join(), /^registry\.example\.com\/mirror\//);
    });
  });

describe("rights of the cluster autoscaler", () => {
  it("change groups of this cluster that allow it, and no others", async () => {
    const statements = (await recordAddon("cluster-autoscaler")).statements() as Rendered[];
    const writes = statements.filter(({ Action }) =>
      Action.some((action) => !/:(Describe|Get)/.test(action)),
    );
    assert.deepEqual(writes, [
      {
        Sid: "ScaleOwnGroups",
        Effect: "Allow",
        Action: [
          "autoscaling:SetDesiredCapacity",
          "autoscaling:TerminateInstanceInAutoScalingGroup",
        ],
        Resource: ["arn:aws:autoscaling:eu-west-1:*:autoScalingGroup:*:autoScalingGroupName/*"],
        Condition: {
          StringEquals: {
            "aws:ResourceTag/kubernetes.io/cluster/acme-staging": "owned",
            "aws:ResourceTag/k8s.io/cluster-autoscaler/enabled": "true",
          },
        },
      },
    ]);
  });

  it("go with values that find groups by the cluster's tag, and an image that exists", async () => {
    const values = (await recordAddon("cluster-autoscaler")).values("cluster-autoscaler");
    assert.deepEqual(values.autoDiscovery, { clusterName: "acme-staging" });
    assert.equal(values.awsRegion, "eu-west-1");
    assert.equal(at(values, "image.tag"), "v1.36.1");
  });
});

describe("rights of external-dns", () => {
  it("change records of the zones, and list zones", async () => {
    assert.deepEqual((await recordAddon("external-dns")).statements(), [
      {
        Sid: "ChangeRecords",
        Effect: "Allow",
        Action: ["route53:ChangeResourceRecordSets", "route53:ListResourceRecordSets"],
        Resource: [
          "arn:aws:route53:::hostedzone/Z0123456789ABC",
          "arn:aws:route53:::hostedzone/Z9876543210XYZ",
        ],
      },
      {
        Sid: "AnyZoneList",
        Effect: "Allow",
        Action: ["route53:ListHostedZones", "route53:ListTagsForResources"],
        Resource: ["*"],
      },
    ]);
  });

  it("go with values that never delete a record and stay in the zones", async () => {
    const values = (await recordAddon("external-dns")).values("external-dns");
    assert.deepEqual(values.sources, ["ingress", "service"]);
    assert.equal(values.policy, "upsert-only");
    assert.equal(values.registry, "txt");
    assert.equal(values.txtOwnerId, "acme-staging");
    assert.deepEqual(values.domainFilters, ["example.com", "example.org"]);
    assert.deepEqual(values.extraArgs, [
      "--aws-zone-type=public",
      "--aws-batch-change-size=2",
      "--zone-id-filter=Z0123456789ABC",
      "--zone-id-filter=Z9876543210XYZ",
    ]);
  });
});

describe("rights of the load balancer controller", () => {
  const own = "aws:ResourceTag/elbv2.k8s.aws/cluster";
  const marked = "aws:RequestTag/elbv2.k8s.aws/cluster";
  const statementsOf = async (): Promise<Map<string, Rendered>> => {
    const statements = (
      await recordAddon("aws-load-balancer-controller")
    ).statements() as Rendered[];
    return new Map(statements.map((statement) => [statement.Sid, statement]));
  };

  it("change and delete only what carries the cluster's tag", async () => {
    const statements = await statementsOf();
    const destructive = /:(Delete(?!Listener)|Modify(?!Listener$)|Set|Register|Deregister)/;
    const found = [...statements.values()].filter(({ Action }) =>
      Action.some((action) => destructive.test(action)),
    );
    assert.deepEqual(
      found.map(({ Sid }) => Sid),
      ["TagOwnSecurityGroups", "DeleteOwnSecurityGroups", "ChangeOwnBalancers", "Targets"],
    );
    for (const { Sid, Condition } of found)
      assert.equal(Condition?.StringEquals?.[own], "acme-staging", Sid);
  });

  it("create only what is tagged at birth", async () => {
    const statements = await statementsOf();
    for (const sid of ["CreateBalancers", "TagNewBalancers", "TagNewSecurityGroups"])
      assert.equal(statements.get(sid)?.Condition?.StringEquals?.[marked], "acme-staging", sid);
  });

  it("open security groups of this network only", async () => {
    const statement = (await statementsOf()).get("OpenSecurityGroupsOfTheVpc");
    assert.deepEqual(statement?.Condition, {
      ArnLike: { "ec2:Vpc": "arn:aws:ec2:eu-west-1:*:vpc/vpc-1" },
    });
  });

  it("stay with network load balancers in this region", async () => {
    const statements = await statementsOf();
    statements.delete("AnyDescribe");
    statements.delete("ServiceLinkedRole");
    for (const { Sid, Resource } of statements.values())
      for (const resource of Resource)
        assert.match(
          resource,
          /^arn:aws:(ec2:eu-west-1:\*:(security-group|vpc)\/|elasticloadbalancing:eu-west-1:\*:(loadbalancer\/net|listener\/net|targetgroup)\/)/,
          Sid,
        );
  });

  it("go with values that leave Services of others alone and make no application load balancer", async () => {
    const values = (await recordAddon("aws-load-balancer-controller")).values(
      "aws-load-balancer-controller",
    );
    assert.equal(values.clusterName, "acme-staging");
    assert.equal(values.vpcId, "vpc-1");
    assert.equal(values.replicaCount, 2);
    assert.equal(values.keepTLSSecret, true);
    assert.equal(values.enableServiceMutatorWebhook, false);
    assert.equal(values.createIngressClassResource, false);
    assert.deepEqual(values.podDisruptionBudget, { maxUnavailable: 1 });
  });
});
