import { z } from "zod";

export const mirror = z
  .strictObject({
    charts: z
      .string()
      .regex(/^oci:\/\/[^\s/]+(?:\/[^\s/]+)*$/, {
        error: "give an OCI prefix such as oci://registry.example.com/charts",
      })
      .optional()
      .describe("Prefix under which every Helm chart is found by its name."),
    images: z
      .string()
      .regex(/^[a-z0-9.-]+(?::\d+)?(?:\/[a-z0-9._-]+)*$/, {
        error: "give a registry such as registry.example.com/mirror",
      })
      .optional()
      .describe("Registry put in place of the public ones; the path behind the host stays."),
    chartVersions: z
      .record(
        z.string(),
        z.string().regex(/^v?\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.-]+)?$/, {
          error: "give an exact version such as 4.15.1",
        }),
      )
      .default({})
      .describe(
        "Versions that the mirror holds, by chart, where they differ; image digests are then the mirror's affair.",
      ),
    imageTags: z
      .record(
        z.string(),
        z.string().regex(/^[\w][\w.-]{0,127}$/, { error: "give the tag of an image" }),
      )
      .default({})
      .describe(
        "Tags of images used outside charts where they differ, by repository without host (`flyway/flyway`).",
      ),
  })
  .prefault({})
  .describe(
    "Where charts and images come from, if not from their projects: for networks without internet, pull-through caches and tests.",
  );
