import { refuses } from "./mistakes.ts";

refuses("edge, certificates and DNS", [
  [
    "a keep-alive as short as the idle timeout",
    [["edge/keepAliveSeconds", 60]],
    "edge.keepAliveSeconds is 60: give more than edge.idleTimeoutSeconds, 60, or the load balancer uses connections that the controller has closed (config slipway:edge)",
  ],
  [
    "a publisher that does not run",
    [["edge/publish", "traefik"]],
    'edge.publish is "traefik": leave it out, or give edge.controller: both; only ingressNginx runs (config slipway:edge)',
  ],
  [
    "proxies anywhere",
    [["edge/trustedProxyCidrs", ["0.0.0.0/0"]]],
    'edge.trustedProxyCidrs[0] is "0.0.0.0/0": give the ranges of your proxies; everybody else could choose the address that applications see (config slipway:edge)',
  ],
  [
    "a limit of clients behind a NodePort",
    [
      ["edge/serviceType", "NodePort"],
      ["edge/allowedCidrs", ["203.0.113.0/24"]],
    ],
    'edge.allowedCidrs is ["203.0.113.0/24"]: leave it out: behind a NodePort nobody knows the address of clients (config slipway:edge)',
  ],
  [
    "deletion protection of a NodePort",
    [
      ["edge/serviceType", "NodePort"],
      ["edge/deletionProtection", true],
    ],
    "edge.deletionProtection is true: leave it out: only a load balancer of AWS has it (config slipway:edge)",
  ],
  [
    "a body size under Traefik",
    [["edge/controller", "traefik"]],
    "apps.api.route.maxBodyMib is 10: leave it out, or give edge.controller: ingressNginx; Traefik would drop it without a word (config slipway:apps)",
  ],
  [
    "allowed ranges under both edges",
    [
      ["edge/controller", "both"],
      ["apps/api/route/maxBodyMib", undefined],
      ["apps/web/route/allowedCidrs", ["203.0.113.0/24"]],
    ],
    'apps.web.route.allowedCidrs is ["203.0.113.0/24"]: leave it out, or give edge.controller: ingressNginx; Traefik would drop it without a word (config slipway:apps)',
  ],
  [
    "a host outside the zones",
    [["apps/api/route/hosts/0", "api.acme.org"]],
    'apps.api.route.hosts[0] is "api.acme.org": give a host in one of dns.zones (acme.dev), or add its zone (config slipway:apps)',
  ],
  [
    "a host that only ends like a zone",
    [["apps/api/route/hosts/0", "notacme.dev"]],
    'apps.api.route.hosts[0] is "notacme.dev": give a host in one of dns.zones (acme.dev), or add its zone (config slipway:apps)',
  ],
  [
    "a zone under another environment's",
    [["dns/zones/staging.acme.com", {}]],
    'dns.zones["staging.acme.com"] is named "staging.acme.com": give each environment a root of its own: it and acme.com (dns.otherHostRoots) contain one another (config slipway:dns)',
  ],
  [
    "a zone above another environment's",
    [["dns/otherHostRoots/0", "prod.acme.dev"]],
    'dns.zones["acme.dev"] is named "acme.dev": give each environment a root of its own: it and prod.acme.dev (dns.otherHostRoots) contain one another (config slipway:dns)',
  ],
  [
    "one host of two applications",
    [["apps/web/route/hosts/0", "api.acme.dev"]],
    'apps.web.route.hosts[0] is "api.acme.dev": give another host, or other paths: apps.api.route has api.acme.dev/ already (config slipway:apps)',
  ],
  [
    "a wildcard over HTTP",
    [
      ["apps/web/route/hosts/0", "*.acme.dev"],
      ["apps/web/route/challenge", "http01"],
    ],
    'apps.web.route.challenge is "http01": give dns01, or leave it out: no authority certifies *.acme.dev over HTTP (config slipway:apps)',
  ],
  [
    "a wildcard in a zone that is not managed",
    [
      ["apps/web/route/hosts/0", "*.acme.dev"],
      ["dns/zones/acme.dev/hostedZoneId", undefined],
    ],
    'apps.web.route.hosts[0] is "*.acme.dev": give hostedZoneId of dns.zones acme.dev: a route with a wildcard is proved by DNS-01 (config slipway:apps)',
  ],
  [
    "DNS-01 in a zone that is not managed",
    [
      ["certificates/challenge", "dns01"],
      ["dns/zones/acme.dev/hostedZoneId", undefined],
      ["apps/web/route", undefined],
    ],
    'apps.api.route.hosts[0] is "api.acme.dev": give hostedZoneId of dns.zones acme.dev: it is proved by DNS-01 (config slipway:apps)',
  ],
  [
    "a public certificate for a private domain",
    [
      ["dns/zones/acme.test", {}],
      ["apps/web/route/hosts/0", "www.acme.test"],
    ],
    'apps.web.route.hosts[0] is "www.acme.test": give a host of a public domain, or certificates.issuer {type: selfSigned} (config slipway:apps)',
  ],
  [
    "a lifetime for Let's Encrypt",
    [["certificates/durationHours", 24]],
    "certificates.durationHours is 24: leave it out: Let's Encrypt decides how long its certificates live (config slipway:certificates)",
  ],
  [
    "a version of an unknown chart",
    [["mirror/chartVersions/nginx", "1.0.0"]],
    "mirror.chartVersions.nginx is unknown: give versions of ingress-nginx, traefik, cert-manager, external-secrets, external-dns, metrics-server, reloader, aws-load-balancer-controller, cluster-autoscaler (config slipway:mirror)",
  ],
  [
    "a smoke test of a path that the route does not serve",
    [
      ["apps/web/route/paths", ["/shop", "/api/"]],
      ["apps/web/smoke", { health: "/shop/alive", apiDocs: "/shopping/docs" }],
    ],
    'apps.web.smoke.apiDocs is "/shopping/docs": give a path below one of route.paths: /shop, /api/ (config slipway:apps)',
  ],
  [
    "a smoke test of an application without a route",
    [
      ["apps/web/route", undefined],
      ["apps/web/smoke", { health: "/alive" }],
    ],
    'apps.web.smoke.health is "/alive": give a route beside it, or leave it out: it is asked for through a public host (config slipway:apps)',
  ],
  [
    "a smoke test of a whole URL",
    [["apps/web/smoke", { apiDocs: "https://www.acme.dev/docs" }]],
    'apps.web.smoke.apiDocs is "https://www.acme.dev/docs": give a path that begins with / (config slipway:apps)',
  ],
]);
