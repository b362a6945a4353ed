import * as pulumi from "@pulumi/pulumi";
import type { Cloud } from "../cloud.ts";
import type { Addons } from "../components/addons/addons.ts";
import type { KubernetesRoles } from "../components/cluster/kubernetes-roles.ts";
import type { Workload } from "../components/workloads/workload.ts";
import type { Configuration } from "../config/schema.ts";
import { contractVersion } from "../outputs.ts";
import type { ApplicationOutputs, SlipwayOutputs } from "../outputs.ts";

/** A value of the contract while parts of it are still being made. */
type Pending<T> = T extends string | number | boolean
  ? pulumi.Input<T>
  : T extends readonly unknown[]
    ? pulumi.Input<T>
    : { [Key in keyof T]: Pending<T[Key]> };

export interface Made {
  readonly configuration: Configuration;
  readonly environment: string;
  readonly cloud: Cloud | undefined;
  readonly cluster: { readonly name: pulumi.Input<string> };
  readonly roles: KubernetesRoles;
  readonly addons: Addons;
  /** In the order of the configuration's applications. */
  readonly workloads: readonly Workload[];
}

/** The stack outputs of what the program made; the compiler holds them to the contract. */
export function collectOutputs(made: Made): Pending<SlipwayOutputs> {
  const { configuration, environment, cloud, cluster, roles, addons, workloads } = made;
  const applications: Record<string, Pending<ApplicationOutputs>> = {};
  for (const [index, [name, { image }]] of Object.entries(configuration.apps).entries()) {
    const workload = workloads[index];
    if (workload === undefined) continue;
    const { namespace, serviceAccount, hosts, urls, secretName, roleArn } = workload;
    applications[name] = {
      namespace,
      serviceAccount,
      image: workload.image,
      repository: image.repository,
      sha: image.sha,
      hosts: [...hosts],
      urls: [...urls],
      ...(secretName === undefined ? {} : { secretName }),
      ...(roleArn === undefined ? {} : { roleArn }),
    };
  }
  const { ingressNginx, traefik } = addons.edge.addresses;
  const { http01, dns01 } = addons.issuers;
  return {
    contractVersion,
    project: configuration.project,
    environment,
    cluster: { name: cluster.name },
    ...(cloud === undefined ? {} : cloudOutputs(configuration, cloud)),
    kubernetesGroups: roles.groups,
    ingressClassName: addons.edge.ingressClassName,
    edgeAddresses: {
      ...(ingressNginx === undefined ? {} : { ingressNginx }),
      ...(traefik === undefined ? {} : { traefik }),
    },
    issuers: { http01: http01.name, ...(dns01 === undefined ? {} : { dns01: dns01.name }) },
    applications,
    releases: Object.fromEntries(
      Object.entries(configuration.apps).map(([name, { image }]) => [name, image.sha]),
    ),
  };
}

function cloudOutputs(configuration: Configuration, cloud: Cloud) {
  const { vpc, eks, roles } = cloud;
  return {
    ...(configuration.region === undefined ? {} : { region: configuration.region }),
    network: {
      vpcId: vpc.vpcId,
      publicSubnetIds: vpc.publicSubnetIds,
      privateSubnetIds: vpc.privateSubnetIds,
      databaseSubnetIds: vpc.databaseSubnetIds,
      databaseSubnetGroupName: vpc.databaseSubnetGroupName,
    },
    cluster: {
      name: eks.name,
      arn: eks.arn,
      endpoint: eks.endpoint,
      oidcIssuerUrl: eks.oidcIssuerUrl,
      securityGroupId: eks.clusterSecurityGroupId,
    },
    kubeconfig: pulumi.secret(eks.kubeconfig),
    accessRoleArns: roles.roleArns,
    logGroups: { controlPlane: eks.logGroupName, flowLogs: vpc.flowLogGroupName },
  };
}
