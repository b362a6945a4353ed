import { refuses } from "./mistakes.ts";

refuses("applications", [
  [
    "an ECR repository without a region",
    [["apps/api/image/repository", "123456789012.dkr.ecr.amazonaws.com/acme/api"]],
    'apps.api.image.repository is "123456789012.dkr.ecr.amazonaws.com/acme/api": give <12-digit account>.dkr.ecr.<region>.amazonaws.com/<name> for a repository in ECR (config slipway:apps)',
  ],
  [
    "an ECR account of 11 digits",
    [["apps/api/image/repository", "12345678901.dkr.ecr.eu-west-1.amazonaws.com/acme/api"]],
    'apps.api.image.repository is "12345678901.dkr.ecr.eu-west-1.amazonaws.com/acme/api": give <12-digit account>.dkr.ecr.<region>.amazonaws.com/<name> for a repository in ECR (config slipway:apps)',
  ],
  [
    "a port for root only",
    [["apps/api/port", 80]],
    "apps.api.port is 80: give a port above 1023: it does not run as root (config slipway:apps)",
  ],
  [
    "a variable of 200 KiB",
    [["apps/api/env/TEXT", "x".repeat(200 * 1024)]],
    'apps.api.env.TEXT is "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…: give at most 128 KiB: Linux starts no program with more in one variable (config slipway:apps)',
  ],
  [
    "variables of more than 1 MiB",
    Array.from(
      { length: 11 },
      (_, index) => [`apps/api/env/TEXT${index.toString()}`, "x".repeat(100 * 1024)] as const,
    ),
    "apps.api.env is 1126493 bytes: give at most 1048576 bytes together, which is what Kubernetes keeps of an object (config slipway:apps)",
  ],
  [
    "a CPU request above the limit",
    [
      ["apps/api/resources/cpu", "300m"],
      ["apps/api/resources/cpuLimit", "200m"],
    ],
    'apps.api.resources.cpu is "300m": give at most cpuLimit, 200m (config slipway:apps)',
  ],
  [
    "a memory request above the limit",
    [["apps/api/processes/worker/resources", { memory: "1Gi" }]],
    'apps.api.processes.worker.resources.memory is "1Gi": give at most memoryLimit, 512Mi (config slipway:apps)',
  ],
  [
    "fewest replicas above most",
    [["apps/api/replicas/min", 6]],
    "apps.api.replicas.min is 6: give at most replicas.max, 4 (config slipway:apps)",
  ],
  [
    "a budget that forbids every drain",
    [["apps/api/replicas/minAvailable", 2]],
    "apps.api.replicas.minAvailable is 2: give less than replicas.min, 2, or no node could be drained (config slipway:apps)",
  ],
  [
    "a probe slower than its period",
    [["apps/api/health/readiness", { periodSeconds: 5, timeoutSeconds: 6 }]],
    "apps.api.health.readiness.timeoutSeconds is 6: give at most periodSeconds, 5 (config slipway:apps)",
  ],
  [
    "a start longer than the rollout",
    [["apps/api/health/startup", { periodSeconds: 10, failureThreshold: 30 }]],
    "apps.api.rollout.progressDeadlineSeconds is 180 by default: give more than 300, the seconds that health.startup grants (period x threshold) (config slipway:apps)",
  ],
  [
    "a timeout before the deadline",
    [["apps/api/rollout/timeoutSeconds", 120]],
    "apps.api.rollout.timeoutSeconds is 120: give more than progressDeadlineSeconds, 180, or leave it out (config slipway:apps)",
  ],
  [
    "pods that become ready after the deadline",
    [["apps/api/rollout", { minReadySeconds: 200 }]],
    "apps.api.rollout.minReadySeconds is 200: give less than progressDeadlineSeconds, 180 (config slipway:apps)",
  ],
  [
    "a migration without secrets",
    [["apps/api/secrets", undefined]],
    "apps.api.secrets is missing: give the secrets that the migration connects with (config slipway:apps)",
  ],
  [
    "Flyway without a database",
    [["apps/api/database", undefined]],
    "apps.api.database is missing: give the database that Flyway migrates (config slipway:apps)",
  ],
  [
    "Flyway with a key that is not synced",
    [["apps/api/migration/passwordKey", "DB_PASSWORD"]],
    "apps.api.migration.passwordKey is the key DB_PASSWORD: give a key of secrets.required: secrets.all is false (config slipway:apps)",
  ],
  [
    "every action",
    [["apps/api/permissions/0/actions/0", "*"]],
    'apps.api.permissions[0].actions[0] is "*": name the actions, such as s3:GetObject, or those of one kind, such as s3:Get* (config slipway:apps)',
  ],
  [
    "every action of a service",
    [["apps/api/permissions/0/actions/0", "s3:*"]],
    'apps.api.permissions[0].actions[0] is "s3:*": name the actions, such as s3:GetObject, or those of one kind, such as s3:Get* (config slipway:apps)',
  ],
  [
    "every resource without a reason",
    [["apps/api/permissions/0/resources/0", "*"]],
    'apps.api.permissions[0].resources[0] is "*": give the ARNs, or a reason beside it why everything is needed (config slipway:apps)',
  ],
  [
    "a quota below a rollout",
    [["apps/api/quota/memory", "4Gi"]],
    'apps.api.quota.memory is "4Gi": give at least 5120Mi, what all pods ask for during a rollout at replicas.max (config slipway:apps)',
  ],
  [
    "migrations that are not there",
    [["apps/api/migration/sql/path", "migrations/nowhere"]],
    'apps.api.migration.sql.path is "migrations/nowhere": give a directory that exists, relative to Pulumi.yaml (config slipway:apps)',
  ],
]);
