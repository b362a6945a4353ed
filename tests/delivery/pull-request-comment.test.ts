import assert from "node:assert/strict";
import { commentMarker } from "../../delivery/comment.ts";
import { GitHub, GitHubError } from "../../delivery/github.ts";
import { putComment } from "../../delivery/pull-request-comment.ts";
import { FakeGitHub } from "../support/fake-github.ts";
import type { Fault } from "../support/fake-github.ts";

const body = `${commentMarker}\n\n### Safe: nothing changes`;
const old = `${commentMarker}\n\nold`;

describe("the comment on GitHub", () => {
  let server: FakeGitHub;
  let github: GitHub;
  beforeEach(async () => {
    server = new FakeGitHub("comments");
    const apiUrl = await server.start();
    github = new GitHub({
      token: "secret-token",
      repository: "o/r",
      apiUrl,
      timeoutMilliseconds: 300,
      retryMilliseconds: 1,
    });
  });
  afterEach(() => server.stop());

  it("is made once, with the token", async () => {
    server.add("looks good");
    const posted = await putComment(github, 7, body);
    assert.equal(posted.action, "created");
    assert.deepEqual(
      server.posts.map((post) => post.body),
      ["looks good", body],
    );
    assert.ok(
      server.requests.every(({ authorization }) => authorization === "Bearer secret-token"),
    );
  });

  it("is edited in place, on whichever page it is", async () => {
    server.pageSize = 10;
    for (let index = 0; index < 95; index += 1) server.add(`remark ${String(index)}`);
    const ours = server.add(old);
    server.add("the last word");
    const posted = await putComment(github, 7, body);
    assert.deepEqual(posted, { action: "edited", url: ours.html_url });
    assert.equal(ours.body, body);
    assert.equal(server.posts.length, 97);
    assert.equal(server.methods.filter((method) => method === "GET").length, 10);
  });

  it("is the same one after any number of runs", async () => {
    for (const text of ["a", "b", "c"]) await putComment(github, 7, `${commentMarker}\n${text}`);
    assert.deepEqual(
      server.posts.map((post) => post.body),
      [`${commentMarker}\nc`],
    );
  });

  for (const login of ["stranger", "member", "other-app[bot]"])
    it(`leaves alone what ${login} writes, marker or not`, async () => {
      const theirs = server.add(old, { user: { login } });
      const quoted = server.add(`> ${commentMarker}`);
      assert.equal((await putComment(github, 7, body)).action, "created");
      assert.equal(theirs.body, old);
      assert.equal(quoted.body, `> ${commentMarker}`);
      assert.equal(server.posts.length, 3);
      assert.equal((await putComment(github, 7, body)).action, "edited");
    });

  for (const login of ["member", "our-app[bot]"])
    it(`edits what ${login} wrote with the same token`, async () => {
      server.login = login;
      server.add(old, { user: { login: "other-app[bot]" } });
      const ours = server.add(old);
      assert.equal((await putComment(github, 7, body)).action, "edited");
      assert.equal(ours.body, body);
    });

  it("asks whose the token is only where others wrote the marker", async () => {
    await putComment(github, 7, body);
    server.add(old, { user: { login: "member" } });
    await putComment(github, 7, body);
    assert.deepEqual(server.methods, ["GET", "POST", "GET", "PATCH"]);
  });

  it("asks a GitHub server of one's own at its own address", async () => {
    const own = new GitHub({ token: "t", repository: "o/r", apiUrl: `${server.url}/api/v3` });
    server.faults.push({ status: 200, answer: { data: { viewer: { login: "x" } } } });
    assert.equal(await own.login(), "x");
    assert.equal(server.requests[0]?.path, "/api/graphql");
  });

  const failures: readonly (readonly [string, Fault, RegExp])[] = [
    [
      "401",
      { status: 401, message: "Bad credentials" },
      /401 \(Bad credentials\): the token is not valid/,
    ],
    ["403", { status: 403 }, /403 \(fault\): the token may not do this: .*pull-requests: write/],
    ["404", { status: 404 }, /404 .*GITHUB_REPOSITORY/],
    ["422", { status: 422 }, /422 .*does not accept/],
    ...[301, 302, 307, 308].map(
      (status) =>
        [
          `a repository that was renamed (${String(status)})`,
          { status, headers: { location: "https://github.example/repositories/7" } },
          new RegExp(
            `^\\S+ \\S+: ${String(status)} \\(fault\\): moved to https://github\\.example/repositories/7: give the repository's present name \\(GITHUB_REPOSITORY\\)$`,
          ),
        ] as const,
    ),
    [
      "a rate limit that lasts",
      {
        status: 403,
        headers: { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "99999999999" },
      },
      /too many requests: try again later/,
    ],
    [
      "a long Retry-After",
      { status: 429, headers: { "retry-after": "3600" } },
      /429 .*too many requests/,
    ],
  ];
  for (const [what, fault, message] of failures)
    for (const method of ["GET", "PATCH"])
      it(`fails with one line for ${what} of ${method}, and changes nothing`, async () => {
        const ours = server.add(old);
        server.faults.push(...Array.from({ length: 4 }, () => ({ ...fault, method })));
        await assert.rejects(putComment(github, 7, body), (error: unknown) => {
          assert.ok(error instanceof GitHubError);
          assert.match(error.message, message);
          assert.doesNotMatch(error.message, /\n|secret-token/);
          return true;
        });
        assert.equal(ours.body, old);
      });

  for (const [what, fault] of [
    ["500", { status: 500 }],
    ["502 and Retry-After", { status: 502, headers: { "retry-after": "0" } }],
    ["429", { status: 429, headers: { "retry-after": "0" } }],
    ["a secondary rate limit", { status: 403, headers: { "retry-after": "0" } }],
    ["an answer that never comes", { status: 0, silence: "hang" }],
  ] as const)
    for (const method of ["GET", "PATCH"])
      it(`outlasts ${what} of ${method}`, async () => {
        const ours = server.add(old);
        server.faults.push({ ...fault, method });
        assert.equal((await putComment(github, 7, body)).action, "edited");
        assert.equal(ours.body, body);
        assert.equal(server.posts.length, 1);
      });

  it("asks once where a repository was renamed, and follows to no other host", async () => {
    const elsewhere = new FakeGitHub("comments");
    const location = `${await elsewhere.start()}/repos/o/new/issues/7/comments`;
    server.faults.push({ status: 301, headers: { location } });
    await assert.rejects(putComment(github, 7, body), /moved to /).finally(() => elsewhere.stop());
    assert.equal(server.requests.length, 1);
    assert.deepEqual(elsewhere.requests, []);
  });

  it("gives up after four attempts", async () => {
    server.faults.push(...Array.from({ length: 9 }, () => ({ status: 503 })));
    await assert.rejects(putComment(github, 7, body), /503 .*GitHub has a fault: try again later/);
    assert.equal(server.requests.length, 4);
  });

  for (const [what, fault] of [
    ["a fault that came after it was done", { status: 500, after: true }],
    ["a connection that hangs", { status: 0, silence: "hang" }],
  ] as const)
    it(`is not made twice for ${what}`, async () => {
      server.faults.push({ ...fault, method: "POST" });
      await assert.rejects(putComment(github, 7, body), GitHubError);
      assert.equal(server.methods.filter((method) => method === "POST").length, 1);
      const again = await putComment(github, 7, body);
      assert.equal(again.action, fault.status === 500 ? "edited" : "created");
      assert.equal(server.posts.length, 1);
    });

  it("is made again where a rate limit turned the first request away", async () => {
    server.faults.push({ method: "POST", status: 429, headers: { "retry-after": "0" } });
    await putComment(github, 7, body);
    assert.equal(server.posts.length, 1);
  });

  it("fails with one line where an answer breaks off or is no JSON", async () => {
    server.faults.push({ status: 0, silence: "cut" });
    await assert.rejects(putComment(github, 7, body), /the answer broke off/);
    assert.deepEqual(server.posts, []);
  });

  it("follows a next page to no other host", async () => {
    const elsewhere = new FakeGitHub("comments");
    const url = await elsewhere.start();
    server.faults.push({
      status: 200,
      headers: { link: `<${url}/steal>; rel="next"` },
      answer: [],
    });
    await assert
      .rejects(putComment(github, 7, body), /next page on another host/)
      .finally(() => elsewhere.stop());
    assert.deepEqual(elsewhere.requests, []);
  });

  it("fails with one line where nobody listens", async () => {
    const nobody = new GitHub({
      token: "t",
      repository: "o/r",
      apiUrl: "http://127.0.0.1:9",
      retryMilliseconds: 1,
    });
    await assert.rejects(putComment(nobody, 7, body), /^GitHubError: |no answer/);
  });

  for (const [repository, apiUrl] of [
    ["o", undefined],
    ["o/r/../x", undefined],
    ["o/r", "no url"],
    ["o/r", "file:///etc/passwd"],
  ] as const)
    it(`refuses repository ${repository} at ${apiUrl ?? "GitHub"}`, () => {
      assert.throws(
        () => new GitHub({ token: "t", repository, ...(apiUrl === undefined ? {} : { apiUrl }) }),
        GitHubError,
      );
    });
});
