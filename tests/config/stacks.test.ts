import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { cidrsOverlap } from "../../components/network/address-plan.ts";
import { parseConfiguration } from "../../config/parse.ts";
import type { Configuration } from "../../config/schema.ts";
import { smokeTargets } from "../../delivery/smoke/targets.ts";
import { parseStackFile } from "../../plan/stack-file.ts";
import { root } from "../support/plans.ts";

const committed = ["Pulumi.staging.yaml", "Pulumi.production.yaml", "Pulumi.local.yaml"];
const examples = readdirSync(join(root, "examples"))
  .filter((file) => file.endsWith(".yaml"))
  .map((file) => `examples/${file}`);

function textOf(file: string): string {
  return readFileSync(join(root, file), "utf8");
}

function rawOf(file: string): Record<string, unknown> {
  const { config } = parseStackFile(textOf(file));
  const own = Object.entries(config).filter(([key]) => key.startsWith("slipway:"));
  return Object.fromEntries(own.map(([key, value]) => [key.slice("slipway:".length), value]));
}

function readTexts(path: string): Record<string, string> | undefined {
  const directory = join(root, path);
  return Object.fromEntries(
    readdirSync(directory).map((file) => [file, readFileSync(join(directory, file), "utf8")]),
  );
}

function configurationOf(file: string): Configuration {
  const environment = basename(file, ".yaml").replace("Pulumi.", "");
  const parsed = parseConfiguration(rawOf(file), environment, readTexts);
  if ("problems" in parsed) throw new Error(parsed.problems.join("\n"));
  return parsed.configuration;
}

/** All keys of a value in the order of writing; entries of lists count as one. */
function keysOf(value: unknown, prefix = ""): string[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => [
    prefix + key,
    ...keysOf(inner, `${prefix}${key}.`),
  ]);
}

describe("stack files", () => {
  for (const file of [...committed, ...examples]) {
    it(`${file} is right`, () => {
      assert.notEqual(Object.keys(configurationOf(file).apps).length, 0);
    });

    it(`${file} names its schema for editors`, () => {
      const [, path = ""] = /^# yaml-language-server: \$schema=(\S+)\n/.exec(textOf(file)) ?? [];
      assert.equal(join(file, "..", path), "config/stack.schema.json");
    });
  }

  it("lets no AWS or Kubernetes resource use a provider that nobody chose", () => {
    for (const file of [...committed, ...examples.filter((name) => !name.includes("minimal"))])
      assert.deepEqual(
        parseStackFile(textOf(file)).config["pulumi:disable-default-providers"],
        ["aws", "kubernetes"],
        file,
      );
  });

  it("there is an example for each of the systems that Slipway replaces", () => {
    const systems = ["kaapi", "loono", "managed-deployment", "voluntarily", "zero"];
    for (const system of systems) assert.ok(examples.includes(`examples/${system}.yaml`), system);
  });
});

describe("the committed environments", () => {
  const staging = configurationOf("Pulumi.staging.yaml");
  const production = configurationOf("Pulumi.production.yaml");

  it("have the same keys in the same order, but for zones and what only one endpoint needs", () => {
    const keys = (file: string) =>
      keysOf(rawOf(file)).filter((key) => !/^(?:dns\.zones|cluster\.endpointAccess)\./.test(key));
    assert.deepEqual(keys("Pulumi.staging.yaml"), keys("Pulumi.production.yaml"));
  });

  it("run the same images and migrations", () => {
    const released = ({ apps }: Configuration) =>
      Object.entries(apps).map(([name, { image, migration }]) => ({ name, image, migration }));
    assert.deepEqual(released(staging), released(production));
  });

  it("share no account, no address and no host", () => {
    const accounts = [staging, production].map(({ account }) => account?.allowedAccountIds[0]);
    assert.equal(new Set(accounts).size, 2);
    assert.ok(!cidrsOverlap(staging.network?.cidr ?? "", production.network?.cidr ?? ""));
    const hosts = [staging, production].flatMap(({ apps }) =>
      Object.values(apps).flatMap(({ route }) => route?.hosts ?? []),
    );
    assert.equal(new Set(hosts).size, hosts.length);
  });

  it("pin whole commits and keep at least two replicas", () => {
    for (const { apps } of [staging, production])
      for (const { image, replicas } of Object.values(apps)) {
        assert.equal(image.sha.length, 40);
        assert.ok(replicas.min >= 2);
      }
  });

  it("are asked after each deployment for the API's documentation and the frontend's root", () => {
    for (const configuration of [staging, production]) {
      const { targets } = smokeTargets(configuration);
      assert.deepEqual(
        targets.map(({ app, health, apiDocs }) => [app, health, apiDocs]),
        [
          ["api", "/status/ready", "/v3/api-docs"],
          ["web", "/", undefined],
        ],
      );
    }
  });

  it("keep what production cannot lose", () => {
    const { cluster, edge, certificates } = production;
    assert.equal(cluster.type === "eks" && cluster.deletionProtection, true);
    assert.equal(edge.deletionProtection, true);
    assert.equal(certificates.retain, true);
    assert.match(textOf("Pulumi.production.yaml"), /^secretsprovider: awskms:\/\//m);
  });
});
