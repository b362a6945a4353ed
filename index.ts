import * as pulumi from "@pulumi/pulumi";
import { connectAws, openCluster } from "./cloud.ts";
import { Addons } from "./components/addons/addons.ts";
import { resolveTaggedImage } from "./components/addons/mirror.ts";
import { KubernetesRoles } from "./components/cluster/kubernetes-roles.ts";
import { resolveImages } from "./components/registry/released-image.ts";
import { flywayImage } from "./components/workloads/flyway-pod.ts";
import { ImageAdmission } from "./components/workloads/image-admission.ts";
import { callersOf } from "./components/workloads/network-policies.ts";
import { Workload } from "./components/workloads/workload.ts";
import { readConfiguration } from "./config.ts";
import { collectOutputs } from "./outputs/collect.ts";

/**
 * From configuration to healthy HTTPS: network -> cluster -> add-ons -> workloads -> outputs.
 * Environments differ by the values of `Pulumi.<stack>.yaml` alone.
 */
export default async function slipway(): Promise<pulumi.Inputs> {
  const environment = pulumi.getStack();
  const { configuration, sql } = readConfiguration({ environment, root: import.meta.dirname });
  const { project, access, certificates, dns, edge, mirror, region, secrets } = configuration;
  const prefix = `${project}-${environment}`;

  const awsProvider = connectAws(configuration, environment);
  const apps = await resolveImages(
    Object.entries(configuration.apps).map(([name, app]) => ({
      ...app,
      name,
      namespace: app.namespace ?? name,
    })),
    awsProvider,
  );

  const opened = openCluster(configuration, environment, awsProvider);
  const { cluster, metricsServer, cloud } = opened;
  const providers = { providers: [cluster.provider, ...(awsProvider ? [awsProvider] : [])] };

  const roles = new KubernetesRoles(
    `${prefix}-roles`,
    {
      project,
      environment,
      developer: access.developer,
      admin: cloud ? "accessPolicy" : "clusterAdminBinding",
    },
    providers,
  );
  const addons = new Addons(
    `${prefix}-addons`,
    {
      mirror,
      replicas: edge.replicas,
      edge: {
        ...edge,
        trustedProxyCidrs: [...edge.trustedProxyCidrs, ...(cloud?.cidrs ?? [])],
        deletionProtection: edge.deletionProtection ?? opened.deletionProtection,
      },
      issuer: certificates.issuer,
      zones: dns.zones,
      metricsServer,
      secretsEndpoint: "endpoint" in secrets.source ? secrets.source.endpoint : undefined,
      aws: cloud?.aws,
    },
    providers,
  );

  new ImageAdmission(`${prefix}-image-admission`, { project, environment }, providers);
  const readers = addons.externalSecretsRoleArn;
  const workloads = apps.map(
    (app) =>
      new Workload(
        `${prefix}-${app.name}`,
        {
          project,
          environment,
          app,
          image: app.released,
          sqlFiles: sql[app.name],
          flywayImage: resolveTaggedImage(flywayImage, mirror),
          secrets,
          edge: addons.edge,
          issuers: addons.issuers,
          certificates,
          region,
          connection: cluster.connection,
          aws: cloud && readers && { ...cloud.aws, externalSecretsRoleArn: readers },
          databaseCidrs: cloud?.databaseCidrs,
          callers: callersOf(app.namespace, apps),
          after: { secrets: [addons.externalSecrets], route: [addons.edge, addons.issuers] },
        },
        providers,
      ),
  );
  return collectOutputs({ configuration, environment, cluster, cloud, roles, addons, workloads });
}
