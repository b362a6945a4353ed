import { costOf } from "../../../plan/cost.ts";
import { warningsOf } from "../../../plan/warnings.ts";
import type { Plan, PlannedResource } from "../../../plan/plan.ts";

type Options = Partial<Omit<PlannedResource, "urn" | "type" | "name">>;

/** Urn of a resource as fixtures call it: readable, and unique by type and name. */
export function urnOf(type: string, name: string): string {
  return `urn:pulumi:staging::slipway::${type}::${name}`;
}

/** One resource of a plan; tests state only what they are about. */
export function resource(type: string, name: string, options: Options = {}): PlannedResource {
  return {
    urn: urnOf(type, name),
    type,
    name,
    dependencies: [],
    custom: !type.startsWith("slipway:"),
    protect: false,
    retainOnDelete: false,
    inputs: {},
    ...options,
  };
}

/** A plan of exactly these resources. */
export function planOf(resources: readonly PlannedResource[], rest: Partial<Plan> = {}): Plan {
  return {
    schemaVersion: 1,
    stack: "staging",
    resources,
    violations: [],
    warnings: [],
    cost: costOf(resources),
    outputs: {},
    ...rest,
  };
}

export const cluster = resource("aws:eks/cluster:Cluster", "acme-staging-cluster", {
  inputs: { version: "1.36" },
});

export const awsProvider = resource("pulumi:providers:aws", "acme-staging", {
  inputs: { region: "us-east-1" },
});

export function subnet(name: string, zone: string, isPublic: boolean): PlannedResource {
  return resource("aws:ec2/subnet:Subnet", name, {
    inputs: {
      availabilityZone: zone,
      tags: isPublic ? { "kubernetes.io/role/elb": "1" } : {},
    },
  });
}

export function release(name: string, inputs: PlannedResource["inputs"] = {}): PlannedResource {
  return resource("kubernetes:helm.sh/v3:Release", name, {
    inputs: { name, chart: name, version: "1.2.3", namespace: name, ...inputs },
  });
}

export function externalSecret(
  name: string,
  spec: PlannedResource["inputs"] = {},
): PlannedResource {
  return resource("kubernetes:external-secrets.io/v1:ExternalSecret", name, {
    inputs: {
      apiVersion: "external-secrets.io/v1",
      kind: "ExternalSecret",
      metadata: { name, namespace: "api" },
      spec: {
        refreshInterval: "15s",
        secretStoreRef: { kind: "SecretStore", name: "api" },
        dataFrom: [{ extract: { key: `acme/application/staging/${name}` } }],
        ...spec,
      },
    },
  });
}

export function issuer(server: string): PlannedResource {
  return resource("kubernetes:cert-manager.io/v1:ClusterIssuer", "http01", {
    inputs: {
      apiVersion: "cert-manager.io/v1",
      kind: "ClusterIssuer",
      metadata: { name: "http01" },
      spec: { acme: { server } },
    },
  });
}

/** A plan in the shape of a real one: network, cluster, add-ons and as many applications as asked. */
export function platformPlan(apps: number, today = "2026-11-21"): Plan {
  const prefix = "acme-staging";
  const stack = resource("pulumi:pulumi:Stack", "slipway-staging", { custom: false });
  const component = (type: string, name: string, parent = stack) =>
    resource(`slipway:${type}`, `${prefix}-${name}`, { parent: parent.urn });
  const key = component("identity:EncryptionKey", "platform");
  const network = component("network:Network", "network");
  const eks = component("cluster:EksCluster", "cluster");
  const addons = component("addons:Addons", "addons");
  const kmsKey = resource("aws:kms/key:Key", `${prefix}-platform`, {
    parent: key.urn,
    protect: true,
  });
  const vpc = resource("awsx:ec2:Vpc", `${prefix}-network`, { parent: network.urn, custom: false });
  const inVpc = (type: string, name: string, inputs: PlannedResource["inputs"]) =>
    resource(type, name, { parent: vpc.urn, provider: awsProvider.urn, inputs });
  const zones = ["us-east-1a", "us-east-1b"];
  const subnets = zones.flatMap((zone) => [
    { ...subnet(`public-${zone}`, zone, true), parent: vpc.urn },
    { ...subnet(`private-${zone}`, zone, false), parent: vpc.urn },
  ]);
  const nat = inVpc("aws:ec2/natGateway:NatGateway", "nat-1", { allocationId: "eipalloc-1" });
  const eip = inVpc("aws:ec2/eip:Eip", "nat-1", { domain: "vpc" });
  const control = {
    ...cluster,
    parent: eks.urn,
    protect: true,
    dependencies: [kmsKey.urn, ...subnets.map(({ urn }) => urn)].sort(),
  };
  const template = resource("aws:ec2/launchTemplate:LaunchTemplate", `${prefix}-main`, {
    parent: eks.urn,
    inputs: { blockDeviceMappings: [{ ebs: { volumeSize: 100, volumeType: "gp3" } }] },
  });
  const nodes = resource("aws:eks/nodeGroup:NodeGroup", `${prefix}-main`, {
    parent: eks.urn,
    dependencies: [control.urn, template.urn].sort(),
    inputs: {
      capacityType: "SPOT",
      instanceTypes: ["t3.medium", "t3.large"],
      scalingConfig: { minSize: 1, maxSize: 3, desiredSize: 1 },
    },
  });
  const kubernetes = resource("pulumi:providers:kubernetes", `${prefix}-cluster`, {
    parent: eks.urn,
    dependencies: [control.urn, nodes.urn].sort(),
    inputs: { kubeconfig: "[secret]" },
  });
  const addonTypes: [string, string][] = [
    ["LoadBalancerController", "aws-load-balancer-controller"],
    ["CertManager", "cert-manager"],
    ["ExternalSecrets", "external-secrets"],
    ["ExternalDns", "external-dns"],
    ["MetricsServer", "metrics-server"],
    ["Reloader", "reloader"],
    ["ClusterAutoscaler", "cluster-autoscaler"],
  ];
  const addonResources = addonTypes.flatMap(([type, name]) => {
    const owner = component(`addons:${type}`, `addons-${name}`, addons);
    const namespace = resource("kubernetes:core/v1:Namespace", name, {
      parent: owner.urn,
      provider: kubernetes.urn,
      inputs: { apiVersion: "v1", kind: "Namespace", metadata: { name } },
    });
    const chart = { ...release(name), parent: owner.urn, provider: kubernetes.urn };
    return [owner, namespace, { ...chart, dependencies: [namespace.urn] }];
  });
  const edge = component("addons:Edge", "addons-edge", addons);
  const ingress = {
    ...release("ingress-nginx"),
    parent: edge.urn,
    provider: kubernetes.urn,
    dependencies: [urnOf("kubernetes:helm.sh/v3:Release", "aws-load-balancer-controller")],
  };
  const issuers = component("addons:ClusterIssuers", "addons-issuers", addons);
  const http01 = {
    ...issuer("https://acme-staging-v02.api.letsencrypt.org/directory"),
    parent: issuers.urn,
    provider: kubernetes.urn,
    dependencies: [ingress.urn, urnOf("kubernetes:helm.sh/v3:Release", "cert-manager")].sort(),
  };
  const applications = Array.from({ length: apps }, (_, index) =>
    application(`app-${String(index + 1)}`, stack, kubernetes, http01, component),
  ).flat();
  const resources = [
    stack,
    awsProvider,
    key,
    kmsKey,
    network,
    vpc,
    ...subnets,
    eip,
    nat,
    eks,
    control,
    template,
    nodes,
    kubernetes,
    addons,
    ...addonResources,
    edge,
    ingress,
    issuers,
    http01,
    ...applications,
  ];
  return planOf(resources, {
    warnings: warningsOf({
      resources,
      today,
      exceptions: [
        { policy: "secrets-as-files", control: "S08", reason: "applications read variables" },
      ],
    }),
    outputs: { clusterName: `${prefix}-us-east-1`, kubeconfig: "[secret]", contractVersion: 1 },
  });
}

function application(
  name: string,
  stack: PlannedResource,
  kubernetes: PlannedResource,
  http01: PlannedResource,
  component: (type: string, name: string, parent?: PlannedResource) => PlannedResource,
): PlannedResource[] {
  const workload = component("workloads:Workload", name, stack);
  const secret = component("workloads:SyncedSecret", `${name}-secret`, workload);
  const migration = component("workloads:Migration", `${name}-migration`, workload);
  const server = component("workloads:Application", `${name}-server`, workload);
  const route = component("workloads:Route", `${name}-route`, workload);
  const version = "0123456789abcdef0123456789abcdef01234567";
  const labels = {
    "app.kubernetes.io/managed-by": "slipway",
    "app.kubernetes.io/name": name,
    "app.kubernetes.io/version": version,
  };
  const object = (
    kind: string,
    api: string,
    owner: PlannedResource,
    spec: PlannedResource["inputs"],
    dependencies: readonly string[],
  ) =>
    resource(`kubernetes:${api === "v1" ? "core/v1" : api}:${kind}`, name, {
      parent: owner.urn,
      provider: kubernetes.urn,
      dependencies: [...dependencies].sort(),
      inputs: { apiVersion: api, kind, metadata: { name, namespace: name, labels }, spec },
    });
  const synced = {
    ...externalSecret(name),
    parent: secret.urn,
    provider: kubernetes.urn,
    dependencies: [urnOf("kubernetes:helm.sh/v3:Release", "external-secrets")],
  };
  const image = `123456789012.dkr.ecr.us-east-1.amazonaws.com/acme/${name}:${version}`;
  const template = { spec: { containers: [{ name, image }] } };
  const job = object("Job", "batch/v1", migration, { backoffLimit: 0, template }, [synced.urn]);
  const deployment = object("Deployment", "apps/v1", server, { replicas: 2, template }, [job.urn]);
  const service = object("Service", "v1", server, { ports: [{ port: 80 }] }, []);
  const ingress = object(
    "Ingress",
    "networking.k8s.io/v1",
    route,
    { rules: [{ host: `${name}.staging.example.com` }] },
    [deployment.urn, http01.urn, service.urn],
  );
  return [workload, secret, synced, migration, job, server, deployment, service, route, ingress];
}
