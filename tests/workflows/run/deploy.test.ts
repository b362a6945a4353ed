import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseEcrRepository } from "../../../components/workloads/image.ts";
import { holds } from "../support/expression.ts";
import { runJob } from "../support/run-job.ts";
import { Sandbox } from "../support/sandbox.ts";
import { jobOf } from "../support/workflow.ts";

const former = { api: "1".repeat(40), web: "2".repeat(40) };
const digest = `sha256:${"d".repeat(64)}`;
const registry = "123456789012.dkr.ecr.eu-west-1.amazonaws.com";

describe("a deployment", () => {
  /** Commits that Pulumi.production.yaml names. */
  let wanted: Readonly<Record<string, string>>;
  let sandbox: Sandbox;
  beforeEach(() => {
    sandbox = new Sandbox();
    for (const program of ["pulumi", "slipway", "aws"]) sandbox.fake(program);
    wanted = Object.fromEntries(
      [...sandbox.read("Pulumi.production.yaml").matchAll(/slipway\/(\w+)\n\s+sha: (\w+)/g)].map(
        ([, app = "", sha = ""]) => [app, sha],
      ),
    );
  });
  afterEach(() => {
    sandbox.close();
  });

  /** What `pulumi stack output` gives: the former release of both applications. */
  const running = {
    applications: Object.fromEntries(
      Object.entries(former).map(([app, sha]) => [
        app,
        { sha, image: `${registry}/slipway/${app}@${digest}` },
      ]),
    ),
    kubeconfig: "[secret]",
  };
  const images = JSON.stringify({
    images: [
      {
        imageManifest: '{\n  "schemaVersion": 2\n}',
        imageManifestMediaType: "application/vnd.oci.image.index.v1+json",
      },
    ],
  });
  /** `pulumi` with its outputs; `up` runs the given script. */
  const pulumi = (up = "true", outputs: object = running) => {
    sandbox.fake(
      "pulumi",
      `case "$*" in
"stack output applications"*) echo '${JSON.stringify((outputs as typeof running).applications)}' ;;
"stack output"*) echo '${JSON.stringify(outputs)}' ;;
up*) ${up} ;;
esac`,
    );
    sandbox.fake("aws", `case $2 in batch-get-image) echo '${images}' ;; esac`);
  };
  /** The command line: `rollback` writes the commit that it is told, as a commit. */
  const slipway = ({ smoke = "true", rollback = "true", notify = "true" } = {}) => {
    sandbox.fake(
      "slipway",
      `case $1 in
smoke) ${smoke} ;;
notify) ${notify} ;;
rollback)
${rollback}
current=$(sed -n "/slipway\\/$3$/{n;s/.*sha: //p}" "Pulumi.$2.yaml")
sed -i "s/$current/$5/" "Pulumi.$2.yaml"
git commit --quiet --only --message "$2: $3 back to $5" "Pulumi.$2.yaml" ;;
esac`,
    );
  };
  const deploy = (release = "true") =>
    runJob(jobOf("deploy", "deploy"), sandbox, {
      github: {
        ref_name: release === "true" ? "v1.0.0" : "main",
        sha: sandbox.git("rev-parse", "HEAD"),
        repository: "example-org/slipway",
        server_url: "https://github.com",
        run_id: "7",
      },
      needs: { target: { outputs: { stack: "production", commit: "main", release } } },
      secrets: { SLACK_WEBHOOK_URL: "https://hooks.example.net/secret" },
    });
  const ups = () => sandbox.calls.filter((call) => call.startsWith("pulumi up"));
  const notices = () => sandbox.calls.filter((call) => call.startsWith("slipway notify"));
  const shaNow = (app: string) =>
    new RegExp(`slipway/${app}\\n\\s+sha: (\\w+)`).exec(
      sandbox.read("Pulumi.production.yaml"),
    )?.[1];
  /** Once per run: the first time fails. */
  const onlyFirst = () =>
    `[ -e ${sandbox.temp}/second ] || { touch ${sandbox.temp}/second; false; }`;

  it("updates, smokes, keeps the images and tells, in this order", () => {
    pulumi();
    slipway();
    const { result, log } = deploy();
    assert.equal(result, "success", log);
    const steps = sandbox.calls.map((call) => call.split(" ").slice(0, 2).join(" "));
    assert.deepEqual(
      [...new Set(steps)],
      ["pulumi stack", "pulumi up", "slipway smoke", "aws ecr", "slipway notify"],
    );
    assert.equal(ups().length, 1);
    assert.match(ups()[0] ?? "", /--policy-pack policies .*--stack production$/);
    assert.match(ups()[0] ?? "", /--suppress-outputs/);
    assert.deepEqual(
      notices(),
      Object.entries(wanted).map(
        ([app, sha]) =>
          `slipway notify --event deployed --stack production --app ${app} --sha ${sha} --url https://github.com/example-org/slipway/actions/runs/7`,
      ),
    );
  });

  it("tags exactly the manifest that runs, by its digest, in the registry that has it", () => {
    pulumi();
    slipway();
    sandbox.fake(
      "aws",
      `case $2 in
batch-get-image) echo '${images}' ;;
put-image) for argument in "$@"; do case $argument in file://*) cp "\${argument#file://}" ${sandbox.temp}/manifest ;; esac; done ;;
esac`,
    );
    deploy();
    const puts = sandbox.calls.filter((call) => call.startsWith("aws ecr put-image"));
    assert.deepEqual(
      puts.map((call) => call.replace(/file:\S+/, "FILE")),
      Object.entries(former).flatMap(([app, sha]) =>
        ["", "-passed"].map(
          (passed) =>
            `aws ecr put-image --registry-id 123456789012 --region eu-west-1 --repository-name slipway/${app} --image-tag deployed-production-${sha}${passed} --image-digest ${digest} --image-manifest FILE --image-manifest-media-type application/vnd.oci.image.index.v1+json`,
        ),
      ),
    );
    assert.equal(
      readFileSync(join(sandbox.temp, "manifest"), "utf8"),
      '{\n  "schemaVersion": 2\n}',
    );
  });

  it("is content with a tag that is there already, and with an image elsewhere than in ECR", () => {
    pulumi("true", {
      applications: {
        ...running.applications,
        demo: { sha: former.api, image: "localhost:5001/demo:1" },
      },
    });
    slipway();
    sandbox.fake(
      "aws",
      `case $2 in
batch-get-image) echo '${images}' ;;
put-image) echo 'An error occurred (ImageAlreadyExistsException) when calling PutImage' >&2; exit 254 ;;
esac`,
    );
    const { result, log } = deploy();
    assert.equal(result, "success", log);
    assert.match(log, /was there already/);
    assert.match(log, /demo: localhost:5001\/demo:1 is not in ECR, no tag/);
  });

  const deployedImage = (image: string) => {
    pulumi("true", { applications: { api: { sha: former.api, image } } });
    slipway();
    return deploy();
  };
  const tags = () => sandbox.calls.flatMap((call) => /--image-tag (\S+)/.exec(call)?.[1] ?? []);

  for (const host of [
    "123456789012.dkr.ecr.eu-west-1.amazonaws.com",
    "123456789012.dkr.ecr-fips.us-east-1.amazonaws.com",
    "123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn",
    "123456789012.dkr-ecr.eu-west-1.on.aws",
    "123456789012.dkr-ecr-fips.us-east-1.on.aws",
    "123456789012.dkr-ecr.cn-north-1.on.amazonwebservices.com.cn",
  ])
    it(`keeps images in ${host}, as the program knows it`, () => {
      const repository = parseEcrRepository(`${host}/slipway/api`);
      assert.ok(repository);
      const { result, log } = deployedImage(`${host}/slipway/api@${digest}`);
      assert.equal(result, "success", log);
      const { accountId, region, repositoryName } = repository;
      const named = `--registry-id ${accountId} --region ${region} --repository-name ${repositoryName} `;
      assert.equal(sandbox.calls.filter((call) => call.includes(named)).length, 3);
      assert.equal(tags().length, 2);
    });

  for (const image of [
    "123456789012.dkr.ecr.eu-west-1.amazonaws.example/slipway/api@sha256:1",
    `${registry}/slipway/api:${former.api}`,
  ])
    it(`fails for ${image}, which it can't keep`, () => {
      const { result, log } = deployedImage(image);
      assert.equal(result, "failure");
      assert.match(log, /::error::api: \S+ is not a repository in ECR with a digest/);
    });

  it("keeps what runs although its smoke test has failed, and does not call it passed", () => {
    pulumi();
    slipway({ smoke: "false" });
    assert.equal(deploy("false").result, "failure");
    assert.deepEqual(
      tags(),
      Object.values(former).map((sha) => `deployed-production-${sha}`),
    );
  });

  it("keeps nothing after an update that failed: its outputs are the former ones", () => {
    pulumi("false");
    slipway();
    deploy("false");
    assert.deepEqual(tags(), []);
  });

  it("fails, but puts nothing back, when a running image cannot be kept", () => {
    pulumi();
    slipway();
    sandbox.fake("aws", "echo 'AccessDenied' >&2; exit 254");
    const { result, outcomes } = deploy();
    assert.equal(result, "failure");
    assert.equal(outcomes["put-back"], "skipped");
    assert.match(notices()[0] ?? "", /--event failed/);
  });

  it("fails for a tag of the same name on another image", () => {
    pulumi();
    slipway();
    sandbox.fake(
      "aws",
      `case $2 in
batch-get-image) echo '${images}' ;;
put-image) echo '(ImageTagAlreadyExistsException)' >&2; exit 254 ;;
esac`,
    );
    assert.equal(deploy().result, "failure");
  });

  for (const [what, up, smoke] of [
    ["update", true, false],
    ["smoke test", false, true],
  ] as const)
    it(`puts the former release back when the ${what} of a release fails, and fails all the same`, () => {
      pulumi(up ? onlyFirst() : "true");
      slipway({ smoke: smoke ? onlyFirst() : "true" });
      const { result, outcomes, outputs, log } = deploy();
      assert.equal(result, "failure");
      assert.equal(outcomes["put-back"], "success", log);
      assert.equal(outcomes["Keep the images"], up ? "skipped" : "success");
      assert.equal(outcomes["actions/upload-artifact"], "success");
      assert.deepEqual(
        sandbox.calls.filter((call) => call.startsWith("slipway rollback")),
        Object.entries(former).map(
          ([app, sha]) => `slipway rollback production ${app} --to ${sha} --commit`,
        ),
      );
      assert.equal(ups().length, 2);
      assert.deepEqual([shaNow("api"), shaNow("web")], [former.api, former.web]);
      assert.equal(
        sandbox.calls.findLast((call) => /slipway smoke|pulumi up/.test(call)),
        "slipway smoke production --timeout-seconds 300",
      );
      assert.equal(notices().length, 2);
      assert.deepEqual(
        notices().map((call) => call.split(" --url")[0]),
        Object.entries(former).map(
          ([app, sha]) =>
            `slipway notify --event rolledBack --stack production --app ${app} --sha ${sha}`,
        ),
      );
      assert.match(
        readFileSync(outputs.patch ?? "", "utf8"),
        /Subject: \[PATCH 1\/2\] production: api back to$/m,
      );
    });

  it("puts back only what had changed", () => {
    pulumi(onlyFirst(), {
      applications: { ...running.applications, web: { sha: wanted.web, image: "" } },
    });
    slipway();
    deploy();
    assert.deepEqual(
      sandbox.calls.filter((call) => call.startsWith("slipway rollback")),
      [`slipway rollback production api --to ${former.api} --commit`],
    );
  });

  it("leaves the failed version where the schema has moved on, and says so", () => {
    pulumi("false");
    slipway({ rollback: "echo 'V7 drops a column that it reads' >&2; exit 1" });
    const { result, outcomes, outputs, log } = deploy();
    assert.equal(result, "failure");
    assert.equal(outcomes["put-back"], "failure");
    assert.equal(ups().length, 1);
    assert.equal(outputs.patch, "");
    assert.match(log, /V7 drops a column/);
    assert.match(log, /::error::nothing was put back in production/);
    assert.match(notices()[0] ?? "", /--event failed/);
  });

  it("puts the others back where one may not go back, and still fails", () => {
    pulumi(onlyFirst());
    slipway({ rollback: `[ "$3" = web ] || exit 1` });
    const { outcomes, outputs, log } = deploy();
    assert.equal(outcomes["put-back"], "failure");
    assert.equal(ups().length, 2);
    assert.deepEqual([shaNow("api"), shaNow("web")], [wanted.api, former.web]);
    assert.match(log, /::error::api stays: 1+ may not be put back/);
    assert.notEqual(outputs.patch, "");
    assert.match(notices()[0] ?? "", /--event failed/);
  });

  it("proposes nothing when the former release could not be put back either", () => {
    pulumi("echo 'error: the stack is currently locked' >&2; exit 1");
    slipway();
    const { result, outputs, outcomes } = deploy();
    assert.equal(result, "failure");
    assert.equal(outcomes["put-back"], "failure");
    assert.equal(outputs.patch, "");
    assert.equal(outcomes["actions/upload-artifact"], "skipped");
    assert.match(notices()[0] ?? "", /--event failed/);
  });

  it("has nothing to put back for a new application", () => {
    pulumi("false", { applications: {} });
    slipway();
    const { log, result } = deploy();
    assert.equal(result, "failure");
    assert.match(log, /::error::api is new in production/);
    assert.equal(ups().length, 1);
  });

  it("has nothing to put back when only the platform changed, and tells of the platform", () => {
    pulumi("false", {
      applications: Object.fromEntries(
        Object.entries(wanted).map(([app, sha]) => [app, { sha, image: "" }]),
      ),
    });
    slipway();
    const { result, log } = deploy();
    assert.equal(result, "failure");
    assert.match(log, /no application had changed/);
    assert.match(notices()[0] ?? "", /--event failed .*--app platform /);
  });

  it("ignores what pulumi wrote into the stack file before it puts back", () => {
    pulumi(`${onlyFirst()} || { echo 'encryptedkey: x' >>Pulumi.production.yaml; false; }`);
    slipway({ rollback: "git diff --quiet || exit 2" });
    assert.equal(deploy().outcomes["put-back"], "success");
  });

  it("leaves a failed staging as it is: its failure is the finding", () => {
    pulumi("false");
    slipway();
    const { result, outcomes } = deploy("false");
    assert.equal(result, "failure");
    assert.equal(outcomes["put-back"], "skipped");
    assert.match(notices()[0] ?? "", /--event failed/);
  });

  it("never fails for a notice", () => {
    pulumi();
    slipway({ notify: "exit 1" });
    const { result, outcomes, log } = deploy();
    assert.equal(result, "success");
    assert.equal(outcomes.notify, "success");
    assert.match(log, /::warning::no notice of api \(deployed\) was sent/);
  });

  it("stops before any change if it is not known what runs", () => {
    sandbox.fake("pulumi", "echo 'error: no stack named' >&2; exit 6");
    slipway();
    const { result, outcomes } = deploy();
    assert.equal(result, "failure");
    assert.equal(outcomes.up, "skipped");
    assert.equal(outcomes["put-back"], "skipped");
  });

  it("interrupts an update at its limit, so that Pulumi can end it in order", () => {
    pulumi();
    slipway();
    sandbox.fake(
      "timeout",
      `[ "$1 $3" = "--signal=INT 25m" ] && { shift 3; "$@"; exit 124; }; shift 3; exec "$@"`,
    );
    const { outcomes, log } = deploy();
    assert.equal(outcomes.up, "failure");
    assert.match(log, /::error::pulumi up of production was interrupted after 25 minutes/);
    assert.match(
      sandbox.calls.find((call) => call.startsWith("timeout")) ?? "",
      /^timeout --signal=INT --kill-after=3m 25m pulumi up/,
    );
    assert.equal(outcomes["put-back"], "success", log);
  });

  it("leaves a second between two notices, as Slack asks", () => {
    pulumi();
    slipway();
    sandbox.fake("sleep");
    deploy();
    const told = sandbox.calls.filter((call) => /^(?:sleep|slipway notify)/.test(call));
    assert.deepEqual(
      told.map((call) => call.split(" ").slice(0, 2).join(" ")),
      ["sleep 0", "slipway notify", "sleep 1", "slipway notify"],
    );
  });

  it("says that it told how it ended", () => {
    pulumi("false");
    slipway();
    assert.equal(deploy().outputs.told, "success");
  });

  describe("that ended before it could tell", () => {
    const condition = jobOf("deploy", "notify").if ?? "";
    for (const [what, result, told, tells] of [
      ["does so of a deployment that never began", "skipped", "", true],
      ["does so of a deployment that met the limit of its job", "cancelled", "", true],
      ["does so of a deployment that was counted as failed then", "failure", "", true],
      ["does not of one that told itself", "failure", "success", false],
      ["does not of one that succeeded", "success", "success", false],
    ] as const)
      it(what, () => {
        const needs = { deploy: { result, outputs: { told } } };
        assert.equal(holds(condition, { needs }, "failure"), tells);
      });

    for (const [stack, named] of [
      ["production", "production"],
      ["", "very-good"],
    ] as const)
      it(`names ${named} and the run, once`, () => {
        slipway();
        const { result, log } = runJob(jobOf("deploy", "notify"), sandbox, {
          github: {
            ...{ ref_name: "very-good", sha: "1".repeat(40), repository: "example-org/slipway" },
            ...{ server_url: "https://github.com", run_id: "7" },
          },
          needs: { target: { outputs: { stack } } },
          secrets: { SLACK_WEBHOOK_URL: "https://hooks.example.net/secret" },
        });
        assert.equal(result, "success", log);
        assert.deepEqual(notices(), [
          `slipway notify --event failed --stack ${named} --app platform --sha ${"1".repeat(40)} --url https://github.com/example-org/slipway/actions/runs/7`,
        ]);
      });
  });

  it("never prints the webhook", () => {
    pulumi(onlyFirst());
    slipway();
    assert.doesNotMatch(deploy().log, /hooks\.example\.net/);
  });
});
