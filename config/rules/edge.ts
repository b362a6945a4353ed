import { charts } from "../../components/addons/charts.ts";
import { serves } from "../route-paths.ts";
import { openRanges } from "./ranges.ts";
import { applicationRule, applicationsRule, platformRule } from "./rule.ts";
import type { Finding, Platform, Rule } from "./rule.ts";

/** Domains that no public authority may certify. https://www.iana.org/assignments/special-use-domain-names */
const specialDomains = ["test", "local", "localhost", "internal", "invalid", "example", "arpa"];
const onlyIngressNginx = [
  "maxBodyMib",
  "allowedCidrs",
  "requestsPerSecond",
  "responseTimeoutSeconds",
] as const;

export const edgeRules: readonly Rule[] = [
  platformRule(
    "Keep-alive lasts longer than the load balancer's idle timeout.",
    ["edge"],
    ({ edge }) =>
      edge.keepAliveSeconds === undefined || edge.keepAliveSeconds > edge.idleTimeoutSeconds
        ? []
        : [
            {
              path: ["edge", "keepAliveSeconds"],
              remedy: `give more than edge.idleTimeoutSeconds, ${edge.idleTimeoutSeconds.toString()}, or the load balancer uses connections that the controller has closed`,
            },
          ],
  ),
  platformRule(
    "What publishes addresses is one of the controllers that run.",
    ["edge"],
    ({ edge }) =>
      edge.publish === undefined || edge.controller === "both" || edge.publish === edge.controller
        ? []
        : [
            {
              path: ["edge", "publish"],
              remedy: `leave it out, or give edge.controller: both; only ${edge.controller} runs`,
            },
          ],
  ),
  platformRule(
    "Proxies are believed from ranges of at most /8: clients must not choose their own address.",
    ["edge"],
    ({ edge }) =>
      openRanges(
        edge.trustedProxyCidrs,
        ["edge", "trustedProxyCidrs"],
        "give the ranges of your proxies; everybody else could choose the address that applications see",
      ),
  ),
  platformRule(
    "Ranges of clients and deletion protection belong to a load balancer, deletion protection to one of AWS.",
    ["edge", "cluster"],
    ({ edge, cluster }) => {
      const findings: Finding[] = [];
      const nodePort = edge.serviceType === "NodePort";
      if (nodePort && edge.allowedCidrs.some((cidr) => cidr !== "0.0.0.0/0"))
        findings.push({
          path: ["edge", "allowedCidrs"],
          remedy: "leave it out: behind a NodePort nobody knows the address of clients",
        });
      if (edge.deletionProtection && (nodePort || cluster.type === "existing"))
        findings.push({
          path: ["edge", "deletionProtection"],
          remedy: "leave it out: only a load balancer of AWS has it",
        });
      return findings;
    },
  ),
  applicationRule(
    `Traefik would drop ${onlyIngressNginx.join(", ")} of a route without a word, so they need ingress-nginx alone.`,
    { app: ["route"], platform: ["edge"] },
    ({ route }, { platform }) =>
      platform.edge.controller === "ingressNginx" || route === undefined
        ? []
        : onlyIngressNginx
            .filter((option) => route[option] !== undefined)
            .map((option) => ({
              path: ["route", option],
              remedy: `leave it out, or give edge.controller: ingressNginx; Traefik would drop it without a word`,
            })),
  ),
  applicationRule(
    "Hosts lie in one of `dns.zones`.",
    { app: ["route"], platform: ["dns"] },
    ({ route }, { platform }) => {
      const zones = Object.keys(platform.dns.zones);
      return (route?.hosts ?? []).flatMap((host, index) =>
        zoneOf(host, platform.dns) === undefined
          ? [
              {
                path: ["route", "hosts", index],
                remedy: `give a host in one of dns.zones (${zones.join(", ") || "there is none"}), or add its zone`,
              },
            ]
          : [],
      );
    },
  ),
  platformRule(
    "No zone of this environment contains a root of another environment, or lies under it.",
    ["dns"],
    ({ dns }) =>
      Object.keys(dns.zones).flatMap((zone) => {
        const other = dns.otherHostRoots.find((root) => under(zone, root) || under(root, zone));
        return other === undefined
          ? []
          : [
              {
                path: ["dns", "zones", zone],
                got: `named "${zone}"`,
                remedy: `give each environment a root of its own: it and ${other} (dns.otherHostRoots) contain one another`,
              },
            ];
      }),
  ),
  applicationsRule(
    "A host and path belong to one application, once.",
    { app: ["route"] },
    (apps) => {
      const owners = new Map<string, string>();
      return Object.entries(apps).flatMap(([name, { route }]) =>
        (route?.hosts ?? []).flatMap((host, index) =>
          (route?.paths ?? []).flatMap((path) => {
            const owner = owners.get(host + path);
            owners.set(host + path, owner ?? name);
            if (owner === undefined) return [];
            return [
              {
                path: ["apps", name, "route", "hosts", index],
                remedy: `give another host, or other paths: apps.${owner}.route has ${host}${path} already`,
              },
            ];
          }),
        ),
      );
    },
  ),
  applicationRule(
    "A wildcard host is proved by DNS-01.",
    { app: ["route"], platform: ["certificates"] },
    ({ route }, { platform }) => {
      const wildcard = route?.hosts.find((host) => host.startsWith("*."));
      if (wildcard === undefined || route?.challenge !== "http01") return [];
      if (platform.certificates.issuer.type === "selfSigned") return [];
      return [
        {
          path: ["route", "challenge"],
          remedy: `give dns01, or leave it out: no authority certifies ${wildcard} over HTTP`,
        },
      ];
    },
  ),
  applicationRule(
    "DNS-01 needs an EKS cluster, and `hostedZoneId` of the host's zone.",
    { app: ["route"], platform: ["certificates", "dns", "cluster"] },
    ({ route }, { platform: { certificates, dns, cluster } }) => {
      if (route === undefined || certificates.issuer.type === "selfSigned") return [];
      // One certificate has all hosts of a route, so one wildcard decides for all of them.
      const wildcard = route.hosts.some((host) => host.startsWith("*."));
      if (!wildcard && (route.challenge ?? certificates.challenge) === "http01") return [];
      const why = wildcard
        ? "a route with a wildcard is proved by DNS-01"
        : "it is proved by DNS-01";
      return route.hosts.flatMap((host, index) => {
        const zone = zoneOf(host, dns);
        if (zone === undefined) return [];
        const path = ["route", "hosts", index];
        if (cluster.type === "existing")
          return [
            { path, remedy: `give a host for http01: ${why}, for which cluster.type must be eks` },
          ];
        return dns.zones[zone]?.hostedZoneId === undefined
          ? [{ path, remedy: `give hostedZoneId of dns.zones ${zone}: ${why}` }]
          : [];
      });
    },
  ),
  applicationRule(
    "Let's Encrypt certifies public domains only.",
    { app: ["route"], platform: ["certificates"] },
    ({ route }, { platform }) =>
      platform.certificates.issuer.type !== "letsEncrypt"
        ? []
        : (route?.hosts ?? []).flatMap((host, index) =>
            specialDomains.includes(host.split(".").at(-1) ?? "")
              ? [
                  {
                    path: ["route", "hosts", index],
                    remedy:
                      "give a host of a public domain, or certificates.issuer {type: selfSigned}",
                  },
                ]
              : [],
          ),
  ),
  platformRule(
    "Let's Encrypt decides how long its certificates live.",
    ["certificates"],
    ({ certificates }) =>
      certificates.durationHours === undefined || certificates.issuer.type !== "letsEncrypt"
        ? []
        : [
            {
              path: ["certificates", "durationHours"],
              remedy: "leave it out: Let's Encrypt decides how long its certificates live",
            },
          ],
  ),
  platformRule(
    "`mirror.chartVersions` names charts that Slipway installs.",
    ["mirror"],
    ({ mirror }) =>
      Object.keys(mirror.chartVersions)
        .filter((chart) => !Object.hasOwn(charts, chart))
        .map((chart) => ({
          path: ["mirror", "chartVersions", chart],
          got: "unknown",
          remedy: `give versions of ${Object.keys(charts).join(", ")}`,
        })),
  ),
  applicationRule(
    "What `smoke` asks for is served by the application's route.",
    { app: ["route", "smoke"] },
    ({ route, smoke }) =>
      (["health", "apiDocs"] as const).flatMap((key) => {
        const path = smoke[key];
        if (path === undefined || serves(route?.paths ?? [], path)) return [];
        return [
          {
            path: ["smoke", key],
            remedy:
              route === undefined
                ? "give a route beside it, or leave it out: it is asked for through a public host"
                : `give a path below one of route.paths: ${route.paths.join(", ")}`,
          },
        ];
      }),
  ),
];

/** The most specific zone that a host lies in. */
function zoneOf(host: string, { zones }: Platform["dns"]): string | undefined {
  return Object.keys(zones)
    .filter((zone) => under(host, zone))
    .sort((a, b) => b.length - a.length)[0];
}

function under(host: string, root: string): boolean {
  return host === root || host.endsWith(`.${root}`);
}
