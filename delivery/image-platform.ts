import { z } from "zod";
import type { Configuration } from "../config/schema.ts";

/** Processors of a stack's nodes as images name them; empty where the nodes aren't known. */
export function platformsOf({ cluster }: Pick<Configuration, "cluster">): string[] {
  if (cluster.type !== "eks") return [];
  // The built-in pools of EKS Auto Mode that take applications have x86 nodes.
  if (cluster.compute.type === "autoMode") return ["linux/amd64"];
  const groups = Object.values(cluster.compute.nodeGroups);
  return [
    ...new Set(
      groups.map(({ architecture }) => (architecture === "arm64" ? "linux/arm64" : "linux/amd64")),
    ),
  ].sort();
}

/** What a manifest says of platforms. */
export type ManifestPlatforms =
  | { readonly type: "index"; readonly platforms: readonly string[] }
  | { readonly type: "image"; readonly configDigest: string };

const platform = z.object({ os: z.string(), architecture: z.string() });
const index = z.object({ manifests: z.array(z.object({ platform: platform.optional() })) });
const image = z.object({ config: z.object({ digest: z.string() }) });

/** Reads an image's manifest: of several platforms, or of one, whose configuration names it. */
export function manifestPlatforms(manifest: unknown): ManifestPlatforms | undefined {
  const several = index.safeParse(manifest);
  if (several.success)
    return {
      type: "index",
      platforms: several.data.manifests.flatMap((entry) =>
        // Attestations stand in the index as an unknown platform.
        entry.platform === undefined || entry.platform.os === "unknown"
          ? []
          : [nameOf(entry.platform)],
      ),
    };
  const one = image.safeParse(manifest);
  return one.success ? { type: "image", configDigest: one.data.config.digest } : undefined;
}

/** The platform that an image's configuration names. */
export function configPlatform(configuration: unknown): string | undefined {
  const parsed = platform.safeParse(configuration);
  return parsed.success ? nameOf(parsed.data) : undefined;
}

function nameOf({ os, architecture }: z.output<typeof platform>): string {
  return `${os}/${architecture}`;
}
