import type { Mirror } from "../../../components/addons/mirror.ts";
import type { Inputs } from "../../support/recording.ts";

/** Nothing is mirrored. */
export const upstream: Mirror = { chartVersions: {}, imageTags: {} };

/** All images come from one registry, with the versions that are pinned. */
export const mirrored: Mirror = {
  charts: "oci://registry.example.com/charts",
  images: "registry.example.com/mirror",
  chartVersions: {},
  imageTags: {},
};

/** Every image that values name, wherever a chart looks for it. */
export function imagesOf(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(imagesOf);
  const entries = Object.entries(value as Inputs);
  return entries.flatMap(([key, inner]) => {
    if (key !== "image") return imagesOf(inner);
    const { registry, repository, image } = inner as Record<string, string | undefined>;
    return [[registry, repository ?? image].filter((part) => part !== undefined).join("/")];
  });
}
