import { z } from "zod";
import { httpPath } from "../values.ts";

export const smoke = z
  .strictObject({
    health: httpPath
      .optional()
      .describe(
        "Path that answers with a status below 400. Default: that of `health.readiness` where the route serves it, else the route's first.",
      ),
    apiDocs: httpPath
      .optional()
      .describe(
        "Path of the API's documentation, an OpenAPI document in JSON or YAML, such as /v3/api-docs.",
      ),
  })
  .prefault({});
