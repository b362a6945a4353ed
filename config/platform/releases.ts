import { z } from "zod";
import { stackName } from "../values.ts";

export const releases = z
  .strictObject({
    after: z
      .array(stackName)
      .default([])
      .describe("Stacks in which a commit must have run before it is released here."),
  })
  .prefault({})
  .describe("Which way releases go; `slipway release` keeps to it.");
