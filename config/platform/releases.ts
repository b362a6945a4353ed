import { z } from "zod";
import { stackName } from "../values.ts";

export const releases = z
  .strictObject({
    after: z
      .array(stackName)
      .default([])
      .describe("Stacks whose smoke test a commit must have passed before it is released here."),
  })
  .prefault({})
  .describe("Which way releases go; `slipway release` keeps to it.");
