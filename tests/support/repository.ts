import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { root } from "./plans.ts";

/** A real git repository in a directory of its own. */
export class Repository {
  readonly directory: string;

  constructor(directory = mkdtempSync(join(tmpdir(), "slipway-git-"))) {
    this.directory = directory;
    this.git("init", "--quiet", "--initial-branch=main");
    this.git("config", "user.name", "Test");
    this.git("config", "user.email", "test@example.com");
    this.git("config", "commit.gpgsign", "false");
  }

  git(...args: string[]): string {
    return execFileSync("git", args, { cwd: this.directory, encoding: "utf8", stdio: "pipe" });
  }

  read(file: string): string {
    return readFileSync(join(this.directory, file), "utf8");
  }

  write(file: string, text: string): void {
    mkdirSync(dirname(join(this.directory, file)), { recursive: true });
    writeFileSync(join(this.directory, file), text);
  }

  /** Commits everything; gives the commit. */
  commit(subject: string): string {
    this.git("add", "--all");
    this.git("commit", "--quiet", "--allow-empty", `--message=${subject}`);
    return this.git("rev-parse", "HEAD").trim();
  }

  close(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** A repository with the committed stack files and migrations, and nothing else of the project. */
export function stackRepository(): Repository {
  const repository = new Repository();
  for (const file of ["Pulumi.staging.yaml", "Pulumi.production.yaml", "Pulumi.local.yaml"])
    cpSync(join(root, file), join(repository.directory, file));
  cpSync(join(root, "migrations"), join(repository.directory, "migrations"), { recursive: true });
  repository.commit("The committed environments");
  return repository;
}
