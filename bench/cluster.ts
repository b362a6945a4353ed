import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { ask, edgeAddress } from "../tests/cluster/https.ts";
import { eventually } from "../tests/cluster/kubernetes.ts";
import { described, MixedLoad, steady } from "../tests/cluster/load.ts";
import type { Outcome } from "../tests/cluster/load.ts";
import {
  appsOf,
  closePlatform,
  demoSecret,
  images,
  openPlatform,
  platform,
} from "../tests/cluster/platform.ts";
import type { Edit, StackConfig } from "../tests/cluster/platform.ts";
import { release } from "../tests/cluster/rollout.ts";
import { putSecret, secretName } from "../tests/cluster/secrets-manager.ts";

/**
 * `npm run bench:cluster [runs] [requests]`: times on a real cluster, on that of the cluster suite
 * and with its environment. kubectl and helm are timed with the same objects.
 */
const runs = Number(process.argv[2] ?? "3");
const wantedRequests = Number(process.argv[3] ?? "100000");
const app = "extra";

function row(what: string, figure: string, bound = ""): void {
  console.log(`| ${what} | ${figure} | ${bound} |`);
}

async function medianOf(times: number, once: () => Promise<number> | number): Promise<number> {
  const seconds: number[] = [];
  for (let run = 0; run < times; run += 1) seconds.push(await once());
  return seconds.sort((a, b) => a - b)[Math.floor((times - 1) / 2)] ?? Number.NaN;
}

function timed(command: string, ...args: string[]): number {
  const started = performance.now();
  const { error, status, stderr } = spawnSync(command, args, { encoding: "utf8" });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${command} ${args.join(" ")}: ${stderr}`);
  return (performance.now() - started) / 1000;
}

/** One more application, which needs nothing but the cluster. */
const withExtra: Edit = (config) => {
  const { secrets, route, ...common } = structuredClone(appsOf(config).demo as StackConfig);
  appsOf(config)[app] = common;
};

async function emptyToHttps(): Promise<number> {
  platform().destroy();
  const started = performance.now();
  platform().up();
  const address = await edgeAddress();
  await eventually("an answer", 60, async () =>
    (await ask(address)).status === 200 ? true : undefined,
  );
  return (performance.now() - started) / 1000;
}

/** What the application costs a run: the engine starts, and looks at all the rest, in any case. */
function upExtra(): number {
  platform().up();
  const unchanged = platform().up();
  const { seconds } = platform().up(withExtra);
  return seconds - unchanged.seconds;
}

/** The application's manifests, as the offline plan writes them, in a directory of their own. */
function writeManifests(): { directory: string; chart: string } {
  platform().configure(withExtra);
  const planned = platform().sandbox.slipway("plan", "local");
  if (planned.status === 2) throw new Error(planned.stderr);
  const manifests = join(platform().sandbox.project, "out", "local", "manifests");
  const directory = mkdtempSync(join(tmpdir(), "slipway-bench-"));
  const chart = join(directory, "chart");
  mkdirSync(join(chart, "templates"), { recursive: true });
  writeFileSync(join(chart, "Chart.yaml"), "apiVersion: v2\nname: extra\nversion: 1.0.0\n");
  for (const file of readdirSync(manifests, { recursive: true, encoding: "utf8" })) {
    if (!file.endsWith(".yaml")) continue;
    const text = readFileSync(join(manifests, file), "utf8");
    const { kind, metadata } = parse(text) as {
      kind: string;
      /** Absent in kustomization.yaml. */
      metadata?: { name: string; namespace?: string };
    };
    const own = kind === "Namespace" ? metadata?.name : metadata?.namespace;
    if (own !== app) continue;
    const name = `${kind === "Namespace" ? "0" : "1"}-${file.replaceAll(/[/\\]/g, "-")}`;
    writeFileSync(join(directory, name), text);
    writeFileSync(join(chart, "templates", name), text);
  }
  return { directory, chart };
}

function kubectlExtra(directory: string): number {
  const seconds =
    timed("kubectl", "apply", "-f", directory) +
    timed("kubectl", "-n", app, "wait", "--for=condition=Available", `deployment/${app}`);
  timed("kubectl", "delete", "namespace", app, "--wait");
  return seconds;
}

function helmExtra(chart: string): number {
  const seconds = timed("helm", "install", app, chart, "-n", "default", "--wait");
  timed("helm", "uninstall", app, "-n", "default", "--wait");
  spawnSync("kubectl", ["wait", "--for=delete", `namespace/${app}`, "--timeout=60s"]);
  return seconds;
}

let rotation = 0;
async function rotate(): Promise<number> {
  rotation += 1;
  const value = `rotation-${String(rotation)}-${String(Date.now())}`;
  const digest = createHash("sha256").update(value).digest("hex");
  const address = await edgeAddress();
  const started = performance.now();
  await putSecret(secretName("demo"), { ...demoSecret, GREETING: value });
  await eventually("the new value in the pod", 120, async () => {
    const { body } = await ask(address, { path: "/env/GREETING-sha256" });
    return body.includes(digest) ? true : undefined;
  });
  return (performance.now() - started) / 1000;
}

function badImage(): number {
  const { status, seconds } = platform().tryUp(release("f".repeat(40)));
  if (status === 0) throw new Error("an image that does not exist was deployed");
  platform().up();
  return seconds;
}

/** Releases the two good images in turn until so many requests were sent. */
async function rollouts(): Promise<Outcome & { readonly releases: number }> {
  platform().up(release(images.a));
  const address = await edgeAddress();
  await steady("demo", address);
  const perSecond = 250;
  const load = new MixedLoad({ address: () => address }, perSecond);
  let releases = 0;
  const started = performance.now();
  const seconds = wantedRequests / perSecond;
  while (performance.now() - started < seconds * 1000) {
    await platform().upMeanwhile(release(releases % 2 === 0 ? images.b : images.a));
    releases += 1;
  }
  return { ...(await load.stop()), releases };
}

const progressDeadline = 30;
await openPlatform();
try {
  console.log("| what | figure | bound |\n| --- | --- | --- |");
  const cold = await medianOf(runs, emptyToHttps);
  row("empty cluster to the first answer over HTTPS", `${cold.toFixed(0)} s`);
  const own = await medianOf(runs, upExtra);
  row("what a new application adds to a run", `${own.toFixed(1)} s`, "1.2 x kubectl, below helm");
  platform().up();
  const { directory, chart } = writeManifests();
  const kubectl = await medianOf(runs, () => kubectlExtra(directory));
  const helm = await medianOf(runs, () => helmExtra(chart));
  rmSync(directory, { recursive: true });
  row("the same with kubectl apply and wait", `${kubectl.toFixed(1)} s`);
  row("the same with helm install --wait", `${helm.toFixed(1)} s`);
  platform().up();
  const rotated = await medianOf(runs, rotate);
  row("a secret's new value in the pod", `${rotated.toFixed(1)} s`);
  const reported = await medianOf(runs, badImage);
  row(
    "an image that does not exist is reported",
    `${reported.toFixed(0)} s`,
    `${String(progressDeadline + 30)} s`,
  );
  const outcome = await rollouts();
  row(`${String(outcome.releases)} rollouts under load`, described(outcome), "0");
} finally {
  await putSecret(secretName("demo"), demoSecret);
  await closePlatform();
}
