import { charts } from "./charts.ts";
import type { ChartName, PinnedChart } from "./charts.ts";

/** Where charts and images come from, where not from their projects' own registries. */
export interface Mirror {
  /**
   * `oci://` prefix under which every chart is found by its name.
   * @default the projects' own repositories
   */
  readonly charts?: string | undefined;
  /**
   * Registry, with a path if need be, in place of the public ones.
   * @default the public registries
   */
  readonly images?: string | undefined;
  /** Versions of charts that differ from the pinned ones, by chart. */
  readonly chartVersions: Readonly<Record<string, string>>;
  /** Tags of images outside charts that differ, by repository without its host. */
  readonly imageTags: Readonly<Record<string, string>>;
}

/** A chart as a Helm release names it. */
export interface ResolvedChart {
  /** Name in the repository of `repositoryOpts`, or a whole `oci://` address. */
  readonly chart: string;
  readonly version: string;
  readonly repositoryOpts?: { readonly repo: string };
  /** Whether the image digests that Slipway and the chart know belong to this version. */
  readonly digestsPinned: boolean;
}

/** Finds a chart in the mirror, or where its project publishes it. */
export function resolveChart(name: ChartName, mirror: Mirror): ResolvedChart {
  const { repository, version }: PinnedChart = charts[name];
  const replaced = mirror.chartVersions[name];
  const rest = {
    version: replaced ?? version,
    digestsPinned: replaced === undefined,
  };
  if (mirror.charts !== undefined) return { chart: `${mirror.charts}/${name}`, ...rest };
  return repository.startsWith("oci://")
    ? { chart: `${repository}/${name}`, ...rest }
    : { chart: name, repositoryOpts: { repo: repository }, ...rest };
}

/** Puts the mirror's registry in place of the host of an image's repository. */
export function resolveImage(image: string, mirror: Mirror): string {
  const { registry, repository } = resolveImageParts(image, mirror);
  return `${registry}/${repository}`;
}

/** The same for an image with a tag, which the mirror may hold under another one. */
export function resolveTaggedImage(image: string, mirror: Mirror): string {
  const colon = image.lastIndexOf(":");
  const { registry, repository } = resolveImageParts(image.slice(0, colon), mirror);
  const tag = mirror.imageTags[repository] ?? image.slice(colon + 1);
  return `${registry}/${repository}:${tag}`;
}

/** The same in two parts, for charts that ask for the registry apart from the repository. */
export function resolveImageParts(
  image: string,
  mirror: Mirror,
): { readonly registry: string; readonly repository: string } {
  const slash = image.indexOf("/");
  const first = image.slice(0, Math.max(slash, 0));
  const hasHost = /[.:]/.test(first) || first === "localhost";
  return {
    registry: mirror.images ?? (hasHost ? first : "docker.io"),
    repository: hasHost ? image.slice(slash + 1) : image,
  };
}

/**
 * Digest for a chart's image: the pinned one, or an empty text, which makes the chart drop the one
 * it has by default, where the mirror holds another version.
 */
export function resolveDigest(name: ChartName, mirror: Mirror): string | undefined {
  const { digest }: PinnedChart = charts[name];
  return resolveChart(name, mirror).digestsPinned ? digest : "";
}
