import { z } from "zod";
import { anyText, cidr, dnsLabel, routeHost, httpPath, port } from "../values.ts";

export const route = z.strictObject({
  hosts: z
    .array(routeHost)
    .min(1)
    .describe("Public host names, `*.` for a wildcard; each lies in one of `dns.zones`."),
  paths: z
    .array(httpPath)
    .min(1)
    .default(["/"])
    .describe("Path prefixes that the application serves."),
  challenge: z
    .enum(["http01", "dns01"])
    .optional()
    .describe("How its hosts are proved. Default: `certificates.challenge`."),
  cors: z
    .strictObject({
      allowOrigins: z
        .array(
          z.string().regex(/^https?:\/\/[a-z0-9.-]+(?::\d+)?$/, {
            error: "give an origin such as https://app.example.com",
          }),
        )
        .min(1)
        .describe("Origins whose scripts may call."),
      allowMethods: z
        .array(z.enum(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]))
        .default(["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
        .describe("Methods that they may use."),
      allowHeaders: z
        .array(z.string().regex(/^[A-Za-z0-9-]+$/, { error: "give the name of a header" }))
        .default(["Authorization", "Content-Type"])
        .describe("Headers that they may send."),
      allowCredentials: z.boolean().default(false).describe("Whether cookies come along."),
      maxAgeSeconds: z
        .int()
        .min(0)
        .max(86400)
        .default(600)
        .describe("Seconds that a browser remembers the answer."),
    })
    .optional()
    .describe("Browsers of which origins may call."),
  maxBodyMib: z
    .int()
    .min(1)
    .max(1024)
    .optional()
    .describe(
      "Largest request body in MiB. Default: the controller's (1 MiB on ingress-nginx). Only ingress-nginx.",
    ),
  allowedCidrs: z.array(cidr).min(1).optional().describe("Who may call. Only ingress-nginx."),
  requestsPerSecond: z
    .int()
    .min(1)
    .optional()
    .describe("Limit for one client address. Only ingress-nginx."),
  responseTimeoutSeconds: z
    .int()
    .min(1)
    .max(3600)
    .optional()
    .describe("How long a response may take. Only ingress-nginx."),
});

export const flow = z.strictObject({
  name: dnsLabel.describe("Name of the rule."),
  to: z
    .discriminatedUnion("type", [
      z.strictObject({
        type: z.literal("cidrs"),
        cidrs: z.array(cidr).min(1).describe("Addresses."),
      }),
      z.strictObject({
        type: z.literal("namespace"),
        namespace: dnsLabel.describe("Namespace in the cluster."),
        podLabels: z
          .record(z.string(), anyText)
          .default({})
          .describe("Labels of the pods; empty means all pods of the namespace."),
      }),
    ])
    .describe("Where to."),
  ports: z.array(port).min(1).describe("TCP ports."),
});
