import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { PodRole } from "../identity/pod-role.ts";
import type { Statement } from "../identity/policy.ts";
import { chartRelease } from "./chart-release.ts";
import { resolveImage } from "./mirror.ts";
import type { Mirror } from "./mirror.ts";

/** Which zones get records, and who owns them. */
export interface ExternalDnsArgs {
  readonly mirror: Mirror;
  readonly clusterName: pulumi.Input<string>;
  readonly region: string;
  /** The IAM role is called `<prefix>-external-dns`. */
  readonly roleNamePrefix: string;
  /** Zones of Route 53 by domain; nothing outside them is written. */
  readonly zones: Readonly<Record<string, { readonly hostedZoneId: string }>>;
  /** Marks the records that belong to this cluster. */
  readonly txtOwnerId: string;
  readonly partition: pulumi.Input<string>;
}

const namespace = "kube-system";

/** Records in Route 53 for the hosts of Ingress objects and Services; it never deletes one. */
export class ExternalDns extends pulumi.ComponentResource {
  readonly release: k8s.helm.v3.Release;

  constructor(name: string, args: ExternalDnsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:addons:ExternalDns", name, {}, opts);
    const role = new PodRole(
      `${name}-role`,
      {
        roleName: `${args.roleNamePrefix}-external-dns`,
        clusterName: args.clusterName,
        namespace,
        serviceAccount: "external-dns",
        statements: statements(args),
      },
      { parent: this },
    );
    this.release = chartRelease(
      name,
      "external-dns",
      { namespace, mirror: args.mirror, values: values(args), skipCrds: true },
      // Pods that start before the role's association never get the role.
      { parent: this, dependsOn: [role] },
    );
    this.registerOutputs({});
  }
}

/** https://kubernetes-sigs.github.io/external-dns/latest/docs/tutorials/aws/ */
function statements({ partition, zones }: ExternalDnsArgs): Statement[] {
  return [
    {
      sid: "ChangeRecords",
      actions: ["route53:ChangeResourceRecordSets", "route53:ListResourceRecordSets"],
      resources: Object.values(zones).map(
        ({ hostedZoneId }) =>
          pulumi.interpolate`arn:${partition}:route53:::hostedzone/${hostedZoneId}`,
      ),
    },
    {
      sid: "AnyZoneList",
      actions: ["route53:ListHostedZones", "route53:ListTagsForResources"],
      resources: ["*"],
      reason: "reads names and tags of zones only; listing knows no narrower resource",
    },
  ];
}

function values(args: ExternalDnsArgs): Record<string, unknown> {
  return {
    image: { repository: resolveImage("registry.k8s.io/external-dns/external-dns", args.mirror) },
    provider: { name: "aws" },
    sources: ["ingress", "service"],
    policy: "upsert-only",
    registry: "txt",
    txtOwnerId: args.txtOwnerId,
    domainFilters: Object.keys(args.zones),
    extraArgs: [
      "--aws-zone-type=public",
      // Route 53 applies a batch as a whole: one bad record spoils few others.
      "--aws-batch-change-size=2",
      ...Object.values(args.zones).map(({ hostedZoneId }) => `--zone-id-filter=${hostedZoneId}`),
    ],
    env: [{ name: "AWS_REGION", value: args.region }],
    interval: "1m",
    triggerLoopOnEvent: true,
    logFormat: "json",
    serviceAccount: { create: true, name: "external-dns" },
    priorityClassName: "system-cluster-critical",
    resources: { requests: { cpu: "20m", memory: "64Mi" }, limits: { memory: "256Mi" } },
  };
}
