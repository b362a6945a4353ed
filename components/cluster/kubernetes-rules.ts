/** A rule of a ClusterRole; groups, resources and verbs are always listed, never `*`. */
export interface Rule {
  readonly apiGroups: string[];
  readonly resources: string[];
  readonly verbs: string[];
}

const read = ["get", "list", "watch"];
const write = ["create", "update", "patch", "delete"];
const readAndWrite = [...read, ...write];

/** One rule a group of the API, all with the same verbs. */
function rulesFor(resourcesByGroup: Record<string, string[]>, verbs: string[]): Rule[] {
  return Object.entries(resourcesByGroup).map(([group, resources]) => ({
    apiGroups: [group],
    resources,
    verbs,
  }));
}

/** What a deployment consists of. */
const deployed = {
  "": [
    "configmaps",
    "endpoints",
    "events",
    "namespaces",
    "pods",
    "pods/log",
    "pods/status",
    "services",
  ],
  apps: ["daemonsets", "deployments", "replicasets"],
  autoscaling: ["horizontalpodautoscalers"],
  batch: ["cronjobs", "jobs"],
  "events.k8s.io": ["events"],
  "external-secrets.io": ["externalsecrets"],
  "networking.k8s.io": ["ingresses"],
  policy: ["poddisruptionbudgets"],
};

/** What runs in namespaces, secrets apart. */
const workloads = {
  "": [
    "configmaps",
    "endpoints",
    "events",
    "persistentvolumeclaims",
    "pods",
    "pods/log",
    "pods/status",
    "services",
  ],
  apps: ["daemonsets", "deployments", "replicasets", "statefulsets"],
  autoscaling: ["horizontalpodautoscalers"],
  batch: ["cronjobs", "jobs"],
  "cert-manager.io": ["certificaterequests", "certificates"],
  "discovery.k8s.io": ["endpointslices"],
  "events.k8s.io": ["events"],
  "external-secrets.io": ["externalsecrets"],
  "networking.k8s.io": ["ingresses", "networkpolicies"],
  policy: ["poddisruptionbudgets"],
};

/** What explains the state of workloads and is nobody's to write. */
const surroundings = {
  "": ["namespaces", "nodes", "persistentvolumes", "resourcequotas", "serviceaccounts"],
  "external-secrets.io": ["clustersecretstores", "secretstores"],
  "metrics.k8s.io": ["nodes", "pods"],
  "networking.k8s.io": ["ingressclasses"],
  "storage.k8s.io": ["storageclasses"],
};

const scales = { apps: ["deployments/scale", "replicasets/scale", "statefulsets/scale"] };

/** In RBAC `kubectl exec` and `port-forward` are the creation of a subresource. */
const insidePods: Rule = {
  apiGroups: [""],
  resources: ["pods/exec", "pods/portforward"],
  verbs: ["create"],
};

/** Deploys everything, and writes secrets without ever reading one. */
export const deployerRules: Rule[] = [
  ...rulesFor(deployed, readAndWrite),
  { apiGroups: [""], resources: ["secrets"], verbs: write },
];

/** Looks at everything but secrets and goes into pods; or changes all that runs in namespaces. */
export const developerRules: Record<"readOnly" | "full", Rule[]> = {
  readOnly: [...rulesFor(workloads, read), ...rulesFor(surroundings, read), insidePods],
  full: [
    ...rulesFor(workloads, readAndWrite),
    ...rulesFor({ "": ["secrets", "serviceaccounts"] }, readAndWrite),
    ...rulesFor(scales, ["get", "update", "patch"]),
    ...rulesFor(surroundings, read),
    insidePods,
  ],
};

/** Runs the cluster: workloads, secrets, nodes and volumes, but not its roles and bindings. */
export const operatorRules: Rule[] = [
  ...rulesFor(workloads, readAndWrite),
  ...rulesFor(
    {
      "": [
        "namespaces",
        "nodes",
        "persistentvolumes",
        "resourcequotas",
        "secrets",
        "serviceaccounts",
      ],
    },
    readAndWrite,
  ),
  ...rulesFor(scales, ["get", "update", "patch"]),
  ...rulesFor(surroundings, read),
  // Draining a node.
  { apiGroups: [""], resources: ["pods/eviction"], verbs: ["create"] },
];
