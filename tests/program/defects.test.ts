import assert from "node:assert/strict";
import type { RecordedResource, Recording } from "../../plan/monitor.ts";
import { evaluate } from "../../plan/evaluate.ts";
import { ofType, recordingOf, stackFile, theOne } from "../support/plans.ts";

/** One regression test for each defect of the five systems that Slipway replaces, by its number there. */

type Labels = Record<string, string>;
interface Statement {
  readonly Action: string | string[];
  readonly Resource?: string | string[];
}

const deployments = "kubernetes:apps/v1:Deployment";

function specOf({ inputs }: RecordedResource): unknown {
  return inputs.spec;
}

function podSpec(resource: RecordedResource) {
  const spec = specOf(resource) as {
    template: {
      metadata: { labels: Labels };
      spec: {
        initContainers?: { args?: string[] }[];
        containers: {
          image: string;
          args?: string[];
          env?: { name: string; value?: string }[];
          envFrom?: { secretRef?: { name: string } }[];
        }[];
      };
    };
  };
  return spec.template;
}

/** Every statement of every policy document among the inputs. */
function statements({ resources }: Recording): Statement[] {
  return resources.flatMap(({ inputs }) =>
    Object.values(inputs).flatMap((value) =>
      typeof value === "string" && value.startsWith('{"Version"')
        ? (JSON.parse(value) as { Statement: Statement[] }).Statement
        : [],
    ),
  );
}

for (const stack of ["staging", "production"])
  describe(`defects of the originals, in ${stack}`, () => {
    let recording: Recording;
    before(async () => {
      recording = await recordingOf(stack);
    });

    it("1: a disruption budget selects pods and lets at least one go", () => {
      const budgets = ofType(recording, "kubernetes:policy/v1:PodDisruptionBudget");
      assert.ok(budgets.length > 0);
      const pods = ofType(recording, deployments).map((each) => podSpec(each).metadata.labels);
      for (const budget of budgets) {
        const { selector, maxUnavailable } = specOf(budget) as {
          selector: { matchLabels: Labels };
          maxUnavailable?: number;
        };
        const wanted = Object.entries(selector.matchLabels);
        assert.ok(
          pods.some((labels) => wanted.every(([key, value]) => labels[key] === value)),
          budget.urn,
        );
        assert.equal(maxUnavailable, 1);
      }
    });

    it("2: no migration repairs the history that it is about to check", () => {
      const jobs = ofType(recording, "kubernetes:batch/v1:Job");
      assert.ok(jobs.length > 0);
      for (const job of jobs) {
        const { initContainers = [], containers } = podSpec(job).spec;
        const args = [...initContainers, ...containers].flatMap((each) => each.args ?? []);
        assert.ok(args.includes("migrate"));
        assert.ok(!args.includes("repair"));
      }
    });

    it("3: routes use prefixed annotations and no pattern as a path", () => {
      const ingresses = ofType(recording, "kubernetes:networking.k8s.io/v1:Ingress");
      assert.ok(ingresses.length > 0);
      for (const { inputs } of ingresses) {
        const { annotations } = inputs.metadata as { annotations: Labels };
        assert.equal(annotations["nginx.ingress.kubernetes.io/ssl-redirect"], "true");
        for (const key of Object.keys(annotations))
          assert.match(key, /^(?:nginx\.ingress\.kubernetes\.io|pulumi\.com)\//);
        const text = JSON.stringify(inputs);
        assert.doesNotMatch(text, /rewrite-target|use-regex|snippet/);
        for (const [, path] of text.matchAll(/"path":"([^"]*)"/g))
          assert.match(path ?? "", /^\/[\w./-]*$/);
      }
    });

    it("4: not everybody may say where a request comes from", () => {
      const edge = theOne(recording, "kubernetes:helm.sh/v3:Release", /ingress-nginx$/);
      const { controller } = edge.inputs.values as { controller: { config: Labels } };
      const { config } = controller;
      assert.match(config["proxy-real-ip-cidr"] ?? "", /^10\.\d+\.0\.0\/16$/);
    });

    it("5: store, rights and application name a secret alike", () => {
      const prefix = `slipway/application/${stack}/`;
      const keys = ofType(recording, "kubernetes:external-secrets.io/v1:ExternalSecret").flatMap(
        ({ inputs }) =>
          [...JSON.stringify(inputs).matchAll(/"key":"([^"]+)"/g)].map(([, key]) => key),
      );
      assert.ok(keys.length > 0);
      for (const key of keys) assert.ok(key?.startsWith(prefix), key);
      const readable = statements(recording)
        .filter(({ Action }) => [Action].flat().includes("secretsmanager:GetSecretValue"))
        .flatMap(({ Resource = [] }) => [Resource].flat());
      for (const key of keys)
        assert.ok(
          readable.some((arn) => arn.endsWith(`:secret:${key ?? ""}-??????`)),
          key,
        );
      for (const arn of readable) assert.ok(arn.includes(`:secret:${prefix}`), arn);
    });

    it("6: every ARN of a policy has a region and an account where they belong", () => {
      const arns = statements(recording)
        .flatMap(({ Resource = [] }) => [Resource].flat())
        .filter((arn) => arn !== "*");
      assert.ok(arns.length > 0);
      for (const arn of arns)
        assert.match(
          arn,
          /^arn:aws:(?:(?:iam|route53):|[a-z0-9-]+:(?:[a-z]{2}-[a-z]+-\d|\*)):(?:\d{12}|\*|aws)?:.+$/,
        );
    });

    it("7: nothing in the network is open to the world", () => {
      const rules = recording.resources.filter(({ type }) => /securityGroup/i.test(type));
      assert.ok(rules.length > 0);
      for (const { urn, inputs } of rules)
        assert.doesNotMatch(JSON.stringify(inputs.ingress ?? []), /0\.0\.0\.0\/0|::\/0/, urn);
      const databaseRoutes = ofType(recording, "aws:ec2/route:Route", /database/);
      assert.deepEqual(databaseRoutes, []);
      assert.ok(ofType(recording, "aws:ec2/subnet:Subnet", /database/).length >= 2);
    });

    it("8: what runs is the image of the commit, by digest", () => {
      for (const deployment of ofType(recording, deployments))
        for (const { image } of podSpec(deployment).spec.containers)
          assert.match(image, /\/slipway\/(?:api|web)@sha256:[0-9a-f]{64}$/);
    });

    it("9: no variable carries a secret in clear", () => {
      for (const deployment of ofType(recording, deployments))
        for (const { env = [] } of podSpec(deployment).spec.containers)
          for (const { name, value } of env)
            assert.ok(
              value === undefined || !/PASSWORD|SECRET|TOKEN|CREDENTIAL|_KEY$/.test(name),
              name,
            );
    });

    it("10: a failed migration fails at once and a hanging one ends", () => {
      for (const job of ofType(recording, "kubernetes:batch/v1:Job")) {
        const { backoffLimit, activeDeadlineSeconds } = specOf(job) as Record<string, number>;
        assert.equal(backoffLimit, 0);
        assert.equal(activeDeadlineSeconds, 180);
        const [, minutes = "0", seconds = "0"] =
          /^(?:(\d+)m)?(?:(\d+)s)?$/.exec(job.customTimeouts.create ?? "") ?? [];
        const timeout = Number(minutes) * 60 + Number(seconds);
        assert.ok(timeout > 180 && timeout <= 300, job.customTimeouts.create);
      }
    });

    it("12: a moving tag cannot be written", async () => {
      const file = stackFile(stack);
      const apps = file.config["slipway:apps"] as Record<string, { image: object }>;
      const moving = { ...apps.web, image: { ...apps.web?.image, sha: "last-deployed" } };
      const config = { ...file.config, "slipway:apps": { ...apps, web: moving } };
      await assert.rejects(evaluate(stack, { ...file, config }), /sha is "last-deployed"/);
    });

    it("13: no secret is made or kept by Pulumi", () => {
      assert.deepEqual(
        recording.resources
          .filter(({ type }) => type.startsWith("random:") || type === "kubernetes:core/v1:Secret")
          .map(({ urn }) => urn),
        [],
      );
    });

    it("14: no grant is issued that today's databases refuse", () => {
      const registered = JSON.stringify(recording.resources.map(({ inputs }) => inputs));
      assert.doesNotMatch(registered, /GRANT\s+ALL\s+ON\s+DATABASE|IDENTIFIED\s+BY/i);
    });

    it("15: pods are rolled when a secret that they read changes", () => {
      const readers = ofType(recording, deployments).filter((deployment) =>
        podSpec(deployment).spec.containers.some(({ envFrom = [] }) =>
          envFrom.some(({ secretRef }) => secretRef !== undefined),
        ),
      );
      assert.ok(readers.length > 0);
      for (const reader of readers) {
        const { annotations } = reader.inputs.metadata as { annotations?: Labels };
        assert.equal(annotations?.["secret.reloader.stakater.com/reload"], "api");
      }
    });
  });

describe("defects of the originals, between environments", () => {
  it("16: production runs the image that staging ran, not another build of it", async () => {
    const imageOf = (recording: Recording) =>
      podSpec(theOne(recording, deployments, /-web-application$/)).spec.containers[0]?.image;
    const staging = stackFile("staging");
    const production = stackFile("production");
    const released = (staging.config["slipway:apps"] as Record<string, { image: object }>).web;
    const apps = production.config["slipway:apps"] as Record<string, object>;
    const promoted = await evaluate("production", {
      ...production,
      config: {
        ...production.config,
        "slipway:apps": { ...apps, web: { ...apps.web, image: released?.image } },
      },
    });
    assert.equal(imageOf(promoted), imageOf(await recordingOf("staging")));
  });
});
