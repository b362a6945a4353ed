import * as pulumi from "@pulumi/pulumi";
import { readValues } from "../config.ts";
import { describeProblems } from "../config/parse.ts";
import { lostNames, renderProblem, shapeProblems } from "../config/problems.ts";
import type { Problem } from "../config/problems.ts";
import { ruleFindings } from "./rules.ts";
import { configuration } from "./schema.ts";
import type { Configuration } from "./schema.ts";

const prefix = "slipway-bootstrap";

/**
 * Reads `slipway-bootstrap:*` of the stack's file.
 *
 * @throws pulumi.RunError with all mistakes at once.
 */
export function readConfiguration(stack: string): Configuration {
  const { values, secretKeys } = readValues(prefix);
  const result = configuration.safeParse(values);
  const problems: readonly Problem[] = [
    ...secretKeys.map((key) => ({
      path: [key],
      got: "encrypted",
      remedy: "write it in plain text: nothing here is secret",
    })),
    ...(result.success
      ? ruleFindings(result.data)
      : shapeProblems(configuration, values, result.error.issues)
    ).filter(({ path }) => !secretKeys.includes(String(path[0]))),
    ...lostNames(values),
  ];
  if (result.success && problems.length === 0) return result.data;
  const lines = new Set(problems.map((problem) => renderProblem(problem, prefix)));
  throw new pulumi.RunError(describeProblems([...lines], stack));
}
