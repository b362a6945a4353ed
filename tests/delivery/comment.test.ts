import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { commentMarker, longestBody, renderComment } from "../../delivery/comment.ts";
import type { Detail } from "../../delivery/change-groups.ts";
import { stackSection } from "../../delivery/stack-section.ts";
import type { Details } from "../../delivery/stack-section.ts";
import { risks } from "../../plan/changes/change.ts";
import { failedPreview } from "../../plan/changes/from-preview.ts";
import type { StackChanges } from "../../plan/changes/stack-changes.ts";
import { goldenComments, hostileComment, manyChanges } from "../support/comments.ts";
import { root } from "../support/plans.ts";
import { changesOf, recordedChanges } from "../support/previews.ts";

const golden = join(root, "tests", "golden", "comments");
const parts = [...risks, "policies", "warnings"] as const;

describe("the comment on a pull request", () => {
  for (const [name, args] of Object.entries(goldenComments))
    it(`reads as reviewed: ${name}`, async () => {
      const file = join(golden, `${name}.md`);
      assert.ok(existsSync(file), "run npm run golden and review the new file");
      assert.equal(`${renderComment(await args())}\n`, readFileSync(file, "utf8"));
    });

  it("has no golden file that nothing renders", () => {
    const files = readdirSync(golden).map((file) => file.replace(/\.md$/, ""));
    assert.deepEqual(files.sort(), Object.keys(goldenComments).sort());
  });

  const summaryOf = (...stacks: StackChanges[]) => renderComment({ stacks }).split("\n")[2];

  it("says safe where nothing but a release happens", async () => {
    const stack = await changesOf([
      {
        op: "update",
        type: "kubernetes:apps/v1:Deployment",
        name: "api",
        before: { metadata: { labels: labels("aaaaaaa") } },
        after: { metadata: { labels: labels("bbbbbbb") } },
      },
    ]);
    assert.equal(
      summaryOf({ ...stack, whole: undefined }),
      "### Safe: `staging` releases `api` `bbbbbbb`",
    );
  });

  it("names the worst thing of all stacks in plain words", async () => {
    const summary = summaryOf(
      await recordedChanges("staging-none"),
      await recordedChanges("staging-cluster-replaced"),
    );
    assert.match(
      summary ?? "",
      /^### `staging` deletes and makes anew the cluster `slipway-staging-eu-west-1` and loses everything that runs in it/,
    );
  });

  it("takes one line for a stack without changes", async () => {
    const lines = renderComment({
      stacks: [await recordedChanges("staging-release"), await recordedChanges("staging-none")],
    }).split("\n");
    assert.equal(lines.filter((line) => /no changes/.test(line)).length, 1);
    assert.match(lines.at(-1) ?? "", /^\*\*`staging`\*\*: no changes · about [\d.]+ USD a month$/);
  });

  const offline = { type: "offline", against: "main", packagesDiffer: false } as const;

  it("never calls a change of packages safe, which an offline plan doesn't show", async () => {
    const none = await changesOf([{ op: "same", name: "queue", before: {}, after: {} }]);
    const source = { ...offline, packagesDiffer: true };
    assert.equal(
      renderComment({ stacks: [{ ...none, source, whole: undefined }] }),
      [
        commentMarker,
        "### `staging` gets other packages, and an offline plan can't tell what they change",
        "**This is an offline plan**: it compares the program with that of `main` without credentials. What is deployed is not known to it, and it may miss a replacement that only a provider knows of.",
        "**Packages change** (`package-lock.json`): the plan of `main` was made with the new ones, too, so that what they change is not shown.",
        "**`staging`**: gets other packages, and an offline plan can't tell what they change",
      ].join("\n\n"),
    );
  });

  it("says that it is an offline plan", async () => {
    const changes = await changesOf([{ op: "create", name: "queue", after: {} }]);
    const body = renderComment({
      stacks: [{ ...changes, source: offline }],
    });
    assert.match(
      body,
      /\*\*This is an offline plan\*\*: it compares the program with that of `main`/,
    );
  });

  it("says which facts a preview without --show-sames lacks", async () => {
    const changes = await changesOf([{ op: "create", name: "queue", after: {} }], {
      changeSummary: { same: 9 },
    });
    assert.match(
      renderComment({ stacks: [changes] }),
      /9 unchanged · policies, warnings and cost unknown/,
    );
  });

  it("keeps the end of a long log and says how much is before it", () => {
    const log = `${"noise\n".repeat(5000)}the reason`;
    const body = renderComment({ stacks: [failedPreview("staging", log)] });
    assert.match(body, /the reason\n```/);
    assert.match(body, /[\d,]+ characters before them are in the log of the run/);
    assert.ok(body.length < 8000);
  });

  describe("of 1,000 changed resources", () => {
    for (const [what, alike] of [
      ["alike in part", 2],
      ["none of them alike", 1_000_000],
    ] as const)
      it(`is rendered in at most half a second and fits, ${what}`, async () => {
        const changes = await manyChanges(1000, alike);
        const started = process.cpuUsage();
        const body = renderComment({ stacks: [changes] });
        // Processor time: other work on the machine must not decide.
        const milliseconds = process.cpuUsage(started).user / 1000;
        assert.ok(body.length <= longestBody, `${String(body.length)} characters`);
        assert.ok(milliseconds <= 500, `${milliseconds.toFixed(0)} ms`);
        // Whatever is grouped, every change counts.
        assert.equal(
          titleCounts(body).reduce((sum, count) => sum + count, 0),
          1000,
        );
        // What is lost is told one by one for the longest.
        const losses = changes.changes.filter(({ risk }) => risk === "loss");
        assert.ok(
          losses.every(({ name }) => body.includes(name)),
          "a loss is not named",
        );
      });

    it("counts every change even where nothing but counts fits", async () => {
      const changes = await manyChanges(1000, 1_000_000);
      const stacks = Array.from({ length: 40 }, (_, index) => ({
        ...changes,
        stack: `stack-${String(index)}`,
      }));
      const body = renderComment({ stacks });
      assert.ok(body.length <= longestBody);
      assert.equal(
        titleCounts(body).reduce((sum, count) => sum + count, 0),
        40_000,
      );
    });

    it("keeps the counts of policies and warnings where nothing but counts fits", async () => {
      const changes = await recordedChanges("staging-cluster-replaced");
      const noisy = { ...changes, notices: ["deprecated", "slow"] };
      const details = (detail: Detail) =>
        Object.fromEntries(parts.map((part) => [part, detail])) as Details;
      for (const detail of [0, 1, 2, 3, 4] as const) {
        const section = stackSection(noisy, new Map(), details(detail));
        assert.match(section, /<summary>Warnings: \d+ new, \d+ as before<\/summary>/);
        assert.match(section, /<summary>Policies: 1 refuse, /);
      }
      const warnings = (changes.whole?.warnings.length ?? 0) + 2;
      assert.match(
        stackSection(noisy, new Map(), details(3)),
        new RegExp(`- ${String(warnings)} warnings of \\d+ kinds`),
      );
    });

    it("fits for more stacks than anybody has", async () => {
      const changes = await recordedChanges("staging-cluster-replaced");
      const stacks = Array.from({ length: 300 }, (_, index) => ({
        ...changes,
        stack: `s${String(index)}`,
      }));
      assert.ok(renderComment({ stacks }).length <= longestBody);
    });
  });

  it("is no way in for what stands in names", async () => {
    const body = renderComment(await hostileComment());
    const outside = withoutCode(body);
    assert.ok(body.split(commentMarker).length > 2, "a name has the marker in it");
    assert.doesNotMatch(outside, /octocat|evil|script|onerror|#1/);
    assert.equal((outside.match(/<!--/g) ?? []).length, 1);
    assert.doesNotMatch(body, /[\u202e\u2066]/);
    assert.match(body, /naïve-日本語-🚀-𝒳/);
  });
});

function labels(sha: string): Record<string, string> {
  return {
    "app.kubernetes.io/managed-by": "slipway",
    "app.kubernetes.io/name": "api",
    "app.kubernetes.io/version": sha,
  };
}

/** How many changes the titles of all collapsed parts speak of; policies and warnings are none. */
function titleCounts(body: string): number[] {
  return [...body.matchAll(/<summary>(?!Policies|Warnings)[^<]*?: ([\d,]+)<\/summary>/g)].map(
    ([, count = "0"]) => Number(count.replaceAll(",", "")),
  );
}

/** What GitHub reads as Markdown or HTML: everything outside of code spans, per paragraph. */
function withoutCode(body: string): string {
  return body.replace(/(?<!`)(`+)(?!`)(?:(?!\n\n)[\s\S])*?(?<!`)\1(?!`)/g, "");
}
