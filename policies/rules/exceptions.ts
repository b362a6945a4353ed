/**
 * Where Slipway does not meet a control to the letter: which resources, and why.
 * Rules ask here before they report; nothing else lets a resource through.
 */

export interface Exception {
  /** Name of the rule. */
  readonly policy: string;
  /** Id of the control. */
  readonly control: string;
  readonly matches: {
    /** Resource types. */
    readonly types: readonly string[];
    /** Pattern of the logical name. */
    readonly name: RegExp;
  };
  readonly reason: string;
}

export const exceptions: readonly Exception[] = [
  {
    policy: "iam-actions-named",
    control: "A15",
    matches: { types: ["aws:iam/policy:Policy"], name: /-boundary$/ },
    reason:
      "a permissions boundary grants nothing: it takes away from what a role's own policies allow, so that it begins with everything and denies",
  },
  {
    policy: "eks-access-by-entries",
    control: "A07",
    matches: { types: ["aws:eks/cluster:Cluster"], name: /-eksCluster$/ },
    reason:
      "@pulumi/eks makes the creator an administrator and has no switch for it; the program takes that back where slipway:account.assumeRoleArn names the creating role, elsewhere the caller stays one",
  },
  {
    policy: "rbac-no-cluster-admin",
    control: "R01",
    matches: {
      types: ["kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding"],
      name: /-admin$/,
    },
    reason:
      "a cluster without access entries knows its administrators by group only; the group of ACC-1 is bound, no service account",
  },
  {
    policy: "rbac-no-secret-reading",
    control: "R02",
    matches: {
      types: ["kubernetes:rbac.authorization.k8s.io/v1:ClusterRole"],
      name: /-(?:operator|developer)$/,
    },
    reason:
      "operators read secrets to run the cluster (ACC-4), developers only where slipway:access.developer is full (ACC-3)",
  },
  {
    policy: "rbac-no-exec",
    control: "R03",
    matches: {
      types: ["kubernetes:rbac.authorization.k8s.io/v1:ClusterRole"],
      name: /-developer$/,
    },
    reason: "developers go into pods and forward ports to find faults (ACC-3)",
  },
  {
    policy: "ingress-nginx-by-digest",
    control: "E05",
    matches: { types: ["kubernetes:helm.sh/v3:Release"], name: /ingress-nginx/ },
    reason:
      "a mirror that holds another version has other digests; they are the affair of who keeps it (slipway:mirror.chartVersions)",
  },
  {
    policy: "third-party-image-by-digest",
    control: "E05",
    matches: { types: ["kubernetes:batch/v1:Job"], name: /^migrate-/ },
    reason:
      "Flyway is pinned by exact version; mirrors and caches hold it under digests of their own (slipway:mirror.imageTags)",
  },
  {
    policy: "load-balancer-access-log",
    control: "I04",
    matches: {
      types: ["kubernetes:core/v1:Service", "kubernetes:helm.sh/v3:Release"],
      name: /ingress-nginx|traefik/,
    },
    reason:
      "network load balancers log only TLS listeners; TLS ends in the ingress controller, which logs every request as JSON",
  },
  {
    policy: "secrets-as-files",
    control: "S08",
    matches: {
      types: [
        "kubernetes:apps/v1:Deployment",
        "kubernetes:batch/v1:Job",
        "kubernetes:batch/v1:CronJob",
      ],
      name: /./,
    },
    reason:
      "applications made for it read secrets from the environment; files are the choice slipway:apps.<app>.secrets.as, and the values never reach Pulumi either way",
  },
];

/** The exception that lets a resource pass a rule. */
export function excepted(
  policy: string,
  resource: { readonly type: string; readonly name: string },
): Exception | undefined {
  return exceptions.find(
    (exception) => exception.policy === policy && matches(exception, resource),
  );
}

function matches(
  exception: Exception,
  resource: { readonly type: string; readonly name: string },
): boolean {
  return (
    exception.matches.types.includes(resource.type) && exception.matches.name.test(resource.name)
  );
}

/** IAM statements on all resources, by their Sid (A15): the actions know no narrower resource. */
export const statementReasons: readonly { readonly sid: RegExp; readonly reason: string }[] = [
  {
    sid: /^AnyWithinBoundary$/,
    reason: "a permissions boundary grants nothing; what it denies follows in the same document",
  },
  {
    sid: /^AnyPlatformListed$/,
    reason:
      "previews and deployments look at what there is; listing and describing know no narrower resource",
  },
  {
    sid: /^AnyKeyMade$/,
    reason:
      "a key has no ARN before it is made; the condition wants the environment's tags in the request",
  },
  {
    sid: /^AnyRegistryLogin$/,
    reason: "a login is to the whole of ECR; what it lets do is named by repository",
  },
  {
    sid: /^AnyReasoned\d+$/,
    reason: "asked for and reasoned in slipway:apps.<app>.permissions",
  },
  {
    sid: /^AnyDescribe$/,
    reason:
      "the load-balancer controller and the autoscaler look at what there is; describing knows no narrower resource",
  },
  {
    sid: /^AnyZone(?:List|ByName)$/,
    reason: "external-dns and cert-manager find zones by listing them; changes are to named zones",
  },
  {
    sid: /^AnyLogGroupFound$/,
    reason: "VPC flow logs look their log group up by listing, which has no narrower ARN",
  },
];

/** Why a statement on all resources may be. */
export function reasonForSid(sid: string): string | undefined {
  return statementReasons.find((entry) => entry.sid.test(sid))?.reason;
}

/** Controls that no registered resource shows, and where they are proven instead. */
export const outsideOfResources: readonly { readonly control: string; readonly where: string }[] = [
  { control: "N04", where: "on nodes of a real cluster, with kube-bench" },
  {
    control: "E07",
    where: "nowhere: signatures are not verified; digests are resolved in ECR before a change",
  },
  { control: "E08", where: "in the repository: lock file with integrity, exact versions" },
  { control: "S04", where: "by the engine tests, which search exported state for a canary" },
  { control: "S06", where: "in Pulumi.production.yaml, whose secretsprovider is awskms" },
  { control: "R04", where: "on a cluster, with kubectl auth can-i as the controllers" },
];
