import { at, fieldsOf } from "./read.ts";
import type { Rule } from "./rule.ts";

/** What the API server takes: https://kubernetes.io/docs/concepts/configuration/configmap/ */
const mostData = 1024 * 1024;
/** Of names and values together. */
const mostAnnotations = 256 * 1024;

const dataFields: Readonly<Record<string, readonly string[]>> = {
  "kubernetes:core/v1:ConfigMap": ["data", "binaryData"],
  "kubernetes:core/v1:Secret": ["data", "stringData"],
};

const bytesOf = (value: unknown): number =>
  typeof value === "string" ? Buffer.byteLength(value) : 0;

export const sizeRules: readonly Rule[] = [
  {
    name: "object-fits",
    description:
      "Data and annotations are no larger than the API server takes, which would refuse them in the middle of an update (F29).",
    tags: ["F29"],
    enforcementLevel: "mandatory",
    validateResource: ({ type, props }, report) => {
      if (!type.startsWith("kubernetes:")) return;
      const annotations = Object.entries(fieldsOf(at(props, "metadata", "annotations")));
      const annotated = annotations.reduce(
        (sum, [key, value]) => sum + bytesOf(key) + bytesOf(value),
        0,
      );
      if (annotated > mostAnnotations)
        report(
          `metadata.annotations have ${bytes(annotated)}: at most ${bytes(mostAnnotations)} are allowed`,
        );
      const held = (dataFields[type] ?? [])
        .flatMap((field) => Object.values(fieldsOf(at(props, field))))
        .reduce<number>((sum, value) => sum + bytesOf(value), 0);
      if (held > mostData)
        report(`data have ${bytes(held)}: at most ${bytes(mostData)} are allowed`);
    },
  },
];

function bytes(count: number): string {
  return `${count.toLocaleString("en-US")} bytes`;
}
