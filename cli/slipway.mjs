#!/usr/bin/env node
// Starts the command line on any Node >= 18: installs the packages if that is due, then runs main.ts
// with the Node that the project pins, which strips types natively.
import { spawnSync } from "node:child_process";
import { existsSync, lstatSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(root, "node_modules");

function run(command, args, options) {
  const result = spawnSync(command, args, { stdio: "inherit", ...options });
  if (result.error) {
    console.error(`cannot run ${command}: ${result.error.message}`);
    process.exit(1);
  }
  return result.status ?? 1;
}

function installIfDue() {
  // npm writes this file at the end of an installation; an older one belongs to an older lock file.
  const installed = join(modules, ".package-lock.json");
  const lock = join(root, "package-lock.json");
  // A link leads to the packages of another checkout: npm ci would delete them under its feet.
  const linked = existsSync(modules) && lstatSync(modules).isSymbolicLink();
  if (existsSync(installed) && (linked || statSync(installed).mtimeMs >= statSync(lock).mtimeMs))
    return;
  console.error("Installing packages (once; about half a minute) ...");
  const windows = process.platform === "win32";
  const status = run(
    windows ? "npm.cmd" : "npm",
    ["ci", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"],
    { cwd: root, stdio: ["ignore", "ignore", "inherit"], shell: windows },
  );
  if (status !== 0) {
    console.error("npm ci failed: the message above says why; a registry must be reachable once");
    process.exit(1);
  }
}

function pinnedNode() {
  const pinned = join(modules, "node", "bin", process.platform === "win32" ? "node.exe" : "node");
  if (existsSync(pinned)) return pinned;
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major > 22 || (major === 22 && minor >= 18)) return process.execPath;
  console.error(`Node ${process.versions.node} is too old here: install Node 22.18 or newer`);
  process.exit(1);
}

installIfDue();
const args = process.argv.slice(2);
if (args[0] !== "setup") process.exit(run(pinnedNode(), [join(root, "cli", "main.ts"), ...args]));
