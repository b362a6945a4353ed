import { refuses } from "./mistakes.ts";

refuses("values of single keys", [
  [
    "an image called latest",
    [["apps/api/image/sha", "latest"]],
    'apps.api.image.sha is "latest": give 7 to 40 hexadecimal digits of a commit (config slipway:apps)',
  ],
  [
    "a commit of 6 digits",
    [["apps/api/image/sha", "63ec5c"]],
    'apps.api.image.sha is "63ec5c": give 7 to 40 hexadecimal digits of a commit (config slipway:apps)',
  ],
  [
    "a commit of 41 digits",
    [["apps/api/image/sha", "63ec5c0a4b1f27d98c30e6b5a1728f4d90c3e7ab1"]],
    'apps.api.image.sha is "63ec5c0a4b1f27d98c30e6b5a1728f4d90c3e7ab1": give 7 to 40 hexadecimal digits of a commit (config slipway:apps)',
  ],
  [
    "a commit in capitals",
    [["apps/api/image/sha", "63EC5C0"]],
    'apps.api.image.sha is "63EC5C0": give 7 to 40 hexadecimal digits of a commit (config slipway:apps)',
  ],
  [
    "a blank commit",
    [["apps/api/image/sha", ""]],
    'apps.api.image.sha is "": give 7 to 40 hexadecimal digits of a commit (config slipway:apps)',
  ],
  [
    "a commit of digits that YAML takes for a number",
    [["apps/api/image/sha", 1234567]],
    "apps.api.image.sha is 1234567: give 7 to 40 hexadecimal digits of a commit, in quotes (config slipway:apps)",
  ],
  [
    "no commit",
    [["apps/api/image/sha", undefined]],
    "apps.api.image.sha is missing: give 7 to 40 hexadecimal digits of a commit (config slipway:apps)",
  ],
  [
    "a repository with a tag",
    [["apps/api/image/repository", "ghcr.io/acme/api:v1"]],
    'apps.api.image.repository is "ghcr.io/acme/api:v1": give registry and repository without tag, such as 123456789012.dkr.ecr.eu-west-1.amazonaws.com/acme/api (config slipway:apps)',
  ],
  [
    "a repository without a registry",
    [["apps/api/image/repository", "acme/api"]],
    'apps.api.image.repository is "acme/api": give registry and repository without tag, such as 123456789012.dkr.ecr.eu-west-1.amazonaws.com/acme/api (config slipway:apps)',
  ],
  [
    "an unknown key of an application",
    [["apps/api/replica", {}]],
    "apps.api.replica is unknown: did you mean replicas? allowed here: image, namespace, port, command, user, env, resources, replicas, health, rollout, processes, database, secrets, migration, route, smoke, scheduledJobs, permissions, egress, quota (config slipway:apps)",
  ],
  [
    "an unknown key of the stack",
    [["netwrok", {}]],
    "netwrok is unknown: did you mean network? allowed here: project, account, region, network, cluster, access, edge, certificates, dns, secrets, mirror, releases, apps (config slipway:netwrok)",
  ],
  [
    "an unknown key unlike any other",
    [["edge/snippets", "x"]],
    "edge.snippets is unknown: allowed here: controller, publish, serviceType, replicas, idleTimeoutSeconds, keepAliveSeconds, deletionProtection, allowedCidrs, trustedProxyCidrs (config slipway:edge)",
  ],
  [
    "an unknown role",
    [["access/principals/admins", ["arn:aws:iam::123456789012:role/x"]]],
    "access.principals.admins is unknown: did you mean admin? allowed here: admin, developer, operator, deployer (config slipway:access)",
  ],
  [
    "no replicas",
    [["apps/api/replicas/min", 0]],
    "apps.api.replicas.min is 0: give a whole number from 1 to 1000 (config slipway:apps)",
  ],
  [
    "negative replicas",
    [["apps/api/replicas/max", -3]],
    "apps.api.replicas.max is -3: give a whole number from 1 to 1000 (config slipway:apps)",
  ],
  [
    "huge replicas",
    [["apps/api/replicas/max", 100000000000000000000]],
    "apps.api.replicas.max is 100000000000000000000: give a whole number from 1 to 1000 (config slipway:apps)",
  ],
  [
    "half a replica",
    [["apps/api/replicas/min", 1.5]],
    "apps.api.replicas.min is 1.5: give a whole number from 1 to 1000 (config slipway:apps)",
  ],
  [
    "a number in quotes",
    [["apps/api/replicas/min", "2"]],
    'apps.api.replicas.min is "2": give a whole number from 1 to 1000, without quotes (config slipway:apps)',
  ],
  [
    "a truth value in quotes",
    [["cluster/deletionProtection", "true"]],
    'cluster.deletionProtection is "true": give true or false, without quotes (config slipway:cluster)',
  ],
  [
    "a variable that is a number",
    [["apps/api/env/LIMIT", 5]],
    "apps.api.env.LIMIT is 5: give text, in quotes (config slipway:apps)",
  ],
  [
    "a variable with a space",
    [["apps/api/env/A B", "x"]],
    'apps.api.env["A B"] is named "A B": give a name of letters, digits and underscores (config slipway:apps)',
  ],
  [
    "an account that YAML takes for a number",
    [["account/allowedAccountIds/0", 123456789012]],
    "account.allowedAccountIds[0] is 123456789012: give the 12 digits of an AWS account, in quotes (config slipway:account)",
  ],
  [
    "an account of 11 digits",
    [["account/allowedAccountIds/0", "12345678901"]],
    'account.allowedAccountIds[0] is "12345678901": give the 12 digits of an AWS account (config slipway:account)',
  ],
  [
    "no account in the list",
    [["account/allowedAccountIds", []]],
    "account.allowedAccountIds is []: give a list of at least 1 entry, each the 12 digits of an AWS account (config slipway:account)",
  ],
  [
    "a range that is none",
    [["network/cidr", "10.10.0.0"]],
    'network.cidr is "10.10.0.0": give an IPv4 range such as 10.10.0.0/16 (config slipway:network)',
  ],
  [
    "a range with an octet of 256",
    [["network/cidr", "10.256.0.0/16"]],
    'network.cidr is "10.256.0.0/16": give an IPv4 range such as 10.10.0.0/16 (config slipway:network)',
  ],
  [
    "a range that begins in its middle",
    [["network/cidr", "10.10.0.1/16"]],
    'network.cidr is "10.10.0.1/16": give an IPv4 range that begins with its first address, such as 10.10.0.0/16 (config slipway:network)',
  ],
  [
    "a region with a zone",
    [["region", "eu-west-1a"]],
    'region is "eu-west-1a": give an AWS region such as eu-west-1 (config slipway:region)',
  ],
  [
    "a project in capitals",
    [["project", "Acme"]],
    'project is "Acme": give 3 to 20 lower-case letters, digits and hyphens, a letter first (config slipway:project)',
  ],
  [
    "a project in another script",
    [["project", "プロジェクト"]],
    'project is "プロジェクト": give 3 to 20 lower-case letters, digits and hyphens, a letter first (config slipway:project)',
  ],
  [
    "a project that turns the direction of writing",
    [["project", "acme\u202emoc"]],
    'project is "acme\\u202emoc": give 3 to 20 lower-case letters, digits and hyphens, a letter first (config slipway:project)',
  ],
  [
    "a value of many lines",
    [["project", "a\nb"]],
    'project is "a\\nb": give 3 to 20 lower-case letters, digits and hyphens, a letter first (config slipway:project)',
  ],
  [
    "a very long value",
    [["project", "é".repeat(500)]],
    'project is "éééééééééééééééééééééééééééééééééééééééééééééééééééééééééé…: give 3 to 20 lower-case letters, digits and hyphens, a letter first (config slipway:project)',
  ],
  [
    "an application in another script",
    [["apps/größe", {}]],
    'apps["größe"] is named "größe": give a name of at most 30 lower-case letters, digits and hyphens, a letter first (config slipway:apps)',
  ],
  [
    "an application of 31 letters",
    [[`apps/${"a".repeat(31)}`, { image: { repository: "ghcr.io/a/b", sha: "63ec5c0" } }]],
    'apps.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa is named "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa": give a name of at most 30 lower-case letters, digits and hyphens, a letter first (config slipway:apps)',
  ],
  [
    "a list for a mapping",
    [["apps/api/processes", ["worker"]]],
    'apps.api.processes is ["worker"]: give a mapping of names to values (config slipway:apps)',
  ],
  [
    "an empty value",
    [["apps/api/resources", null]],
    "apps.api.resources is null: give a mapping with the keys cpu, memory, cpuLimit, memoryLimit, ephemeralStorageLimit (config slipway:apps)",
  ],
  [
    "a wrong choice",
    [["cluster/type", "gke"]],
    'cluster.type is "gke": give one of eks, existing (config slipway:cluster)',
  ],
  [
    "no choice",
    [["secrets/source/type", undefined]],
    "secrets.source.type is missing: give one of secretsManager, kubernetes (config slipway:secrets)",
  ],
  [
    "an unknown key of one choice",
    [["secrets/source/namespace", "x"]],
    "secrets.source.namespace is unknown: allowed here: type, region, endpoint, credentialsSecret (config slipway:secrets)",
  ],
  [
    "a probe without its kind",
    [["apps/api/health/readiness/probe", { path: "/" }]],
    "apps.api.health.readiness.probe.type is missing: give one of http, exec, tcp, grpc (config slipway:apps)",
  ],
  [
    "a surge that is neither number nor percentage",
    [["apps/api/rollout/maxSurge", "half"]],
    'apps.api.rollout.maxSurge is "half": give a percentage such as 25% (config slipway:apps)',
  ],
  [
    "a CPU quantity of zero",
    [["apps/api/resources/cpu", "0m"]],
    'apps.api.resources.cpu is "0m": give a CPU quantity such as 100m or 0.5 (config slipway:apps)',
  ],
  [
    "a memory quantity in MB",
    [["apps/api/resources/memory", "128MB"]],
    'apps.api.resources.memory is "128MB": give a memory quantity such as 128Mi (config slipway:apps)',
  ],
  [
    "a refresh interval of zero",
    [["secrets/refreshInterval", "0s"]],
    'secrets.refreshInterval is "0s": give a duration such as 15s, 5m or 1h (config slipway:secrets)',
  ],
  [
    "a refresh interval without a unit",
    [["secrets/refreshInterval", 15]],
    "secrets.refreshInterval is 15: give a duration such as 15s, 5m or 1h, in quotes (config slipway:secrets)",
  ],
  [
    "a retention that CloudWatch does not offer",
    [["network/flowLogRetentionDays", 100]],
    "network.flowLogRetentionDays is 100: give one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653 days (config slipway:network)",
  ],
  [
    "a host in capitals",
    [["apps/api/route/hosts/0", "API.acme.dev"]],
    'apps.api.route.hosts[0] is "API.acme.dev": give a host name in lower case, such as api.example.com or *.example.com (config slipway:apps)',
  ],
  [
    "a host that is an address",
    [["apps/api/route/hosts/0", "10.0.0.1"]],
    'apps.api.route.hosts[0] is "10.0.0.1": give a host name in lower case, such as api.example.com or *.example.com (config slipway:apps)',
  ],
  [
    "an origin with a path",
    [["apps/api/route/cors/allowOrigins/0", "https://www.acme.dev/app"]],
    'apps.api.route.cors.allowOrigins[0] is "https://www.acme.dev/app": give an origin such as https://app.example.com (config slipway:apps)',
  ],
  [
    "an origin that is everybody",
    [["apps/api/route/cors/allowOrigins/0", "*"]],
    'apps.api.route.cors.allowOrigins[0] is "*": give an origin such as https://app.example.com (config slipway:apps)',
  ],
  [
    "a schedule with an impossible minute",
    [["apps/api/scheduledJobs/report/schedule", "60 * * * *"]],
    'apps.api.scheduledJobs.report.schedule is "60 * * * *": give a cron schedule of five fields, such as */5 * * * *, or @daily (config slipway:apps)',
  ],
  [
    "a schedule of six fields",
    [["apps/api/scheduledJobs/report/schedule", "0 0 3 * * *"]],
    'apps.api.scheduledJobs.report.schedule is "0 0 3 * * *": give a cron schedule of five fields, such as */5 * * * *, or @daily (config slipway:apps)',
  ],
  [
    "an unknown time zone",
    [["apps/api/scheduledJobs/report/timeZone", "Europe/Atlantis"]],
    'apps.api.scheduledJobs.report.timeZone is "Europe/Atlantis": give a time zone such as Etc/UTC or Europe/Berlin (config slipway:apps)',
  ],
  [
    "migrations outside the project",
    [["apps/api/migration/sql/path", "../other"]],
    'apps.api.migration.sql.path is "../other": give a directory below Pulumi.yaml\'s, such as migrations/api (config slipway:apps)',
  ],
  [
    "a hosted zone that is none",
    [["dns/zones/acme.dev/hostedZoneId", "example"]],
    'dns.zones["acme.dev"].hostedZoneId is "example": give a Route 53 hosted zone id such as Z0123456789ABC (config slipway:dns)',
  ],
  [
    "an action that is none",
    [["apps/api/permissions/0/actions/0", "GetObject"]],
    'apps.api.permissions[0].actions[0] is "GetObject": give an action such as s3:GetObject (config slipway:apps)',
  ],
]);
