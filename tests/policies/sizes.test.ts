import { sizeRules } from "../../policies/rules/sizes.ts";
import { configMap, ingress } from "./kubernetes-fixtures.ts";
import { change, testRules, type CasesByRule } from "./support.ts";

const half = "é".repeat(256 * 1024);

export const cases: CasesByRule = {
  "object-fits": {
    passes: {
      "one MiB of data": [change(configMap, "data", { a: half, b: half })],
      "256 KiB of annotations": [
        change(ingress, "metadata.annotations", { a: "x".repeat(262143) }),
      ],
      "values that are no text": [change(configMap, "data", { a: undefined })],
    },
    fails: {
      "one byte more of data, binary or not": [
        [change(change(configMap, "data", { a: half, b: half }), "binaryData", { c: "x" })],
        "data have 1,048,577 bytes: at most 1,048,576 bytes are allowed",
      ],
      "one byte more of a secret": [
        [
          change({ ...configMap, type: "kubernetes:core/v1:Secret" }, "data", {
            a: `${half}${half}x`,
          }),
        ],
        "data have 1,048,577 bytes: at most 1,048,576 bytes are allowed",
      ],
      "one byte more of annotations, names counted": [
        [change(ingress, "metadata.annotations", { ab: "x".repeat(262143) })],
        "metadata.annotations have 262,145 bytes: at most 262,144 bytes are allowed",
      ],
    },
  },
};

testRules(sizeRules, cases);
