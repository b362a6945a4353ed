import assert from "node:assert/strict";
import { describeProblems, parseConfiguration } from "../../config/parse.ts";
import type { ParseOptions } from "../../config/parse.ts";
import { changed, readDirectory, sqlFiles, valid } from "./valid.ts";
import type { Change } from "./valid.ts";

function problemsOf(changes: readonly Change[], options?: ParseOptions): readonly string[] {
  const parsed = parseConfiguration(changed(...changes), "staging", readDirectory, options);
  return "problems" in parsed ? parsed.problems : [];
}

describe("parsing a configuration", () => {
  it("gives the configuration with defaults, and the SQL of directories", () => {
    const parsed = parseConfiguration(valid, "staging", readDirectory);
    assert.ok("configuration" in parsed);
    const { apps, cluster } = parsed.configuration;
    assert.equal(cluster.type === "eks" && cluster.logRetentionDays, 365);
    assert.deepEqual(apps["web"]?.replicas, { min: 2, max: 4, cpuUtilization: 60 });
    assert.deepEqual(apps["api"]?.health.readiness, {
      probe: { type: "http", path: "/status/ready" },
      periodSeconds: 10,
      timeoutSeconds: 2,
      failureThreshold: 3,
      successThreshold: 3,
      initialDelaySeconds: 5,
    });
    assert.deepEqual(parsed.sql, { api: sqlFiles });
  });

  it("reports mistakes of shape and broken rules together, in the order of the keys", () => {
    assert.deepEqual(
      problemsOf([
        ["apps/api/image/sha", "main"],
        ["apps/api/replicas/minAvailable", 2],
        ["apps/web/route/hosts/0", "api.acme.dev"],
        ["network/zones", "2"],
        ["edge/keepAliveSeconds", 30],
        ["surprise", true],
        ["cluster/version", "1.34"],
      ]),
      [
        'network.zones is "2": give a whole number from 2 to 3, without quotes (config slipway:network)',
        'cluster.version is "1.34": give 1.36 (supported until 2027-08-02) or 1.35 (supported until 2027-03-27); standard support of 1.34 ends on 2026-12-02 (config slipway:cluster)',
        "edge.keepAliveSeconds is 30: give more than edge.idleTimeoutSeconds, 60, or the load balancer uses connections that the controller has closed (config slipway:edge)",
        'apps.api.image.sha is "main": give 7 to 40 hexadecimal digits of a commit (config slipway:apps)',
        'apps.web.route.hosts[0] is "api.acme.dev": give another host, or other paths: apps.api.route has api.acme.dev/ already (config slipway:apps)',
        "apps.api.replicas.minAvailable is 2: give less than replicas.min, 2, or no node could be drained (config slipway:apps)",
        "surprise is unknown: allowed here: project, account, region, network, cluster, access, edge, certificates, dns, secrets, mirror, releases, apps (config slipway:surprise)",
      ],
    );
  });

  it("names everything that is missing from an empty configuration", () => {
    const parsed = parseConfiguration({}, "staging", readDirectory);
    assert.deepEqual("problems" in parsed && parsed.problems.map((line) => line.split(":")[0]), [
      "project is missing",
      "cluster is missing",
      "certificates is missing",
      "dns is missing",
      "secrets is missing",
      "apps is missing",
    ]);
  });

  it("names everything that is missing without NAT", () => {
    assert.deepEqual(
      problemsOf([
        ["network/nat", "none"],
        ["network/interfaceEndpoints", ["ecr.api", "ecr.dkr", "sts"]],
      ]),
      [
        'network.interfaceEndpoints is ["ecr.api","ecr.dkr","sts"]: add ec2, eks-auth, without which nodes cannot work where network.nat is none (config slipway:network)',
        'network.nat is "none": give single or onePerZone, or mirror.charts and mirror.images that are reached without NAT (config slipway:network)',
        'certificates.issuer.type is "letsEncrypt": give acme or selfSigned: Let\'s Encrypt is not reached where network.nat is none (config slipway:certificates)',
      ],
    );
  });

  it("refuses encrypted values without repeating them", () => {
    const problems = problemsOf([["secrets", undefined]], { secretKeys: ["secrets"] });
    assert.deepEqual(problems, [
      "secrets is encrypted: write it in plain text; secrets never pass through Pulumi, they stay in the source of slipway:secrets and apps.<name>.secrets.required names their keys (config slipway:secrets)",
    ]);
  });

  it("hides what looks like a secret inside other values that it shows", () => {
    const all = problemsOf([["network", [{ dbPassword: "hunter2", url: "a://b:hunter3@c" }]]]);
    assert.match(
      all.join("\n"),
      /network is \[\{"dbPassword":"\[not shown\]","url":"\[not shown\]"/,
    );
    assert.doesNotMatch(all.join("\n"), /hunter/);
  });

  it("judges names of migrations", () => {
    const parsed = parseConfiguration(valid, "staging", () => ({
      "V1__create_users.sql": "",
      "V1__create_accounts.sql": "",
      "U1__create_users.sql": "",
    }));
    assert.deepEqual("problems" in parsed && parsed.problems, [
      'apps.api.migration.sql.path is "migrations/api": U1__create_users.sql is an undo migration, which needs a paid edition of Flyway: write a new versioned migration that goes forward (config slipway:apps)',
      'apps.api.migration.sql.path is "migrations/api": version 1 exists 2 times: V1__create_accounts.sql, V1__create_users.sql (config slipway:apps)',
    ]);
  });

  it("refuses migrations that a ConfigMap cannot hold", () => {
    const parsed = parseConfiguration(valid, "staging", () => ({
      "V1__large.sql": "x".repeat(1024 * 1024),
    }));
    assert.ok("problems" in parsed);
    assert.match(parsed.problems.join("\n"), /^apps\.api\.migration\.sql\.path is .* bytes /);
  });

  it("refuses a stack whose name fits no label", () => {
    const parsed = parseConfiguration(valid, "Ünicode", readDirectory);
    assert.deepEqual("problems" in parsed && parsed.problems, [
      'project is prefixed to the stack\'s name "Ünicode": rename the stack (pulumi stack rename) to at most 20 lower-case letters, digits and hyphens, a letter first (config slipway:project)',
    ]);
  });

  it("refuses names that grow too long together", () => {
    const long = changed(["project", "abcdefghijklmnopqrst"], ["region", "ap-southeast-2"]);
    const parsed = parseConfiguration(long, "abcdefghijklmnopqrst", readDirectory);
    assert.deepEqual("problems" in parsed && parsed.problems, [
      'project is "abcdefghijklmnopqrst": shorten it, or the stack\'s name: abcdefghijklmnopqrst-abcdefghijklmnopqrst-ap-southeast-2-aws-ebs-csi-driver has 75 characters, AWS allows 64 (config slipway:project)',
      'project is "abcdefghijklmnopqrst": shorten it, or the stack\'s name: abcdefghijklmnopqrst-abcdefghijklmnopqrst-load-balancer-controller has 66 characters, AWS allows 64 (config slipway:project)',
      'project is "abcdefghijklmnopqrst": shorten it, or the stack\'s name: abcdefghijklmnopqrst-abcdefghijklmnopqrst-a-000000-secrets-reader has 65 characters, AWS allows 64 (config slipway:project)',
    ]);
  });

  it("accepts the options of a route that Traefik drops where ingress-nginx runs alone", () => {
    const route = {
      hosts: ["www.acme.dev"],
      maxBodyMib: 8,
      allowedCidrs: ["203.0.113.0/24"],
      requestsPerSecond: 5,
      responseTimeoutSeconds: 90,
    };
    assert.deepEqual(problemsOf([["apps/web/route", route]]), []);
  });
});

describe("the message about a configuration", () => {
  it("counts the problems under the name of the file", () => {
    assert.equal(
      describeProblems(["a is 1: b (config slipway:a)"], "staging"),
      "1 problem in Pulumi.staging.yaml:\n  a is 1: b (config slipway:a)",
    );
    assert.match(
      describeProblems(["a", "b"], "x"),
      /^2 problems in Pulumi\.x\.yaml:\n {2}a\n {2}b$/,
    );
  });
});
