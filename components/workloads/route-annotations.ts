/** What browsers of other origins may do. */
export interface Cors {
  readonly allowOrigins: readonly string[];
  readonly allowMethods: readonly string[];
  readonly allowHeaders: readonly string[];
  readonly allowCredentials: boolean;
  readonly maxAgeSeconds: number;
}

/** The part of a route that controllers read from annotations. */
export interface RouteOptions {
  /** Browsers of which origins may call. @default none but the application's own */
  readonly cors?: Cors;
  /** Largest request body in MiB. Only ingress-nginx. @default the controller's */
  readonly maxBodyMib?: number;
  /** Who may call. Only ingress-nginx. @default everybody */
  readonly allowedCidrs?: readonly string[];
  /** Limit for one client address. Only ingress-nginx. @default none */
  readonly requestsPerSecond?: number;
  /** How long a response may take. Only ingress-nginx. @default the controller's */
  readonly responseTimeoutSeconds?: number;
}

const prefix = "nginx.ingress.kubernetes.io/";

/** Annotations that ingress-nginx and Traefik honour alike. */
export const portableAnnotations: readonly string[] = [
  "ssl-redirect",
  "enable-cors",
  "cors-allow-origin",
  "cors-allow-methods",
  "cors-allow-headers",
  "cors-allow-credentials",
  "cors-max-age",
].map((name) => prefix + name);

/** Annotations that Traefik would drop without a word; configuration refuses them there. */
export const ingressNginxOnly: readonly string[] = [
  "proxy-body-size",
  "whitelist-source-range",
  "limit-rps",
  "proxy-read-timeout",
  "proxy-send-timeout",
].map((name) => prefix + name);

/** Annotations of a route's Ingress: portable ones, and others only where an option asks for them. */
export function routeAnnotations(route: RouteOptions): Record<string, string> {
  const { cors, maxBodyMib, allowedCidrs, requestsPerSecond, responseTimeoutSeconds } = route;
  const annotations: Record<string, string | undefined> = {
    "ssl-redirect": "true",
    ...(cors === undefined
      ? {}
      : {
          "enable-cors": "true",
          "cors-allow-origin": cors.allowOrigins.join(","),
          "cors-allow-methods": cors.allowMethods.join(","),
          "cors-allow-headers": cors.allowHeaders.join(","),
          "cors-allow-credentials": String(cors.allowCredentials),
          "cors-max-age": String(cors.maxAgeSeconds),
        }),
    "proxy-body-size": maxBodyMib === undefined ? undefined : `${String(maxBodyMib)}m`,
    "whitelist-source-range": allowedCidrs?.join(","),
    "limit-rps": requestsPerSecond?.toString(),
    "proxy-read-timeout": responseTimeoutSeconds?.toString(),
    "proxy-send-timeout": responseTimeoutSeconds?.toString(),
  };
  return Object.fromEntries(
    Object.entries(annotations).flatMap(([name, value]) =>
      value === undefined ? [] : [[prefix + name, value]],
    ),
  );
}
