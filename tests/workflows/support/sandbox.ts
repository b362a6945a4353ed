import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync } from "node:fs";
import { rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { root } from "../../support/plans.ts";

/** Appends the command and its arguments to the list of calls. */
const record = `printf '%s' "$(basename "$0")" >>"$CALLS"
for argument in "$@"; do printf ' %s' "$argument" >>"$CALLS"; done
echo >>"$CALLS"`;

/** `cli/slipway.mjs` of the sandbox: records itself, then runs the test's stand-in as a shell script. */
const commandLine = `import { spawnSync } from "node:child_process";
const { status } = spawnSync("slipway", process.argv.slice(2), { stdio: "inherit" });
process.exit(status ?? 1);
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
      PATH: [
        this.#bin,
        join(root, "node_modules", ".bin"),
        dirname(process.execPath),
        process.env.PATH ?? "",
      ].join(":"),
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
    this.write("cli/slipway.mjs", commandLine);
    this.write(".gitignore", "node_modules\n");
    symlinkSync(join(root, "node_modules"), join(this.repository, "node_modules"), "dir");
    this.git("init", "--quiet", "--initial-branch=main");
    this.git("config", "user.name", "test");
    this.git("config", "user.email", "test@example.net");
    this.commit("begin");
  }

  /** Puts a program on PATH: a bash script that records its call first. */
  fake(name: string, body = "true"): void {
    const file = join(this.#bin, name);
    writeFileSync(file, `#!/usr/bin/env bash\n${record}\n${body}\n`);
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
    this.git("config", "--global", `url.file://${bare}.insteadOf`, `https://github.com/${name}.git`);
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

  has(file: string): boolean {
    return existsSync(join(this.repository, file));
  }

  close(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}
