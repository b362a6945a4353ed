/** How one version of Traefik's chart spells what others spell differently. */
export interface TraefikSpelling {
  /** Key under `providers` of the provider that is compatible with ingress-nginx. */
  readonly ingressNginxProvider: string;
  /** Values that versions need in which the provider was an experiment. */
  readonly experimental: Record<string, unknown>;
  /** Whether it refuses request bodies above 1 MiB by itself, as ingress-nginx does. */
  readonly limitsBodies: boolean;
  /** Values of both logs: JSON, with the headers that are named. */
  logs(headers: readonly string[]): Record<string, unknown>;
}

/**
 * The spelling of a chart's version: 39 ended the experiment, 40 renamed the provider and brought
 * Traefik 3.7 with its limit of bodies, 41 moved the fields of the logs.
 * https://github.com/traefik/traefik-helm-chart/releases/tag/v40.0.0
 * https://github.com/traefik/traefik-helm-chart/tree/master/hack/migrate
 * https://github.com/traefik/traefik/pull/12459
 */
export function traefikSpelling(version: string): TraefikSpelling {
  const major = Number.parseInt(version.replace(/^v/, ""), 10);
  return {
    ingressNginxProvider: major < 40 ? "kubernetesIngressNginx" : "kubernetesIngressNGINX",
    experimental: major < 39 ? { experimental: { kubernetesIngressNginx: true } } : {},
    limitsBodies: major >= 40,
    logs: major < 41 ? logsBefore41 : logs,
  };
}

function logs(headers: readonly string[]): Record<string, unknown> {
  return {
    log: { level: "INFO", format: "json" },
    accessLog: {
      enabled: true,
      format: "json",
      fields: { headers: { defaultMode: "drop", names: kept(headers) } },
    },
  };
}

function logsBefore41(headers: readonly string[]): Record<string, unknown> {
  return {
    logs: {
      general: { level: "INFO", format: "json" },
      access: {
        enabled: true,
        format: "json",
        fields: { headers: { defaultmode: "drop", names: kept(headers) } },
      },
    },
  };
}

function kept(headers: readonly string[]): Record<string, string> {
  return Object.fromEntries(headers.map((header) => [header, "keep"]));
}
