import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { addonLabels } from "./addon-namespace.ts";
import { checkTraffic } from "./edge-service.ts";
import type { EdgeAws, EdgeTraffic } from "./edge-service.ts";
import { IngressNginx } from "./ingress-nginx.ts";
import type { Mirror } from "./mirror.ts";
import { Traefik } from "./traefik.ts";

/** An ingress controller that can stand at the edge. */
export type EdgeController = "ingressNginx" | "traefik";

/** Where traffic enters the cluster, and through what. */
export interface EdgeArgs {
  readonly mirror: Mirror;
  /** The controller, or `both` side by side with an address each while traffic moves by DNS. */
  readonly controller: EdgeController | "both";
  /**
   * Which of `both` writes its address into Ingress objects, and so into DNS.
   * @default `ingressNginx`
   */
  readonly publish?: EdgeController | undefined;
  /** `NodePort` where the cluster has no load balancers. */
  readonly serviceType: "LoadBalancer" | "NodePort";
  /** Pods of each controller. */
  readonly replicas: number;
  /** Idle timeout of the load balancer. */
  readonly idleTimeoutSeconds: number;
  /**
   * Keep-alive of the controllers, longer than `idleTimeoutSeconds`.
   * @default 5 seconds longer
   */
  readonly keepAliveSeconds?: number | undefined;
  /** Deletion protection of the load balancers. */
  readonly deletionProtection: boolean;
  /** Who may reach ports 80 and 443. */
  readonly allowedCidrs: readonly string[];
  /** Whose PROXY protocol, or forwarded headers, are believed; the VPC in AWS. */
  readonly trustedProxyCidrs: readonly string[];
  /**
   * Network load balancers of AWS.
   * @default whatever the cluster has
   */
  readonly aws?: EdgeAws | undefined;
}

const ingressClassName = "nginx";

/** One or two ingress controllers for one class of Ingress objects. */
export class Edge extends pulumi.ComponentResource {
  /** Class that Ingress objects name, whichever controller serves them. */
  readonly ingressClassName = ingressClassName;
  /** Host name or IP address of each controller's load balancer; absent where there is none. */
  readonly addresses: Record<EdgeController, pulumi.Output<string> | undefined>;
  /** Namespaces of the controllers, from which requests reach applications. */
  readonly controllerNamespaces: string[];

  constructor(name: string, args: EdgeArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:addons:Edge", name, {}, opts);
    const { controller, mirror, replicas, idleTimeoutSeconds } = args;
    const traffic: EdgeTraffic = {
      ...args,
      keepAliveSeconds: args.keepAliveSeconds ?? idleTimeoutSeconds + 5,
    };
    checkTraffic(traffic);
    // Two that write the status of the same Ingress would overwrite each other for ever.
    const publisher = controller === "both" ? (args.publish ?? "ingressNginx") : controller;
    const common = { mirror, traffic, replicas, ingressClassName };

    const ingressClass = new k8s.networking.v1.IngressClass(
      `${name}-class`,
      {
        metadata: { name: ingressClassName, labels: addonLabels("edge") },
        spec: { controller: "k8s.io/ingress-nginx" },
      },
      { parent: this },
    );
    const after = { parent: this, dependsOn: [ingressClass] };
    const ingressNginx =
      controller === "traefik"
        ? undefined
        : new IngressNginx(
            `${name}-ingress-nginx`,
            { ...common, publishes: publisher === "ingressNginx" },
            after,
          );
    const traefik =
      controller === "ingressNginx"
        ? undefined
        : new Traefik(`${name}-traefik`, { ...common, publishes: publisher === "traefik" }, after);

    this.addresses = { ingressNginx: ingressNginx?.address, traefik: traefik?.address };
    this.controllerNamespaces = [ingressNginx, traefik].flatMap((running) =>
      running === undefined ? [] : [running.namespace],
    );
    this.registerOutputs({
      ingressClassName,
      addresses: this.addresses,
      controllerNamespaces: this.controllerNamespaces,
    });
  }
}
