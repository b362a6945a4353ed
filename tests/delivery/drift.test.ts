import assert from "node:assert/strict";
import { keepDriftIssue } from "../../delivery/drift-issue.ts";
import { driftMarker, driftReport } from "../../delivery/drift-report.ts";
import { GitHub, GitHubError } from "../../delivery/github.ts";
import { failedPreview } from "../../plan/changes/from-preview.ts";
import { manyChanges } from "../support/comments.ts";
import { FakeGitHub } from "../support/fake-github.ts";
import { changesOf, recordedChanges } from "../support/previews.ts";

describe("the issue on drift", () => {
  let server: FakeGitHub;
  let github: GitHub;
  beforeEach(async () => {
    server = new FakeGitHub("issues");
    const apiUrl = await server.start();
    github = new GitHub({ token: "t", repository: "o/r", apiUrl, retryMilliseconds: 1 });
  });
  afterEach(() => server.stop());

  it("is opened, brought up to date and closed: one issue for one drift", async () => {
    const [drifted, settled] = [
      await recordedChanges("staging-drift"),
      await recordedChanges("staging-none"),
    ];
    assert.deepEqual(await keepDriftIssue(github, [settled]), { action: "none" });
    assert.equal((await keepDriftIssue(github, [drifted])).action, "opened");
    const [issue] = server.posts;
    assert.equal(issue?.title, "Drift: staging");
    assert.match(issue.body, /"0\.0\.0\.0\/0"\]` → `\["203\.0\.113\.0\/24"\]`/);
    assert.match(issue.body, /- is missing: `Service` `api\/api`/);
    assert.equal((await keepDriftIssue(github, [drifted, settled])).action, "updated");
    assert.equal((await keepDriftIssue(github, [settled])).action, "closed");
    assert.equal(issue.state, "closed");
    assert.deepEqual(await keepDriftIssue(github, [settled]), { action: "none" });
    assert.equal(server.posts.length, 1);
    assert.equal((await keepDriftIssue(github, [drifted])).action, "opened");
    assert.deepEqual(
      server.posts.map(({ state }) => state),
      ["closed", "open"],
    );
  });

  it("is found behind other issues and apart from pull requests and strangers", async () => {
    server.pageSize = 10;
    for (let index = 0; index < 35; index += 1) server.add(`wish ${String(index)}`);
    server.add(driftMarker, { pull_request: {} });
    server.add(driftMarker, { user: { login: "stranger" } });
    const ours = server.add(driftMarker);
    await keepDriftIssue(github, [await recordedChanges("staging-drift")]);
    assert.match(ours.body, /is missing/);
    assert.equal(server.posts.length, 38);
  });

  it("stays open while a stack can't be checked, and says why", async () => {
    const failed = failedPreview("production", "error: no credentials");
    await keepDriftIssue(github, [await recordedChanges("staging-none"), failed]);
    assert.match(
      server.posts[0]?.body ?? "",
      /`production`: could not be checked\n\n```text\nerror: no credentials/,
    );
    await keepDriftIssue(github, [failed]);
    assert.equal(server.posts[0]?.state, "open");
  });

  it("fails with one line and leaves the issue as it is", async () => {
    const ours = server.add(driftMarker);
    server.faults.push({ method: "PATCH", status: 403 });
    await assert.rejects(
      keepDriftIssue(github, [await recordedChanges("staging-drift")]),
      (error: unknown) => error instanceof GitHubError && /issues: write/.test(error.message),
    );
    assert.equal(ours.body, driftMarker);
  });

  it("fits GitHub's limit with 1,000 resources, and shows no secret", async () => {
    const many = driftReport([await manyChanges(1000, 1_000_000)]);
    assert.ok(many.body.length <= 65_536, String(many.body.length));
    const secret = await changesOf([
      { op: "update", name: "q", before: { password: "canary" }, after: { password: "x" } },
    ]);
    assert.doesNotMatch(driftReport([secret]).body, /canary/);
  });

  it("has a title without markup", async () => {
    const changes = { ...(await recordedChanges("staging-drift")), stack: "a<b>@c`d" };
    assert.equal(driftReport([changes]).title, "Drift: a?b?c?d");
  });
});
