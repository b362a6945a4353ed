import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { parse } from "yaml";
import { root } from "../support/plans.ts";
import { files, matched, rules } from "./support/owners.ts";
import { jobOf, textOf, workflows } from "./support/workflow.ts";

const infrastructure = "@example-org/infrastructure";

describe("CODEOWNERS", () => {
  const owners = new Map<string, readonly string[]>();
  before(() => {
    for (const { pattern, owners: named } of rules)
      for (const file of matched(pattern)) owners.set(file, named);
  });

  it("gives every file an owner", () => {
    assert.deepEqual(
      files.filter((file) => (owners.get(file) ?? []).length === 0),
      [],
    );
  });

  it("gives everything but written documentation to the infrastructure owners", () => {
    const others = files.filter((file) => !owners.get(file)?.includes(infrastructure));
    assert.deepEqual(
      others.filter((file) => !/^(?:docs\/.*|README|CHANGELOG)\.?.*$/.test(file)),
      [],
    );
    for (const file of [
      "Pulumi.production.yaml",
      "index.ts",
      "policies/index.ts",
      ".github/CODEOWNERS",
      ".github/workflows/deploy.yml",
      ".github/rulesets/main.json",
      "docs/configuration.md",
      "package-lock.json",
    ])
      assert.deepEqual(owners.get(file), [infrastructure], file);
    assert.deepEqual(owners.get("docs/operations.md"), ["@example-org/developers"]);
  });

  it("has no pattern that matches nothing", () => {
    for (const { pattern } of rules) assert.notEqual(matched(pattern).length, 0, pattern);
  });
});

interface Ruleset {
  readonly target: string;
  readonly enforcement: string;
  readonly bypass_actors: readonly object[];
  readonly conditions: { readonly ref_name: { readonly include: readonly string[] } };
  readonly rules: readonly {
    readonly type: string;
    readonly parameters?: Readonly<Record<string, unknown>>;
  }[];
}
const ruleset = (name: string) => JSON.parse(textOf(`rulesets/${name}.json`)) as Ruleset;

describe("rulesets", () => {
  it("protect the default branch from everybody, with the owner's review of what is up to date", () => {
    const { target, enforcement, bypass_actors: bypass, conditions, rules: all } = ruleset("main");
    assert.deepEqual(
      [target, enforcement, bypass, conditions.ref_name.include],
      ["branch", "active", [], ["~DEFAULT_BRANCH"]],
    );
    assert.deepEqual(all.map(({ type }) => type).sort(), [
      "deletion",
      "non_fast_forward",
      "pull_request",
      "required_status_checks",
    ]);
    const review = all.find(({ type }) => type === "pull_request")?.parameters;
    assert.equal(review?.require_code_owner_review, true);
    assert.equal(review.required_approving_review_count, 1);
    const checks = all.find(({ type }) => type === "required_status_checks")?.parameters;
    assert.equal(checks?.strict_required_status_checks_policy, true);
  });

  it("require the check that counts all others, by the name that its job has", () => {
    const checks = ruleset("main").rules.find(({ type }) => type === "required_status_checks");
    assert.deepEqual(checks?.parameters?.required_status_checks, [
      { context: jobOf("pull-request", "ready").name, integration_id: 15368 },
    ]);
  });

  it("protect exactly the tags that deploy", () => {
    const { tags } = workflows.deploy?.on.push as { readonly tags: readonly string[] };
    for (const name of ["version-tags", "version-tag-creation"])
      assert.deepEqual(
        ruleset(name).conditions.ref_name.include,
        tags.map((tag) => `refs/tags/${tag}`),
        name,
      );
  });

  it("let nobody move or delete a version tag, and only maintainers make one", () => {
    assert.deepEqual(ruleset("version-tags").bypass_actors, []);
    assert.deepEqual(
      ruleset("version-tags").rules.map(({ type }) => type),
      ["update", "deletion"],
    );
    assert.deepEqual(ruleset("version-tag-creation").rules, [{ type: "creation" }]);
    assert.equal(ruleset("version-tag-creation").bypass_actors.length, 2);
  });

  it("are all documented with the call that applies them", () => {
    for (const file of readdirSync(join(root, ".github", "rulesets")))
      assert.ok(textOf("../docs/delivery.md").includes(`.github/rulesets/${file}`), file);
  });
});

describe("dependabot.yml", () => {
  const { updates } = parse(textOf("dependabot.yml")) as {
    readonly updates: readonly {
      readonly "package-ecosystem": string;
      readonly directories: readonly string[];
      readonly cooldown: { readonly "default-days": number };
    }[];
  };
  const directoriesOf = (ecosystem: string) =>
    updates.find((update) => update["package-ecosystem"] === ecosystem)?.directories ?? [];

  it("looks at every place that has versions to renew", () => {
    assert.deepEqual(directoriesOf("github-actions"), [
      "/",
      "/.github/actions/*",
      "/examples/demo-app/.github/workflows",
    ]);
    const packages = files.filter((file) => /(?:^|\/)package\.json$/.test(file));
    const renewed = directoriesOf("npm").map((directory) => directory.slice(1));
    for (const file of packages) {
      const directory = dirname(file) === "." ? "" : dirname(file);
      const text = textOf(join("..", file));
      if (/"(?:dev)?dependencies"/i.test(text)) assert.ok(renewed.includes(directory), file);
    }
    for (const directory of renewed)
      assert.ok(existsSync(join(root, directory, "package.json")), directory);
  });

  it("waits some days before it takes a release", () => {
    for (const { cooldown } of updates) assert.ok(cooldown["default-days"] >= 7);
  });
});
