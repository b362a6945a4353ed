import { serves } from "../../config/route-paths.ts";
import type { ApplicationConfiguration, Configuration } from "../../config/schema.ts";

/** One public host of an application, and what is asked of it. */
export interface SmokeTarget {
  readonly app: string;
  readonly host: string;
  /** Path that answers while the application is well. */
  readonly health: string;
  /** Path of its OpenAPI document. */
  readonly apiDocs?: string;
}

export interface SmokeTargets {
  readonly targets: readonly SmokeTarget[];
  /** Wildcard hosts, of which no name is known that the application answers to. */
  readonly wildcards: readonly { readonly app: string; readonly host: string }[];
}

/** Every public host of a stack's applications. */
export function smokeTargets({ apps }: Pick<Configuration, "apps">): SmokeTargets {
  const hosts = Object.entries(apps).flatMap(([app, settings]) =>
    (settings.route?.hosts ?? []).map((host) => ({ app, host, settings })),
  );
  return {
    targets: hosts
      .filter(({ host }) => !isWildcard(host))
      .map(({ app, host, settings }) => {
        const { apiDocs } = settings.smoke;
        return {
          app,
          host,
          health: healthPath(settings),
          ...(apiDocs === undefined ? {} : { apiDocs }),
        };
      }),
    wildcards: hosts.filter(({ host }) => isWildcard(host)).map(({ app, host }) => ({ app, host })),
  };
}

function isWildcard(host: string): boolean {
  return host.startsWith("*.");
}

/** What is asked for, else what Kubernetes asks where the route serves it, else the route's first path. */
function healthPath({ smoke, health, route }: ApplicationConfiguration): string {
  const { probe } = health.readiness;
  const paths = route?.paths ?? ["/"];
  if (smoke.health !== undefined) return smoke.health;
  return probe.type === "http" && serves(paths, probe.path) ? probe.path : (paths[0] ?? "/");
}
