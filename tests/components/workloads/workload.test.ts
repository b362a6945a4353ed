import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { Workload } from "../../../components/workloads/workload.ts";
import { at, record } from "../../support/recording.ts";
import {
  describeApplication,
  everything,
  listAt,
  recordWorkload,
  shaA,
  shaB,
  workloadArgs,
} from "./support.ts";
import type { Recording, Registration } from "../../support/recording.ts";

describe("a workload", () => {
  let recording: Recording;
  before(async () => {
    recording = await recordWorkload(everything);
  });

  function assertOrder(...steps: Registration[]): void {
    for (const [index, later] of steps.entries()) {
      const earlier = steps[index - 1];
      if (earlier === undefined) continue;
      assert.ok(recording.waitsFor(later, earlier), `${later.urn} waits for ${earlier.urn}`);
      assert.ok(!recording.waitsFor(earlier, later), `${earlier.urn} waits for ${later.urn}`);
    }
  }

  it("goes from namespace to certificate, each step after the one before is ready", () => {
    const checks = recording.all("ExternalSecret").filter(({ name }) => name.includes("-check-"));
    assert.ok(checks.length > 1);
    for (const check of checks)
      assertOrder(
        recording.one("Namespace"),
        recording.one("SecretStore"),
        recording.one("ExternalSecret", "api"),
        check,
        recording.one("Job"),
        recording.one("Deployment", "api"),
        recording.one("Ingress"),
        recording.one("Certificate"),
      );
  });

  it("starts every process and scheduled job after the migration", () => {
    for (const type of ["Deployment", "CronJob"])
      for (const later of recording.all(type)) assertOrder(recording.one("Job"), later);
  });

  it("tells the application of its surroundings before anything of it runs", () => {
    for (const later of [...recording.all("Deployment"), recording.one("Job")]) {
      assertOrder(recording.one("ConfigMap", "api-config"), later);
      assertOrder(recording.one("Service", "database"), later);
    }
  });

  it("gives pods their AWS role before they start", () => {
    const association = recording.one("podIdentityAssociation:PodIdentityAssociation");
    for (const deployment of recording.all("Deployment")) assertOrder(association, deployment);
  });

  it("puts everything of the application into its namespace, after it", () => {
    const namespace = recording.one("Namespace");
    const objects = recording.resources.filter(
      ({ type }) => type.startsWith("kubernetes:") && !type.endsWith(":Namespace"),
    );
    assert.ok(objects.length > 20);
    for (const object of objects) {
      assert.equal(at(object.inputs, "metadata.namespace"), "api", object.urn);
      assertOrder(namespace, object);
    }
  });

  it("labels everything with the application and the project", () => {
    const objects = recording.resources.filter(({ type }) => type.startsWith("kubernetes:"));
    for (const { inputs, urn } of objects) {
      const labels = at(inputs, "metadata.labels") as Record<string, string>;
      assert.equal(labels["app.kubernetes.io/name"], "api", urn);
      assert.equal(labels["app.kubernetes.io/part-of"], "acme", urn);
    }
  });

  it("registers no Secret and no value of one", () => {
    assert.deepEqual(recording.all("Secret"), []);
  });

  it("begins every name in AWS with the prefix", () => {
    for (const { type, name } of recording.resources)
      if (type.startsWith("aws:")) assert.match(name, /^acme-staging-api-/);
  });

  it("runs the commit in every container of the application and in no selector (defect 8)", () => {
    const images = recording
      .all("Deployment")
      .flatMap(({ inputs }) =>
        listAt(inputs, "spec.template.spec.containers").map(({ image }) => image),
      );
    assert.deepEqual(images, [`ghcr.io/acme/api:${shaA}`, `ghcr.io/acme/api:${shaA}`]);
    for (const { inputs } of recording.all("Deployment")) {
      const labels = at(inputs, "spec.template.metadata.labels") as Record<string, string>;
      assert.equal(labels["app.kubernetes.io/version"], shaA);
      assert.ok(!JSON.stringify(at(inputs, "spec.selector")).includes(shaA));
    }
  });

  it("changes only what runs the image when the commit changes", async () => {
    const image = { repository: "ghcr.io/acme/api", sha: shaB };
    const after = await recordWorkload({ ...everything, image });
    const before = new Map(recording.resources.map(({ urn, inputs }) => [urn, inputs]));
    const changed = after.resources.filter(
      ({ urn, inputs }) => JSON.stringify(before.get(urn)) !== JSON.stringify(inputs),
    );
    assert.deepEqual(changed.map(({ type }) => type.split(":").at(-1)).sort(), [
      "CronJob",
      "Deployment",
      "Deployment",
      ...Array.from({ length: 4 }, () => "ExternalSecret"),
      "Job",
    ]);
  });

  it("registers nothing that the application does not ask for", async () => {
    const plain = await recordWorkload();
    assert.deepEqual(
      [...new Set(plain.resources.map(({ type }) => type.split(":").at(-1)))].sort(),
      [
        "AppConfig",
        "AppNamespace",
        "Application",
        "ConfigMap",
        "Deployment",
        "HorizontalPodAutoscaler",
        "LimitRange",
        "Namespace",
        "NetworkPolicy",
        "PodDisruptionBudget",
        "ResourceQuota",
        "Service",
        "ServiceAccount",
        "Workload",
      ],
    );
  });

  it("says where it runs and what as", async () => {
    let workload: Workload | undefined;
    await record(() => {
      workload = new Workload(
        "acme-staging-api",
        workloadArgs(describeApplication({ ...everything, namespace: "backend" })),
      );
    });
    assert.ok(workload !== undefined);
    const { namespace, serviceAccount, hosts, urls, secretName } = workload;
    assert.deepEqual(
      { namespace, serviceAccount, hosts, urls, secretName },
      {
        namespace: "backend",
        serviceAccount: "api",
        hosts: ["api.example.com"],
        urls: ["https://api.example.com"],
        secretName: "api",
      },
    );
    assert.equal(await valueOf(workload.image), `ghcr.io/acme/api:${shaA}`);
    assert.equal(
      await valueOf(pulumi.output(workload.roleArn)),
      "arn:aws:iam::111111111111:role/acme-staging-api-pods",
    );
  });

  it("waits for what serves its secrets and its route", async () => {
    const { recording: found } = await record(() => {
      const operator = new pulumi.ComponentResource("test:index:Operator", "operator");
      const edge = new pulumi.ComponentResource("test:index:Edge", "edge");
      const dependencies = {
        operator: new Marker("operator", operator),
        edge: new Marker("edge", edge),
      };
      new Workload(
        "acme-staging-api",
        workloadArgs(describeApplication(everything), {
          after: { secrets: [dependencies.operator], route: [dependencies.edge] },
        }),
      );
    });
    const marker = (name: string) => {
      const only = found.all("Marker").find((each) => each.name === name);
      assert.ok(only !== undefined);
      return only;
    };
    assert.ok(found.waitsFor(found.one("SecretStore"), marker("operator")));
    assert.ok(found.waitsFor(found.one("Ingress"), marker("edge")));
    assert.ok(found.waitsFor(found.one("Certificate"), marker("edge")));
    assert.ok(!found.waitsFor(found.one("Deployment", "api"), marker("edge")));
  });

  it("fails for AWS rights outside EKS and says which", async () => {
    const build = recordWorkload({ permissions: everything.permissions }, { aws: undefined });
    await assert.rejects(build, {
      message:
        "apps.api.permissions needs a cluster of EKS, whose pods get AWS roles: remove it (config slipway:apps)",
    });
  });
});

class Marker extends pulumi.CustomResource {
  constructor(name: string, parent: pulumi.Resource) {
    super("test:index:Marker", name, {}, { parent });
  }
}

function valueOf<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => void output.apply(resolve));
}
