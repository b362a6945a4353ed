import { UserError } from "./user-error.ts";
import { firstLine, runCommand } from "./command.ts";
import type { CommandResult } from "./command.ts";

/** A commit, as `git log` shows it. */
export interface Commit {
  readonly sha: string;
  readonly subject: string;
}

/** A commit that touched a file. */
export interface FileVersion {
  readonly revision: string;
  /** When it was committed; ISO 8601. */
  readonly at: string;
  readonly author: string;
  readonly subject: string;
}

/** A git repository, asked through its command line; paths are relative to `directory`. */
export class Git {
  readonly directory: string;

  constructor(directory: string) {
    this.directory = directory;
  }

  async isRepository(): Promise<boolean> {
    return (await this.#run("rev-parse", "--git-dir")).status === 0;
  }

  /** Whether only the newest part of the history is here. */
  async isShallow(): Promise<boolean> {
    return (await this.#run("rev-parse", "--is-shallow-repository")).stdout.trim() === "true";
  }

  /** The whole commit that a name stands for, or undefined. */
  async commitOf(name: string): Promise<string | undefined> {
    const args = ["rev-parse", "--verify", "--quiet", "--end-of-options", `${name}^{commit}`];
    const { status, stdout } = await this.#run(...args);
    return status === 0 ? stdout.trim() : undefined;
  }

  /** Lines of `git status` for everything that is not committed. */
  async changes(): Promise<string[]> {
    return lines(await this.#expect("status", "--porcelain"));
  }

  /** Files below a directory of the work tree that are new or different since a commit. */
  async changedSince(commit: string, directory: string): Promise<string[]> {
    const changed = ["diff", "--name-only", "--relative", "--diff-filter=d", "-z", commit];
    const untracked = ["ls-files", "--others", "--exclude-standard", "-z"];
    return [
      ...names(await this.#expect(...changed, "--", directory)),
      ...names(await this.#expect(...untracked, "--", directory)),
    ];
  }

  /** Whether a file differs from what it was at a revision; one that no commit has does. */
  async differs(revision: string, file: string): Promise<boolean> {
    const args = ["diff", "--quiet", "--end-of-options", revision, "--", file];
    return (await this.#run(...args)).status !== 0;
  }

  /** Commits of `to` that `from` does not have, newest first. */
  async commitsBetween(from: string, to: string): Promise<Commit[]> {
    const log = await this.#expect("log", "--format=%H%x00%s", `${from}..${to}`);
    return lines(log).map((line) => {
      const [sha = "", subject = ""] = line.split("\0");
      return { sha, subject };
    });
  }

  /** SQL files that are new or different in one commit compared with another. */
  async sqlFilesBetween(from: string, to: string): Promise<string[]> {
    const changed = ["diff", "--name-only", "--diff-filter=d", "-z", from, to];
    return names(await this.#expect(...changed, "--", "*.sql"));
  }

  /** The same with their texts. */
  async sqlBetween(from: string, to: string): Promise<Record<string, string>> {
    const files = await this.sqlFilesBetween(from, to);
    const texts: [string, string][] = [];
    for (const file of files) texts.push([file, await this.#expect("show", `${to}:${file}`)]);
    return Object.fromEntries(texts);
  }

  /** The newest commits that touched a file, newest first. */
  async versionsOf(file: string, most: number): Promise<FileVersion[]> {
    const format = "--format=%H%x00%cI%x00%an%x00%s";
    const log = await this.#run("log", `--max-count=${String(most)}`, format, "--", file);
    if (log.status !== 0) return [];
    return lines(log.stdout).map((line) => {
      const [revision = "", at = "", author = "", subject = ""] = line.split("\0");
      return { revision, at, author, subject };
    });
  }

  /** Text of a file at a commit, or undefined where it was not there. */
  async textAt(revision: string, file: string): Promise<string | undefined> {
    const { status, stdout } = await this.#run("show", `${revision}:./${file}`);
    return status === 0 ? stdout : undefined;
  }

  /**
   * Commits one file and nothing else; gives the new commit.
   *
   * @throws UserError with what git or a hook said.
   */
  async commit(file: string, message: string): Promise<string> {
    await this.#expect("commit", "--quiet", "--only", `--message=${message}`, "--", file);
    return (await this.#expect("rev-parse", "HEAD")).trim();
  }

  /** Checks a commit out in a directory of its own. */
  async addWorktree(directory: string, commit: string): Promise<void> {
    await this.#expect("worktree", "add", "--detach", directory, commit);
  }

  async removeWorktree(directory: string): Promise<void> {
    await this.#run("worktree", "remove", "--force", directory);
  }

  #run(...args: string[]): Promise<CommandResult> {
    return runCommand("git", args, { cwd: this.directory });
  }

  async #expect(...args: string[]): Promise<string> {
    const { status, stdout, stderr } = await this.#run(...args);
    if (status === 0) return stdout;
    throw new UserError(`git ${args[0] ?? ""} failed: ${firstLine(stderr || stdout)}`, 1);
  }
}

function lines(text: string): string[] {
  return text.split("\n").filter((line) => line !== "");
}

function names(text: string): string[] {
  return text.split("\0").filter((name) => name !== "");
}
