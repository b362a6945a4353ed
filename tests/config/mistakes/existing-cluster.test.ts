import type { Change } from "../valid.ts";
import { refuses } from "./mistakes.ts";

const source = "secrets/source";
const vault = { type: "kubernetes", namespace: "vault" };
const credentialsSecret = { name: "aws", namespace: "slipway" };

/** Changes after which the valid configuration is right for a cluster that exists already. */
const existing: readonly Change[] = [
  ["cluster", { type: "existing", name: "kind" }],
  ["network", undefined],
  ["access/principals", undefined],
  [source, vault],
  ["apps/api/permissions", undefined],
];

refuses("existing clusters", [
  [
    "a network",
    [...existing, ["network", { zones: 3 }]],
    'network is {"zones":3}: leave it out: an existing cluster has its network (config slipway:network)',
  ],
  [
    "IAM principals",
    [...existing, ["access/principals", { admin: ["arn:aws:iam::123456789012:role/ops"] }]],
    'access.principals is {"admin":["arn:aws:iam::123456789012:role/ops"]}: leave it out: an existing cluster knows no IAM principals (config slipway:access)',
  ],
  [
    "permissions in AWS",
    [
      ...existing,
      ["apps/web/permissions", [{ actions: ["s3:List*"], resources: ["arn:aws:s3:::a"] }]],
    ],
    'apps.web.permissions is [{"actions":["s3:List*"],"resources":["arn:aws:s3:::a"]}]: leave it out: only an EKS cluster has Pod Identity (config slipway:apps)',
  ],
  [
    "Secrets Manager without credentials",
    [...existing, [source, { type: "secretsManager" }]],
    "secrets.source.credentialsSecret is missing: give name and namespace of a Kubernetes Secret: an existing cluster has no Pod Identity (config slipway:secrets)",
  ],
  [
    "Secrets Manager without a region",
    [
      ...existing,
      [source, { type: "secretsManager", credentialsSecret }],
      ["account", undefined],
      ["region", undefined],
    ],
    "secrets.source.region is missing: give the region of AWS Secrets Manager: the stack has none of its own (config slipway:secrets)",
  ],
  [
    "an account without a region",
    [...existing, ["region", undefined]],
    "region is missing: give an AWS region too, or leave account out (config slipway:region)",
  ],
  [
    "a region without an account",
    [...existing, ["account", undefined]],
    "account is missing: give allowedAccountIds too, or leave region out (config slipway:account)",
  ],
  [
    "an application in the namespace of secrets",
    [...existing, ["apps/web/namespace", "vault"]],
    'apps.web.namespace is "vault": give another name: kube-* and default, ingress-nginx, traefik, cert-manager, external-secrets, external-dns, reloader, vault are taken (config slipway:apps)',
  ],
  [
    "deletion protection of a load balancer",
    [...existing, ["edge/deletionProtection", true]],
    "edge.deletionProtection is true: leave it out: only a load balancer of AWS has it (config slipway:edge)",
  ],
  [
    "a wildcard by DNS-01",
    [...existing, ["apps/web/route/hosts/0", "*.acme.dev"]],
    'apps.web.route.hosts[0] is "*.acme.dev": give a host for http01: a route with a wildcard is proved by DNS-01, for which cluster.type must be eks (config slipway:apps)',
  ],
]);
