import assert from "node:assert/strict";
import { runJob } from "../support/run-job.ts";
import { Sandbox } from "../support/sandbox.ts";
import { jobOf } from "../support/workflow.ts";

const sha = "c".repeat(40);
const key = /slipway\/api\n\s+sha: (\w+)/;

describe("release.yml", () => {
  let sandbox: Sandbox;
  let bare: string;
  beforeEach(() => {
    sandbox = new Sandbox();
    bare = sandbox.remote("org/slipway");
    sandbox.fake(
      "gh",
      `case "$*" in "pr list"*) : ;; "pr create"*) echo https://github.com/pull/9 ;; esac`,
    );
    slipway();
  });
  afterEach(() => {
    sandbox.close();
  });

  /** `release` writes the commit into the stack file and commits it, if it is another. */
  const slipway = (more = "true") => {
    sandbox.fake(
      "slipway",
      `current=$(sed -n "/slipway\\/$3$/{n;s/.*sha: //p}" "Pulumi.$2.yaml")
[ "$current" = "$4" ] && exit 0
sed -i "/slipway\\/$3$/{n;s/$current/$4/}" "Pulumi.$2.yaml"
${more}
git commit --quiet --all --message "$2: release $3 $4"`,
    );
  };
  const release = (inputs: Readonly<Record<string, string>> = {}) =>
    runJob(jobOf("release", "release"), sandbox, {
      github: { repository: "org/api", server_url: "https://github.com", run_id: "7" },
      inputs: {
        platform: "org/slipway",
        stack: "staging",
        app: "api",
        sha,
        how: "push",
        ...inputs,
      },
    });
  const remote = (...args: string[]) => sandbox.git("--git-dir", bare, ...args);

  it("pushes one commit to main that changes one line", () => {
    const { result, log } = release();
    assert.equal(result, "success", log);
    assert.equal(
      remote("log", "--format=%s", "main").split("\n")[0],
      `staging: release api ${sha}`,
    );
    assert.equal(remote("diff", "--numstat", "main^", "main"), "1\t1\tPulumi.staging.yaml");
    assert.ok(sandbox.calls.includes(`slipway release staging api ${sha} --commit --offline`));
  });

  it("proposes a pull request, leaving main as it is", () => {
    const before = remote("rev-parse", "main");
    const { result, log } = release({ stack: "production", how: "propose" });
    assert.equal(result, "success", log);
    assert.equal(remote("rev-parse", "main"), before);
    assert.equal(
      key.exec(remote("show", "release/production-api:Pulumi.production.yaml"))?.[1],
      sha,
    );
    assert.match(
      sandbox.calls.at(-1) ?? "",
      /^gh pr create --repo org\/slipway --base main --head release\/production-api --title production: release api cccccccccccc /,
    );
  });

  it("renews the pull request that is open for the application", () => {
    sandbox.fake("gh", `case "$*" in "pr list"*) echo https://github.com/pull/8 ;; esac`);
    release({ how: "propose" });
    const { log } = release({ how: "propose", sha: "e".repeat(40) });
    assert.match(log, /::notice::https:\/\/github\.com\/pull\/8/);
    assert.ok(!sandbox.calls.some((call) => call.startsWith("gh pr create")));
    assert.equal(
      key.exec(remote("show", "release/staging-api:Pulumi.staging.yaml"))?.[1],
      "e".repeat(40),
    );
  });

  it("takes another release's commit first when main has moved meanwhile", () => {
    const other = "d".repeat(40);
    // The other one is pushed between this one's fetch and its push, once.
    slipway(`if [ ! -e "${sandbox.temp}/moved" ]; then
  touch "${sandbox.temp}/moved"
  git clone --quiet "file://${bare}" "${sandbox.temp}/clone"
  cd "${sandbox.temp}/clone"
  web=$(sed -n "/slipway\\/web$/{n;s/.*sha: //p}" Pulumi.staging.yaml)
  sed -i "s/$web/${other}/" Pulumi.staging.yaml
  git -c user.name=o -c user.email=o@example.net commit --quiet --all --message "staging: release web"
  git push --quiet origin main
  cd "$OLDPWD"
fi`);
    const { result, log } = release();
    assert.equal(result, "success", log);
    assert.match(log, /main has moved, attempt 1/);
    const file = remote("show", "main:Pulumi.staging.yaml");
    assert.ok(file.includes(sha) && file.includes(other));
    assert.equal(remote("rev-list", "--count", "main"), "3");
  });

  it("has nothing to do for a commit that the file names already", () => {
    const current = key.exec(sandbox.read("Pulumi.staging.yaml"))?.[1] ?? "";
    const before = remote("rev-parse", "main");
    const { result, log } = release({ sha: current });
    assert.equal(result, "success");
    assert.match(log, /nothing to release/);
    assert.equal(remote("rev-parse", "main"), before);
  });

  it("pushes nothing that changes more than the one line", () => {
    slipway("echo '# more' >>Pulumi.staging.yaml");
    const before = remote("rev-parse", "main");
    const { result, log } = release();
    assert.equal(result, "failure");
    assert.match(log, /::error::the release would change more than one line/);
    assert.equal(remote("rev-parse", "main"), before);
  });

  it("pushes nothing when the release is refused", () => {
    sandbox.fake("slipway", "echo 'app is \"api\": give one of ...' >&2; exit 2");
    const before = remote("rev-parse", "main");
    assert.equal(release().result, "failure");
    assert.equal(remote("rev-parse", "main"), before);
  });

  const words = /::error::give the name of a stack, the name of an application, and/;
  for (const [what, inputs, message] of [
    ["a branch for a commit", { sha: "main" }, words],
    ["an option for an application", { app: "--force" }, words],
    ["a path for a stack", { stack: "../x" }, words],
    ["another way to release", { how: "Push" }, /::error::how is 'Push': give push or propose$/m],
    ["no way to release", { how: "" }, /::error::how is '': give push or propose$/m],
    [
      "an address for the platform",
      { platform: "https://example.net/x" },
      /::error::platform is 'https:\/\/example\.net\/x': give owner\/name/,
    ],
    [
      "a shell's command for the platform",
      { platform: "org/$(id)" },
      /::error::platform is 'org\/\$\(id\)': give owner\/name/,
    ],
  ] as const)
    it(`refuses ${what}`, () => {
      const before = remote("rev-parse", "main");
      const { result, log } = release(inputs);
      assert.equal(result, "failure");
      assert.match(log, message);
      assert.ok(!sandbox.calls.some((call) => call.startsWith("slipway")));
      assert.equal(remote("rev-parse", "main"), before);
    });
});
