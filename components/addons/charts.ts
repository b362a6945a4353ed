/** A Helm chart as its project publishes it. */
export interface PinnedChart {
  /** `oci://` prefix or URL of the repository's index, without the chart's name. */
  readonly repository: string;
  /** Exact version of the chart, as its repository spells it. */
  readonly version: string;
  /** Version of what the chart installs. */
  readonly appVersion: string;
  /** Digest of the main image, where the project publishes it beside the version. */
  readonly digest?: string;
}

/** Every chart that Slipway installs; looked up in November 2026. */
export const charts = {
  // The final release (2026-03-19): the project is retired and its charts are release assets that
  // a rename would break, so the image is pinned by digest and production should use a mirror.
  // https://kubernetes.io/blog/2025/11/11/ingress-nginx-retirement/
  "ingress-nginx": {
    repository: "https://kubernetes.github.io/ingress-nginx",
    version: "4.15.1",
    appVersion: "1.15.1",
    digest: "sha256:594ceea76b01c592858f803f9ff4d2cb40542cae2060410b2c95f75907d659e1",
  },
  // 2026-09-07, https://github.com/traefik/traefik-helm-chart/releases/tag/v41.5.0
  traefik: {
    repository: "oci://ghcr.io/traefik/helm",
    version: "41.5.0",
    appVersion: "v3.7.13",
  },
  // The OCI registry is the source of truth, charts.jetstack.io lags behind it.
  // https://cert-manager.io/docs/installation/helm/
  "cert-manager": {
    repository: "oci://quay.io/jetstack/charts",
    version: "v1.21.3",
    appVersion: "v1.21.3",
  },
  // Only the newest minor is supported: https://external-secrets.io/latest/introduction/stability-support/
  "external-secrets": {
    repository: "oci://ghcr.io/external-secrets/charts",
    version: "2.14.0",
    appVersion: "v2.14.0",
  },
  // 2026-09-10, https://github.com/kubernetes-sigs/external-dns/pull/6650
  "external-dns": {
    repository: "https://kubernetes-sigs.github.io/external-dns",
    version: "1.22.0",
    appVersion: "0.22.0",
  },
  // https://artifacthub.io/packages/helm/metrics-server/metrics-server
  "metrics-server": {
    repository: "https://kubernetes-sigs.github.io/metrics-server",
    version: "3.13.1",
    appVersion: "0.8.1",
  },
  // 2026-09-09, https://github.com/stakater/Reloader/pull/1218
  reloader: {
    repository: "oci://ghcr.io/stakater/charts",
    version: "2.2.17",
    appVersion: "v1.4.22",
  },
  // 2026-08-03, https://github.com/aws/eks-charts/pull/1354
  "aws-load-balancer-controller": {
    repository: "https://aws.github.io/eks-charts",
    version: "3.5.0",
    appVersion: "v3.5.0",
  },
  // The chart still defaults to an image of 1.35 that was withdrawn; cluster-autoscaler.ts names
  // this one of 2026-07-23. https://github.com/kubernetes/autoscaler/pull/10169
  "cluster-autoscaler": {
    repository: "https://kubernetes.github.io/autoscaler",
    version: "9.59.0",
    appVersion: "1.36.1",
  },
} as const satisfies Readonly<Record<string, PinnedChart>>;

/** Name of a chart that Slipway installs. */
export type ChartName = keyof typeof charts;
