import type { Given } from "./support.ts";

/** Kubernetes objects that satisfy every rule, for tests to break one by one. */

const sha = "63ec5c0a1b2c3d4e5f60718293a4b5c6d7e8f901";
export const kubernetesProvider: Given = {
  type: "pulumi:providers:kubernetes",
  name: "acme-staging",
  props: { clusterIdentifier: "arn:aws:eks:eu-west-1:123456789012:cluster/acme", kubeconfig: "{}" },
};

const object = (
  type: string,
  kind: string,
  name: string,
  content: Given["props"],
  rest?: Partial<Given>,
): Given => ({
  type: `kubernetes:${type}:${kind}`,
  name: `acme-staging-${kind.toLowerCase()}-${name}`,
  props: {
    apiVersion: type,
    kind,
    ...content,
    metadata: { name, namespace: "api", ...(content["metadata"] as object | undefined) },
  },
  provider: kubernetesProvider.props,
  ...rest,
});

const levels = ["enforce", "audit", "warn"];
export const namespace = object("core/v1", "Namespace", "api", {
  metadata: {
    namespace: undefined,
    labels: Object.fromEntries(
      levels.flatMap((level) => [
        [`pod-security.kubernetes.io/${level}`, "restricted"],
        [`pod-security.kubernetes.io/${level}-version`, "v1.36"],
      ]),
    ),
  },
});
export const denyAll = object("networking.k8s.io/v1", "NetworkPolicy", "default-deny", {
  spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] },
});
export const openDns = object("networking.k8s.io/v1", "NetworkPolicy", "dns", {
  spec: {
    podSelector: {},
    policyTypes: ["Egress"],
    egress: [{ ports: [{ protocol: "UDP", port: 53 }] }],
  },
});
export const quota = object("core/v1", "ResourceQuota", "quota", {});
export const limits = object("core/v1", "LimitRange", "limits", {});
export const configMap = object("core/v1", "ConfigMap", "api-config", {
  data: { DATABASE_HOST: "database.api", ACCESS_TOKEN_EXPIRE_MINUTES: "30" },
});

const labels = { "app.kubernetes.io/name": "api", "app.kubernetes.io/component": "server" };
const pod = (container: object, rest: object) => ({
  metadata: { labels },
  spec: {
    serviceAccountName: "api",
    automountServiceAccountToken: false,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: 65532,
      seccompProfile: { type: "RuntimeDefault" },
    },
    containers: [
      {
        name: "api",
        image: `123456789012.dkr.ecr.eu-west-1.amazonaws.com/acme/api:${sha}`,
        env: [{ name: "LOG_LEVEL", value: "info" }],
        resources: {
          requests: { cpu: "100m", memory: "128Mi" },
          limits: { memory: "512Mi", "ephemeral-storage": "1Gi" },
        },
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ["ALL"] },
        },
        ...container,
      },
    ],
    ...rest,
  },
});
export const job = object(
  "batch/v1",
  "Job",
  "migrate-api-63ec5c0a1b2c-0a1b2c3d",
  {
    metadata: {
      labels: { ...labels, "app.kubernetes.io/component": "migration" },
      annotations: { "pulumi.com/replaceUnready": "true" },
    },
    spec: {
      backoffLimit: 0,
      activeDeadlineSeconds: 180,
      template: pod({}, { restartPolicy: "Never" }),
    },
  },
  { timeoutSeconds: 195 },
);
export const cronJob = object("batch/v1", "CronJob", "clean", {
  spec: { jobTemplate: { spec: { template: pod({}, { restartPolicy: "OnFailure" }) } } },
});
export const deployment = object(
  "apps/v1",
  "Deployment",
  "api",
  {
    metadata: { labels },
    spec: {
      minReadySeconds: 5,
      progressDeadlineSeconds: 180,
      strategy: { rollingUpdate: { maxUnavailable: 0, maxSurge: "100%" } },
      template: pod(
        {
          ports: [{ name: "http", containerPort: 8080 }],
          readinessProbe: { httpGet: { path: "/status/ready", port: "http" } },
          livenessProbe: { httpGet: { path: "/status/alive", port: "http" } },
          startupProbe: { httpGet: { path: "/status/alive", port: "http" } },
          lifecycle: { preStop: { sleep: { seconds: 10 } } },
        },
        {
          terminationGracePeriodSeconds: 35,
          topologySpreadConstraints: [
            { topologyKey: "topology.kubernetes.io/zone" },
            { topologyKey: "kubernetes.io/hostname" },
          ],
        },
      ),
    },
  },
  { timeoutSeconds: 195, after: [job.name] },
);
export const service = object("core/v1", "Service", "api", { spec: { selector: labels } });
export const autoscaler = object("autoscaling/v2", "HorizontalPodAutoscaler", "api", {
  spec: { minReplicas: 2, maxReplicas: 4, scaleTargetRef: { kind: "Deployment", name: "api" } },
});
export const budget = object("policy/v1", "PodDisruptionBudget", "api", {
  spec: {
    maxUnavailable: 1,
    unhealthyPodEvictionPolicy: "AlwaysAllow",
    selector: { matchLabels: labels },
  },
});
export const ingress = object("networking.k8s.io/v1", "Ingress", "api", {
  metadata: { annotations: { "nginx.ingress.kubernetes.io/ssl-redirect": "true" } },
  spec: {
    ingressClassName: "nginx",
    tls: [{ hosts: ["api.example.com"], secretName: "api-tls-secret" }],
    rules: [{ host: "api.example.com", http: { paths: [{ path: "/", pathType: "Prefix" }] } }],
  },
});
export const certificate = object("cert-manager.io/v1", "Certificate", "api", {
  spec: { secretName: "api-tls-secret", privateKey: { rotationPolicy: "Always" } },
});
export const issuer = (name: string, server = "https://acme-v02.api.letsencrypt.org/directory") =>
  object("cert-manager.io/v1", "ClusterIssuer", name, {
    spec: { acme: { server, privateKeySecretRef: { name: "account" } } },
  });
export const secretStore = object("external-secrets.io/v1", "SecretStore", "api", {});
export const clusterSecretStore = object("external-secrets.io/v1", "ClusterSecretStore", "all", {
  spec: { conditions: [{ namespaces: ["api"] }] },
});
export const externalSecret = object("external-secrets.io/v1", "ExternalSecret", "api", {
  spec: {
    refreshInterval: "15s",
    target: { name: "api", creationPolicy: "Owner", deletionPolicy: "Retain" },
  },
});
export const clusterRole = object("rbac.authorization.k8s.io/v1", "ClusterRole", "deployer", {
  rules: [
    { apiGroups: ["apps"], resources: ["deployments"], verbs: ["get", "create"] },
    { apiGroups: [""], resources: ["secrets"], verbs: ["create", "update", "patch"] },
  ],
});
export const binding = object("rbac.authorization.k8s.io/v1", "ClusterRoleBinding", "deployer", {
  roleRef: { kind: "ClusterRole", name: "acme-kubernetes-deployer-staging" },
  subjects: [{ kind: "Group", name: "acme-kubernetes-deployer-staging" }],
});

const balancer = "service.beta.kubernetes.io/aws-load-balancer";
export const balancerAnnotations: Readonly<Record<string, string>> = {
  [`${balancer}-nlb-target-type`]: "ip",
  [`${balancer}-attributes`]:
    "load_balancing.cross_zone.enabled=true,deletion_protection.enabled=true",
  [`${balancer}-target-group-attributes`]: "deregistration_delay.timeout_seconds=60",
};
const release = (chart: string, version: string, values: object): Given => ({
  type: "kubernetes:helm.sh/v3:Release",
  name: `acme-staging-${chart}`,
  props: { name: chart, namespace: chart, chart, version, values },
  provider: kubernetesProvider.props,
});
export const ingressNginx = release("ingress-nginx", "4.15.1", {
  controller: {
    replicaCount: 2,
    allowSnippetAnnotations: false,
    enableAnnotationValidations: true,
    admissionWebhooks: { enabled: true, failurePolicy: "Fail" },
    config: { "annotations-risk-level": "High", "proxy-real-ip-cidr": "10.10.0.0/16" },
    image: { digest: `sha256:${"5".repeat(64)}` },
    service: { type: "LoadBalancer", annotations: balancerAnnotations },
  },
});
export const traefik = release("traefik", "41.5.0", {
  deployment: { replicas: 2 },
  ports: { websecure: { proxyProtocol: { trustedIPs: ["10.10.0.0/16"] } } },
  service: { annotations: balancerAnnotations },
});
