import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { changesOfPreview } from "../../plan/changes/from-preview.ts";
import { evaluate } from "../../plan/evaluate.ts";
import { stackFile } from "../support/plans.ts";
import { losing, requireEngine, root, Sandbox } from "../support/engine.ts";
import type { Step } from "../support/engine.ts";

const stack = "staging";
const driftWorkflow = join(root, ".github", "workflows", "drift.yml");

function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

describe("staging under the real engine", () => {
  let sandbox: Sandbox;
  before(() => {
    requireEngine();
    sandbox = new Sandbox();
    sandbox.expect(["stack", "init", stack]);
  });
  after(() => {
    sandbox.close();
  });

  const up = (...options: string[]) =>
    sandbox.expect(["up", "--yes", "--skip-preview", "-s", stack, ...options]);

  it("previews in at most 20 seconds", () => {
    const { seconds } = sandbox.expect(["preview", "-s", stack]);
    assert.ok(seconds <= 20, `${seconds.toFixed(1)} s`);
  });

  it("previews the very resources of the offline plan", async () => {
    const { resources } = await evaluate(stack, stackFile(stack));
    const isOwn = (urn: string) => !/\$(?:awsx:ec2:Vpc|eks:index:Cluster)\$/.test(urn);
    const planned = resources.map(({ urn }) => urn).filter(isOwn);
    const previewed = sandbox.previewedUrns(stack).filter(isOwn);
    assert.deepEqual(previewed.sort(), planned.sort());
  });

  it("passes the policy pack", () => {
    const { stdout } = sandbox.expect(["preview", "-s", stack, "--policy-pack", "policies"]);
    assert.match(stdout, /slipway/);
    assert.doesNotMatch(stdout, /\[mandatory\]/);
  });

  it("names repository and commit of an image that was never pushed, and changes nothing", () => {
    sandbox.writeCloud("missing-images.txt", "7c0b41d9e2f85a3361c4be07a95d28f1034e6bca\n");
    const { status, stdout, stderr } = sandbox.run(["preview", "-s", stack]);
    sandbox.removeCloud("missing-images.txt");
    assert.notEqual(status, 0);
    const said = `${stdout}${stderr}`;
    assert.match(
      said,
      /apps\.api\.image: no image \S+\/slipway\/api:7c0b41d9e2f85a3361c4be07a95d28f1034e6bca was found/,
    );
    assert.doesNotMatch(said, /\n\s+at /);
    assert.deepEqual(sandbox.cloudFiles(), []);
  });

  it("fails a wrong configuration with all mistakes at once and no stack trace", () => {
    const wrong = new Sandbox();
    wrong.expect(["stack", "init", stack]);
    wrong.setConfig(stack, ["slipway:apps", "api", "image", "sha"], "latest");
    wrong.setConfig(stack, ["slipway:apps", "web", "replicas", "min"], 0);
    const { status, stdout, stderr } = wrong.run(["preview", "-s", stack]);
    wrong.close();
    const said = `${stdout}${stderr}`;
    assert.notEqual(status, 0);
    assert.match(said, /apps\.api\.image\.sha is "latest"/);
    assert.match(said, /apps\.web\.replicas\.min is 0/);
    assert.doesNotMatch(said, /\n\s+at /);
  });

  it("converges in one run after a provider failed in the middle of another", () => {
    sandbox.writeCloud(
      "faults.json",
      JSON.stringify([
        {
          type: "kubernetes:helm.sh/v3:Release",
          name: "*cert-manager*",
          operation: "create",
          message: "the API server is down",
        },
      ]),
    );
    const failed = sandbox.run(["up", "--yes", "--skip-preview", "-s", stack]);
    assert.notEqual(failed.status, 0);
    assert.match(`${failed.stdout}${failed.stderr}`, /the API server is down/);
    sandbox.removeCloud("faults.json");
    up();
  });

  it("changes nothing on a second run", () => {
    up("--expect-no-changes");
  });

  it("refuses a secret in the configuration and keeps it out of output and state", () => {
    const canary = "canary-4f1d9a7e";
    sandbox.expect(["config", "set", "--secret", "slipway:password", canary, "-s", stack]);
    const { status, stdout, stderr } = sandbox.run(["preview", "-s", stack]);
    sandbox.expect(["config", "rm", "slipway:password", "-s", stack]);
    assert.notEqual(status, 0);
    assert.match(`${stdout}${stderr}`, /slipway:password/);
    const { stdout: state } = sandbox.expect(["stack", "export", "-s", stack]);
    assert.doesNotMatch(`${state}${stdout}${stderr}`, new RegExp(canary));
  });

  it("keeps the kubeconfig encrypted in the state and out of the outputs shown", () => {
    const { stdout: state } = sandbox.expect(["stack", "export", "-s", stack]);
    const { deployment } = JSON.parse(state) as {
      deployment: { resources: { type: string; outputs?: { kubeconfig?: unknown } }[] };
    };
    const root = deployment.resources.find(({ type }) => type === "pulumi:pulumi:Stack");
    assert.match(JSON.stringify(root?.outputs?.kubeconfig), /"ciphertext"/);
    assert.match(
      sandbox.expect(["stack", "output", "-s", stack]).stdout,
      /kubeconfig\s+\[secret\]/,
    );
  });

  it("changes only the application whose commit changes", () => {
    sandbox.setConfig(
      stack,
      ["slipway:apps", "web", "image", "sha"],
      "aaaaaaaaaabbbbbbbbbbccccccccccdddddddddd",
    );
    const steps = sandbox.preview(stack);
    assert.ok(steps.length > 0);
    const others = steps.filter(
      ({ urn }) => !nameOf(urn).startsWith("slipway-staging-web") && !urn.includes("pulumi:Stack"),
    );
    assert.deepEqual(others, []);
    assert.deepEqual(losing(steps), []);
    up();
    up("--expect-no-changes");
  });

  it("replaces nothing stateful on harmless changes of the configuration", () => {
    sandbox.setConfig(stack, ["slipway:edge", "replicas"], 3);
    sandbox.setConfig(stack, ["slipway:network", "flowLogRetentionDays"], 60);
    sandbox.setConfig(stack, ["slipway:apps", "api", "replicas", "max"], 6);
    sandbox.setConfig(stack, ["slipway:cluster", "compute", "nodeGroups", "main", "maxSize"], 5);
    const steps = sandbox.preview(stack);
    assert.ok(steps.length >= 4);
    assert.deepEqual(losing(steps), []);
    up();
    up("--expect-no-changes");
  });

  it("puts back what was deleted behind its back", () => {
    const service = sandbox.cloudFiles().find((file) => /v1\.Service\/.*api/.test(file));
    assert.ok(service !== undefined, sandbox.cloudFiles().join("\n"));
    sandbox.removeCloud(service);
    sandbox.expect(["refresh", "--yes", "--skip-preview", "-s", stack]);
    const steps = sandbox.preview(stack);
    assert.deepEqual(
      steps
        .filter(({ op }) => op === "create")
        .map(({ urn }) => urn.split("::")[2]?.split("$").at(-1)),
      ["kubernetes:core/v1:Service"],
    );
    up();
    assert.ok(sandbox.cloudFiles().includes(service));
  });

  it("looks for drift in the account without a look into the cluster, as drift.yml does", () => {
    const [, options = ""] =
      / "\$DIRECTORY" (.*)$/m.exec(readFileSync(driftWorkflow, "utf8")) ?? [];
    const look = () => {
      const args = options.replaceAll("'", "").split(" ");
      return sandbox.run(["preview", "--json", ...args, "-s", stack]);
    };
    const isService = (file: string) => /v1\.Service\/.*api/.test(file);
    const isLogGroup = (file: string) => /cloudwatch\.LogGroup\/.*cluster/.test(file);

    const service = sandbox.changeCloud(isService, (properties) => {
      properties["spec"] = {};
    });
    assert.equal(look().status, 0);
    service.restore();

    const logs = sandbox.changeCloud(isLogGroup, (properties) => {
      properties["retentionInDays"] = 3;
    });
    const { status, stdout } = look();
    logs.restore();
    assert.equal(status, 7, "no drift was found");
    const { steps } = JSON.parse(stdout) as { steps: Step[] };
    assert.deepEqual(
      steps.filter(({ op }) => op === "update").map(({ urn }) => urn.split("$").at(-1)),
      ["aws:cloudwatch/logGroup:LogGroup::slipway-staging-cluster-control-plane"],
    );
  });

  it("serves another team's program through its outputs", () => {
    const consumer = join(sandbox.project, "examples", "consumer");
    sandbox.expect(["stack", "init", "dev"], consumer);
    sandbox.expect(["config", "set", "platform", "organization/slipway/staging"], consumer);
    sandbox.expect(["up", "--yes", "--skip-preview"], consumer);
    const { stdout } = sandbox.expect(["stack", "output", "--json"], consumer);
    assert.deepEqual(JSON.parse(stdout), {
      namespace: "consumer",
      settings: {
        INGRESS_CLASS: "nginx",
        ISSUER: "clusterissuer-letsencrypt-staging",
        API_URL: "https://api.staging.example.net",
      },
    });
    sandbox.expect(["up", "--yes", "--skip-preview", "--expect-no-changes"], consumer);
    sandbox.expect(["destroy", "--yes", "--skip-preview"], consumer);
  });

  it("fails with a policy that is violated", async () => {
    const lax = new Sandbox();
    lax.expect(["stack", "init", stack]);
    lax.editSource(
      "components/cluster/eks-cluster.ts",
      "endpointPrivateAccess: true",
      "endpointPrivateAccess: false",
    );
    const options = ["preview", "-s", stack, "--policy-pack", "policies"];
    const { status, stdout, stderr } = lax.run(options);
    const { stdout: json } = lax.run([...options, "--json", "--show-sames"]);
    lax.close();
    assert.notEqual(status, 0);
    assert.match(`${stdout}${stderr}`, /endpoint-private/);
    // The engine's JSON says only that it failed: the comment must name the policy all the same.
    const { errors, whole } = await changesOfPreview(stack, json, "2026-11-21");
    assert.deepEqual(errors, []);
    assert.deepEqual(
      whole?.violations.filter(({ level }) => level === "mandatory").map(({ policy }) => policy),
      ["eks-endpoint-private-access"],
    );
  });

  it("leaves nothing in the account when it is destroyed", () => {
    sandbox.expect(["destroy", "--yes", "--skip-preview", "-s", stack]);
    assert.deepEqual(sandbox.cloudFiles(), []);
  });
});
