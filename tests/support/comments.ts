import type { CommentArgs } from "../../delivery/comment.ts";
import type { StackChanges } from "../../plan/changes/stack-changes.ts";
import { changesOf, recordedChanges } from "./previews.ts";
import type { PreviewResource } from "./previews.ts";

/** Comments whose whole text is kept in tests/golden/comments, by name. */
export const goldenComments: Readonly<Record<string, () => Promise<CommentArgs>>> = {
  "no-change": async () => ({ stacks: [await recordedChanges("staging-none")] }),
  small: async () => ({
    stacks: [await recordedChanges("staging-release")],
    commits: new Map([
      [
        "staging",
        new Map([
          [
            "api",
            {
              backwards: false,
              commits: [
                {
                  sha: "0123456789abcdef0123456789abcdef01234567",
                  subject: "Drop names @everyone, fixes #1",
                },
                { sha: "89abcdef0123456789abcdef0123456789abcdef", subject: "Log less" },
              ],
              scripts: ["migrations/V3__drop_name.sql"],
            },
          ],
        ]),
      ],
    ]),
    head: "fedcba9876543210fedcba9876543210fedcba98",
  }),
  "first-deployment": async () => ({ stacks: [await recordedChanges("staging-first")] }),
  "500-resources": async () => ({ stacks: [await manyChanges(500)] }),
  "cluster-replaced": async () => ({ stacks: [await recordedChanges("staging-cluster-replaced")] }),
  "secrets-inside": async () => ({ stacks: [await recordedChanges("staging-secret")] }),
  "failed-preview": async () => ({ stacks: [await recordedChanges("staging-image-missing")] }),
  "protected-and-refused": async () => ({
    stacks: [await recordedChanges("production-protected")],
  }),
  "two-stacks": async () => ({
    stacks: [await recordedChanges("staging-none"), await recordedChanges("production-mixed")],
  }),
  "unicode-and-injection": hostileComment,
};

const hostileNames = [
  "<img src=x onerror=alert(1)>",
  "`code` ``more`` ```",
  "</details></summary><script>",
  "@octocat fixes #1 and owner/repo#2",
  "[link](https://evil.example) ![](https://evil.example/x.png)",
  "--> <!-- slipway: changes -->",
  "line one\nline two\n# title",
  "right\u202eto\u2066left",
  "naïve-日本語-🚀-𝒳",
  "| a | b |",
  "\ud800 alone",
];

/** Names that try to be markup, mentions, markers or invisible. */
export async function hostileComment(): Promise<CommentArgs> {
  const changes = hostileNames.map((name) => ({
    op: "update",
    name,
    before: { name, [name]: "old" },
    after: { name, [name]: name },
  }));
  return { stacks: [await changesOf(changes)] };
}

/** So many resources of all risks, half of them alike. */
export function manyChanges(count: number, alike = 2): Promise<StackChanges> {
  const resources = Array.from({ length: count }, (_, index): PreviewResource => {
    const name = `resource-with-a-rather-long-name-${String(index).padStart(4, "0")}`;
    const value = index % alike === 0 ? "same" : `value-${String(index)}-${"x".repeat(60)}`;
    const kind = kinds[index % kinds.length];
    if (kind === undefined) throw new Error("no kinds");
    const { type, op, path } = kind;
    const inputs = (text: string) => ({
      metadata: { name, namespace: "api" },
      [path]: { [`key-${String(index % 7)}`]: text, other: text },
    });
    return {
      op,
      type,
      name,
      ...(op === "create" ? {} : { before: inputs("old") }),
      ...(op === "delete" ? {} : { after: inputs(value) }),
      step: op === "replace" ? { detailedDiff: { [path]: { kind: "update-replace" } } } : {},
    };
  });
  return changesOf(resources);
}

const kinds = [
  { type: "kubernetes:core/v1:ConfigMap", op: "update", path: "data" },
  { type: "kubernetes:networking.k8s.io/v1:NetworkPolicy", op: "create", path: "spec" },
  { type: "kubernetes:apps/v1:Deployment", op: "update", path: "spec" },
  { type: "aws:rds/instance:Instance", op: "replace", path: "parameters" },
  { type: "aws:iam/role:Role", op: "update", path: "tags" },
  { type: "kubernetes:core/v1:Service", op: "delete", path: "spec" },
  { type: "aws:sqs/queue:Queue", op: "create", path: "tags" },
] as const;
