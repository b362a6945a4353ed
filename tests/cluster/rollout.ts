import { demoOf } from "./platform.ts";
import type { Edit } from "./platform.ts";

/**
 * Two pods of an application that ends at SIGTERM without a pause of its own: what keeps requests
 * alive is the platform's pause alone, by default long enough for ingress-nginx.
 */
export function release(sha: string, preStopSeconds?: number): Edit {
  return (config) => {
    const demo = demoOf(config);
    demo.image.sha = sha;
    demo.env = { DRAIN_SECONDS: "0" };
    demo.replicas = { min: 2, max: 2 };
    demo.resources = { ...demo.resources, cpu: "100m" };
    demo.rollout = { ...demo.rollout, preStopSeconds };
  };
}
