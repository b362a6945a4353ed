import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync } from "node:fs";
import { rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { root } from "../../support/plans.ts";

for (const tool of ["bash", "git", "jq", "timeout", "unzip", "zip"])
  if (spawnSync(tool, ["--version"]).error !== undefined)
    throw new Error(
      `no ${tool} on PATH: the workflows' scripts are run as on GitHub's Linux runners`,
    );

/** Appends the command and its arguments to the list of calls. */
const record = `printf '%s' "$(basename "$0")" >>"$CALLS"
for argument in "$@"; do printf ' %s' "$argument" >>"$CALLS"; done
echo >>"$CALLS"`;

/** The command line is a stand-in too, whose name is the file that Node is given. */
const node = `#!/usr/bin/env bash
if [ "$1" = cli/slipway.mjs ]; then exec slipway "\${@:2}"; fi
exec "${process.execPath}" "$@"
`;

/**
 * A real git repository with the scripts and the stack files, and a PATH on which the programs
 * that reach out are stand-ins. What is called is recorded in order.
 */
export class Sandbox {
  readonly directory = mkdtempSync(join(tmpdir(), "slipway-workflow-"));
  readonly repository = join(this.directory, "repository");
  readonly temp = join(this.directory, "temp");
  readonly environment: Readonly<Record<string, string>>;
  readonly #bin = join(this.directory, "bin");
  readonly #calls = join(this.directory, "calls");

  constructor() {
    for (const directory of [this.repository, this.temp, this.#bin]) mkdirSync(directory);
    const home = join(this.directory, "home");
    mkdirSync(home);
    writeFileSync(this.#calls, "");
    this.environment = {
      PATH: `${this.#bin}:${process.env.PATH ?? ""}`,
      HOME: home,
      CALLS: this.#calls,
      GIT_CONFIG_NOSYSTEM: "1",
    };
    for (const file of [
      ".github/scripts",
      "plan/stack-file.ts",
      "package.json",
      "Pulumi.staging.yaml",
      "Pulumi.production.yaml",
      "Pulumi.local.yaml",
    ])
      cpSync(join(root, file), join(this.repository, file), { recursive: true });
    this.#program("node", node);
    this.write(".gitignore", "node_modules\n");
    symlinkSync(join(root, "node_modules"), join(this.repository, "node_modules"), "dir");
    this.git("init", "--quiet", "--initial-branch=main");
    this.git("config", "user.name", "test");
    this.git("config", "user.email", "test@example.net");
    this.commit("begin");
  }

  /** Puts a program on PATH: a bash script that records its call first. */
  fake(name: string, body = "true"): void {
    this.#program(name, `#!/usr/bin/env bash\n${record}\n${body}\n`);
  }

  #program(name: string, text: string): void {
    const file = join(this.#bin, name);
    writeFileSync(file, text);
    chmodSync(file, 0o755);
  }

  /** What was called, one line each. */
  get calls(): string[] {
    return readFileSync(this.#calls, "utf8").split("\n").slice(0, -1);
  }

  git(...args: string[]): string {
    const { status, stdout, stderr } = spawnSync("git", args, {
      cwd: this.repository,
      env: this.environment,
      encoding: "utf8",
    });
    if (status !== 0) throw new Error(`git ${args.join(" ")}: ${stderr}`);
    return stdout.trim();
  }

  /** Commits all that changed; gives the commit. */
  commit(message: string): string {
    this.git("add", "--all");
    this.git("commit", "--quiet", "--message", message);
    return this.git("rev-parse", "HEAD");
  }

  /** A bare copy of the repository that `https://github.com/<name>.git` leads to. */
  remote(name: string): string {
    const bare = join(this.directory, "remote.git");
    this.git("clone", "--quiet", "--bare", this.repository, bare);
    this.git(
      "config",
      "--global",
      `url.file://${bare}.insteadOf`,
      `https://github.com/${name}.git`,
    );
    return bare;
  }

  write(file: string, text: string): void {
    const path = join(this.repository, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }

  read(file: string): string {
    return readFileSync(join(this.repository, file), "utf8");
  }

  close(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}
