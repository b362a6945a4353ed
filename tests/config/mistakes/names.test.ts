import { refuses } from "./mistakes.ts";

refuses("names", [
  [
    "a release that must have run where it goes",
    [["releases/after", ["qa", "staging"]]],
    'releases.after[1] is "staging": give other stacks: nothing could ever be released here (config slipway:releases)',
  ],
  [
    "a release after a stack of no possible name",
    [["releases/after", ["Staging"]]],
    'releases.after[0] is "Staging": give the name of a stack: at most 20 lower-case letters, digits and hyphens (config slipway:releases)',
  ],
  [
    "a namespace of the cluster",
    [["apps/api/namespace", "kube-system"]],
    'apps.api.namespace is "kube-system": give another name: kube-* and default, ingress-nginx, traefik, cert-manager, external-secrets, external-dns, reloader are taken (config slipway:apps)',
  ],
  [
    "an application called like an add-on's namespace",
    [["apps/cert-manager", { image: { repository: "ghcr.io/a/b", sha: "63ec5c0" } }]],
    'apps.cert-manager.namespace is "cert-manager": give another name: kube-* and default, ingress-nginx, traefik, cert-manager, external-secrets, external-dns, reloader are taken (config slipway:apps)',
  ],
  [
    "two applications in one namespace",
    [["apps/web/namespace", "api"]],
    'apps.web.namespace is "api": give another name: apps.api has it (config slipway:apps)',
  ],
  [
    "two connections of one name",
    [
      [
        "apps/api/egress/1",
        { name: "mail", to: { type: "namespace", namespace: "mail" }, ports: [25] },
      ],
    ],
    'apps.api.egress[1].name is "mail": give another name: an earlier connection has it (config slipway:apps)',
  ],
  [
    "a scheduled job with a long name",
    [[`apps/api/scheduledJobs/${"r".repeat(49)}`, { schedule: "@daily", command: ["x"] }]],
    'apps.api.scheduledJobs.rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr is named "rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr": give at most 48 characters: the application\'s name comes before it (config slipway:apps)',
  ],
  [
    "a process with a long name",
    [[`apps/api/processes/${"w".repeat(56)}`, { command: ["x"] }]],
    'apps.api.processes.wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww is named "wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww": give at most 55 characters: the application\'s name comes before it (config slipway:apps)',
  ],
  [
    "an application called like another's process",
    [["apps/api-worker", { image: { repository: "ghcr.io/a/b", sha: "63ec5c0" } }]],
    'apps.api.processes.worker is named "worker": give another name: apps.api-worker is called like it (config slipway:apps)',
  ],
]);
