import { quoteText } from "../quote.ts";
import { applicationRule, applicationsRule, platformRule } from "./rule.ts";
import type { Finding, Rule } from "./rule.ts";

/** Namespaces that belong to the cluster or to an add-on. */
const reservedNamespaces = [
  "default",
  "ingress-nginx",
  "traefik",
  "cert-manager",
  "external-secrets",
  "external-dns",
  "reloader",
];
/** Kubernetes allows 63 characters; the label of a process is `process-<name>`. */
const longestProcess = 55;

export const nameRules: readonly Rule[] = [
  platformRule(
    "A stack's name has at most 20 lower-case letters, digits and hyphens, a letter first.",
    ["project"],
    (_, environment) =>
      /^[a-z](?:[a-z0-9-]{0,18}[a-z0-9])?$/.test(environment)
        ? []
        : [
            {
              path: ["project"],
              got: `prefixed to the stack's name ${quoteText(environment)}`,
              remedy:
                "rename the stack (pulumi stack rename) to at most 20 lower-case letters, digits and hyphens, a letter first",
            },
          ],
  ),
  platformRule(
    "Names made of project, stack and region leave room for what AWS allows (IAM roles: 64 characters, clusters: 100).",
    ["project", "region", "cluster"],
    ({ project, region, cluster }, environment) => {
      if (cluster.type !== "eks" || region === undefined) return [];
      const prefix = `${project}-${environment}`;
      return [
        { name: `${prefix}-${region}`, limit: 100 },
        { name: `${prefix}-${region}-aws-ebs-csi-driver`, limit: 64 },
        { name: `${prefix}-load-balancer-controller`, limit: 64 },
        { name: `${project}-kubernetes-developer-${environment}`, limit: 64 },
        // Applications' roles are shortened to fit, down to one letter and a hash of their name.
        { name: `${prefix}-a-000000-secrets-reader`, limit: 64 },
      ]
        .filter(({ name, limit }) => name.length > limit)
        .map(({ name, limit }) => ({
          path: ["project"],
          remedy: `shorten it, or the stack's name: ${name} has ${name.length.toString()} characters, AWS allows ${limit.toString()}`,
        }));
    },
  ),
  platformRule(
    "A release runs elsewhere before: no stack is in its own `releases.after`.",
    ["releases"],
    ({ releases: { after } }, environment) =>
      after.flatMap((stack, index) =>
        stack === environment
          ? [
              {
                path: ["releases", "after", index],
                remedy: "give other stacks: nothing could ever be released here",
              },
            ]
          : [],
      ),
  ),
  applicationRule(
    "Applications stay out of namespaces of the cluster and of add-ons.",
    { app: ["namespace"], platform: ["secrets"] },
    ({ namespace }, { name, platform: { secrets } }) => {
      const used = namespace ?? name;
      const source = secrets.source.type === "kubernetes" ? [secrets.source.namespace] : [];
      const reserved = [...reservedNamespaces, ...source];
      if (!used.startsWith("kube-") && !reserved.includes(used)) return [];
      return [
        {
          path: ["namespace"],
          got: quoteText(used),
          remedy: `give another name: kube-* and ${reserved.join(", ")} are taken`,
        },
      ];
    },
  ),
  applicationsRule(
    "Each application has a namespace of its own.",
    { app: ["namespace"] },
    (apps) => {
      const owners = new Map<string, string>();
      return Object.entries(apps).flatMap(([name, { namespace }]) => {
        const used = namespace ?? name;
        const owner = owners.get(used);
        owners.set(used, owner ?? name);
        if (owner === undefined) return [];
        return [
          {
            path: ["apps", name, "namespace"],
            got: quoteText(used),
            remedy: `give another name: apps.${owner} has it`,
          },
        ];
      });
    },
  ),
  applicationRule(
    "Connections of an application (`egress`) have names of their own.",
    { app: ["egress"] },
    ({ egress }) =>
      egress.flatMap(({ name }, index) =>
        egress.findIndex((flow) => flow.name === name) === index
          ? []
          : [
              {
                path: ["egress", index, "name"],
                remedy: "give another name: an earlier connection has it",
              },
            ],
      ),
  ),
  applicationRule(
    "`<application>-<scheduled job>` has at most 52 characters, `<application>-<process>` at most 63 and a process 55.",
    { app: ["processes", "scheduledJobs"] },
    ({ processes, scheduledJobs }, { name }) => {
      const long = (kind: string, parts: object, limit: number): Finding[] =>
        Object.keys(parts)
          .filter((part) => part.length > limit)
          .map((part) => ({
            path: [kind, part],
            got: `named ${quoteText(part)}`,
            remedy: `give at most ${limit.toString()} characters: the application's name comes before it`,
          }));
      return [
        ...long("processes", processes, Math.min(longestProcess, 62 - name.length)),
        ...long("scheduledJobs", scheduledJobs, 51 - name.length),
      ];
    },
  ),
  applicationsRule(
    "No application is called like a process or scheduled job of another, `<application>-<name>`.",
    { app: ["processes", "scheduledJobs"] },
    (apps) =>
      Object.entries(apps).flatMap(([name, { processes, scheduledJobs }]) =>
        Object.entries({ processes, scheduledJobs }).flatMap(([kind, parts]) =>
          Object.keys(parts)
            .filter((part) => Object.hasOwn(apps, `${name}-${part}`))
            .map((part) => ({
              path: ["apps", name, kind, part],
              got: `named ${quoteText(part)}`,
              remedy: `give another name: apps.${name}-${part} is called like it`,
            })),
        ),
      ),
  ),
];
