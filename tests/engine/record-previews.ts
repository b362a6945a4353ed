import { cpSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { requireEngine, root, Sandbox } from "../support/engine.ts";

/**
 * `npm run record-previews`: records what `pulumi preview --json` says of changes of every kind, for
 * the tests of changes and comments. Where and when they were made, and what nobody reads, is left out.
 */
const directory = join(root, "tests", "golden", "previews");
const sha = "0123456789abcdef0123456789abcdef01234567";
const unread = new Set([
  "sourcePosition",
  "stackTrace",
  "created",
  "modified",
  "createDate",
  "duration",
  "outputs",
  "propertyDependencies",
]);

function record(sandbox: Sandbox, stack: string, name: string, ...options: string[]): void {
  const { stdout } = sandbox.run(["preview", "--json", "--show-sames", "-s", stack, ...options]);
  const preview: unknown = JSON.parse(stdout, (key, value: unknown) =>
    unread.has(key) ? undefined : value,
  );
  writeFileSync(
    join(directory, `${name}.json.gz`),
    gzipSync(JSON.stringify(preview), { level: 9 }),
  );
  console.log(name);
}

/** What somebody in a hurry does in the console: the Kubernetes API open to everyone. */
function openEndpoint(sandbox: Sandbox): void {
  const isCluster = (file: string) => file.includes("eks.Cluster/");
  sandbox.changeCloud(isCluster, ({ vpcConfig }) => {
    (vpcConfig as { publicAccessCidrs: string[] }).publicAccessCidrs = ["0.0.0.0/0"];
  });
}

function staging(sandbox: Sandbox): void {
  const stack = "staging";
  sandbox.expect(["stack", "init", stack]);
  record(sandbox, stack, "staging-first");
  sandbox.expect(["up", "--yes", "--skip-preview", "-s", stack]);
  record(sandbox, stack, "staging-none");

  const intact = join(sandbox.directory, "intact");
  cpSync(sandbox.cloud, intact, { recursive: true });
  const service = sandbox.cloudFiles().find((file) => /v1\.Service\/.*api/.test(file)) ?? "";
  sandbox.removeCloud(service);
  openEndpoint(sandbox);
  record(sandbox, stack, "staging-drift", "--refresh");
  rmSync(sandbox.cloud, { recursive: true });
  cpSync(intact, sandbox.cloud, { recursive: true });

  sandbox.setConfig(stack, ["slipway:apps", "api", "image", "sha"], sha);
  sandbox.setConfig(stack, ["slipway:apps", "api", "env", "LOG_LEVEL"], "info");
  sandbox.setConfig(stack, ["slipway:apps", "web", "replicas", "max"], 6);
  writeFileSync(
    join(sandbox.project, "migrations", "api", "V3__drop_name.sql"),
    "ALTER TABLE users DROP COLUMN name;\n",
  );
  record(sandbox, stack, "staging-release");

  sandbox.editSource(
    "components/workloads/app-config.ts",
    "data: variables",
    'data: { ...variables, CANARY: pulumi.secret("canary-4f1d9a7e") }',
  );
  record(sandbox, stack, "staging-secret");
  sandbox.writeCloud("missing-images.txt", `${sha}\n`);
  record(sandbox, stack, "staging-image-missing");
  sandbox.removeCloud("missing-images.txt");
  sandbox.editSource(
    "components/cluster/eks-cluster.ts",
    "endpointPrivateAccess: true",
    "endpointPrivateAccess: false",
  );
  record(sandbox, stack, "staging-violation", "--policy-pack", "policies");
  sandbox.setConfig(stack, ["slipway:network", "cidr"], "10.50.0.0/16");
  sandbox.setConfig(stack, ["slipway:cluster", "version"], "1.35");
  record(sandbox, stack, "staging-cluster-replaced");
}

function production(sandbox: Sandbox): void {
  const stack = "production";
  sandbox.expect(["stack", "init", stack]);
  sandbox.expect(["up", "--yes", "--skip-preview", "-s", stack]);
  sandbox.setConfig(stack, ["slipway:cluster", "endpointAccess"], {
    type: "public",
    cidrs: ["203.0.113.0/24"],
  });
  sandbox.setConfig(stack, ["slipway:access", "developer"], "full");
  sandbox.setConfig(
    stack,
    ["slipway:cluster", "compute", "nodeGroups", "main", "instanceTypes"],
    ["m7i.large"],
  );
  sandbox.setConfig(stack, ["slipway:apps", "web", "replicas", "min"], 3);
  sandbox.setConfig(
    stack,
    ["slipway:apps", "api", "scheduledJobs", "prune-sessions", "suspend"],
    false,
  );
  record(sandbox, stack, "production-mixed");
  sandbox.setConfig(stack, ["slipway:network", "cidr"], "10.60.0.0/16");
  record(sandbox, stack, "production-protected");
}

requireEngine();
for (const scenario of [staging, production]) {
  const sandbox = new Sandbox();
  try {
    scenario(sandbox);
  } finally {
    sandbox.close();
  }
}
