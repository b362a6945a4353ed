import assert from "node:assert/strict";
import { warningsOf } from "../../plan/warnings.ts";
import type { WarningsArgs } from "../../plan/warnings.ts";
import type { PlannedResource } from "../../plan/plan.ts";
import { cluster, externalSecret, issuer, release, resource, subnet } from "./support/plans.ts";

const today = "2026-11-21";

function warnings(resources: readonly PlannedResource[], rest: Partial<WarningsArgs> = {}) {
  return warningsOf({ resources, today, exceptions: [], ...rest });
}

function codes(resources: readonly PlannedResource[], rest: Partial<WarningsArgs> = {}) {
  return warnings(resources, rest).map(({ code }) => code);
}

/** The only message of a code; fails where there is none. */
function message(code: string, found: ReturnType<typeof warnings>): string {
  const [only, ...more] = found.filter((warning) => warning.code === code);
  assert.ok(only !== undefined && more.length === 0, `one warning ${code}`);
  return only.message;
}

function eks(version: string) {
  return { ...cluster, inputs: { version } };
}

function deployment(name: string, version: string, managedBy = "slipway") {
  return resource("kubernetes:apps/v1:Deployment", name, {
    inputs: {
      metadata: {
        labels: {
          "app.kubernetes.io/managed-by": managedBy,
          "app.kubernetes.io/name": name,
          "app.kubernetes.io/version": version,
        },
      },
    },
  });
}

describe("warning of the end of Kubernetes support", () => {
  const cases: [version: string, today: string, says: string | undefined][] = [
    ["1.34", "2026-11-21", "ends on 2026-12-02, in 11 days: set cluster.version"],
    ["1.34", "2026-12-02", "ends on 2026-12-02, today: set cluster.version"],
    ["1.34", "2026-12-03", "ended on 2026-12-02: set cluster.version"],
    ["1.35", "2026-11-26", undefined],
    ["1.35", "2026-11-27", "ends on 2027-03-27, in 120 days: set cluster.version"],
    ["1.36", "2026-11-21", undefined],
    ["1.36", "2027-07-01", "ends on 2027-08-02, in 32 days: look for a newer version"],
    ["9.99", "2026-11-21", undefined],
  ];
  for (const [version, day, says] of cases)
    it(`says ${says ?? "nothing"} of ${version} on ${day}`, () => {
      const found = warnings([eks(version)], { today: day });
      if (says === undefined) assert.deepEqual(found, []);
      else assert.ok(message("kubernetes-end-of-support", found).includes(says));
    });
});

describe("warning of ingress-nginx", () => {
  it("names the vulnerability that stays open and the way out", () => {
    const text = message("ingress-nginx-end-of-life", warnings([release("ingress-nginx")]));
    assert.match(text, /CVE-2026-42945/);
    assert.match(text, /set edge\.controller to both, .* traefik$/);
  });

  it("says that Kubernetes 1.36 was never tested, and 1.35 was", () => {
    assert.deepEqual(codes([eks("1.36"), release("ingress-nginx")]), [
      "ingress-nginx-end-of-life",
      "ingress-nginx-untested",
    ]);
    assert.deepEqual(codes([eks("1.35"), release("ingress-nginx")]), ["ingress-nginx-end-of-life"]);
  });

  it("knows the chart from a mirror and leaves Traefik alone", () => {
    const chart = "oci://mirror.example.com/charts/ingress-nginx";
    assert.deepEqual(codes([release("edge", { chart })]), ["ingress-nginx-end-of-life"]);
    assert.deepEqual(codes([eks("1.36"), release("traefik")]), []);
  });
});

describe("warnings of Let's Encrypt", () => {
  const staging = issuer("https://acme-staging-v02.api.letsencrypt.org/directory");
  const production = issuer("https://acme-v02.api.letsencrypt.org/directory");

  it("speaks of limits for the production directory alone", () => {
    assert.deepEqual(codes([production], { today: "2026-01-01" }), ["lets-encrypt-limits"]);
    assert.deepEqual(codes([staging], { today: "2026-01-01" }), []);
  });

  const days: [string, string | undefined][] = [
    ["2026-10-12", undefined],
    ["2026-10-13", "64 days instead of 90 from 2027-02-10"],
    ["2027-02-09", "64 days instead of 90 from 2027-02-10"],
    ["2027-02-10", undefined],
    ["2028-01-01", "45 days instead of 64 from 2028-02-16"],
    ["2028-02-17", undefined],
  ];
  for (const [day, says] of days)
    it(`says ${says ?? "nothing"} on ${day}`, () => {
      const found = warnings([staging], { today: day });
      if (says === undefined) assert.deepEqual(found, []);
      else assert.ok(message("certificate-lifetime", found).includes(says));
    });

  it("says nothing of another authority", () => {
    assert.deepEqual(codes([issuer("https://acme.example.com/directory")]), []);
    assert.deepEqual(codes([issuer("https://api.letsencrypt.org.example.com/directory")]), []);
  });
});

describe("warning of reading secrets often", () => {
  it("adds the cost up and says what an hour would cost", () => {
    const text = message(
      "secret-refresh-cost",
      warnings([externalSecret("api"), externalSecret("web")]),
    );
    assert.equal(
      text,
      "2 secrets are read from Secrets Manager every 15 s, 1.72 USD a month: where changes may take an hour, set secrets.refreshInterval to 1h (under 0.01 USD)",
    );
  });

  it("says nothing from five minutes on", () => {
    assert.deepEqual(codes([externalSecret("api", { refreshInterval: "299s" })]), [
      "secret-refresh-cost",
    ]);
    assert.deepEqual(codes([externalSecret("api", { refreshInterval: "5m" })]), []);
  });
});

describe("warning of a single NAT gateway", () => {
  const nat = (name: string) => resource("aws:ec2/natGateway:NatGateway", name);
  const zones = [subnet("a", "eu-west-1a", false), subnet("b", "eu-west-1b", false)];

  it("is there for several zones and one gateway", () => {
    assert.deepEqual(codes([...zones, nat("1")]), ["single-nat"]);
    assert.deepEqual(codes([...zones, nat("1"), nat("2")]), []);
    assert.deepEqual(codes(zones), []);
    assert.deepEqual(codes([...zones.slice(1), nat("1")]), []);
  });
});

describe("warning of short SHAs", () => {
  it("names the applications, the first five at most", () => {
    const names = ["web", "api", "c", "d", "e", "f", "g"];
    const text = message("short-sha", warnings(names.map((name) => deployment(name, "0123456"))));
    assert.match(text, /: api, c, d, e, f and 2 more; give all 40 digits/);
  });

  it("says nothing of whole SHAs, versions of others and other tools' objects", () => {
    const whole = "0123456789abcdef0123456789abcdef01234567";
    const found = codes([
      deployment("api", whole),
      deployment("db", "17.2"),
      deployment("x", "0123456", "helm"),
    ]);
    assert.deepEqual(found, []);
  });
});

describe("warning of the mirror's versions", () => {
  const configuration = {
    mirror: { chartVersions: { "cert-manager": "1.20.0", traefik: "40.0.0" } },
  };

  it("names the charts of the plan that differ", () => {
    const text = message("mirror-versions", warnings([release("cert-manager")], { configuration }));
    assert.match(text, /: cert-manager 1\.20\.0; bring the mirror up to date/);
  });

  it("says nothing where no such chart is used, or no configuration is given", () => {
    assert.deepEqual(codes([release("reloader")], { configuration }), []);
    assert.deepEqual(codes([release("cert-manager")], { configuration: {} }), []);
    assert.deepEqual(codes([release("cert-manager")]), []);
  });
});

describe("warning of an exception", () => {
  it("gives control, policy and reason", () => {
    const exceptions = [{ policy: "secret-files", control: "S08", reason: "apps read variables" }];
    assert.deepEqual(warnings([], { exceptions }), [
      {
        code: "exception",
        message:
          "S08 is not met (policy secret-files): apps read variables; take the exception away when its reason is gone",
      },
    ]);
  });

  it("is there only where the plan has a resource that it is for", () => {
    const matches = { types: ["aws:kms/key:Key"], name: /-platform$/g };
    const exceptions = [{ policy: "p", control: "A01", reason: "r", matches }];
    const key = (name: string) => resource("aws:kms/key:Key", name);
    assert.deepEqual(codes([key("acme-platform")], { exceptions }), ["exception"]);
    assert.deepEqual(codes([key("acme-other")], { exceptions }), []);
    assert.deepEqual(codes([resource("aws:ec2/eip:Eip", "acme-platform")], { exceptions }), []);
  });
});
