import { z } from "zod";
import { cidr } from "../values.ts";

export const edge = z
  .strictObject({
    controller: z
      .enum(["ingressNginx", "traefik", "both"])
      .default("ingressNginx")
      .describe(
        "Ingress controller; `both` serves every route at two addresses while traffic moves by DNS.",
      ),
    publish: z
      .enum(["ingressNginx", "traefik"])
      .optional()
      .describe(
        "Which one writes its address into routes, and so into DNS, where both run. Default: `ingressNginx`.",
      ),
    serviceType: z
      .enum(["LoadBalancer", "NodePort"])
      .default("LoadBalancer")
      .describe(
        "Kind of Service in front of the controller; `NodePort` where the cluster has no load balancers.",
      ),
    replicas: z
      .int()
      .min(1)
      .max(20)
      .default(2)
      .describe("Pods of each controller; production needs at least 2."),
    idleTimeoutSeconds: z
      .int()
      .min(60)
      .max(6000)
      .default(60)
      .describe("Idle timeout of the load balancer (NLB: 60 to 6000)."),
    keepAliveSeconds: z
      .int()
      .min(1)
      .max(7200)
      .optional()
      .describe(
        "Keep-alive of the controller, longer than `idleTimeoutSeconds`. Default: 5 s longer.",
      ),
    deletionProtection: z
      .boolean()
      .optional()
      .describe("Deletion protection of the load balancer. Default: that of the cluster on EKS."),
    allowedCidrs: z
      .array(cidr)
      .min(1)
      .default(["0.0.0.0/0"])
      .describe("Who may reach ports 80 and 443."),
    trustedProxyCidrs: z
      .array(cidr)
      .default([])
      .describe(
        "Ranges whose PROXY protocol and forwarded headers are believed; empty means the VPC on EKS, nobody elsewhere.",
      ),
  })
  .prefault({})
  .describe("Where traffic enters the cluster: ingress controller and load balancer.");
