import { stringify } from "yaml";
import { secretMark } from "./redact.ts";
import { recordOf, textOf } from "./simulated/account.ts";
import type { PlannedResource } from "./plan.ts";

type Properties = Readonly<Record<string, unknown>>;

interface Manifest {
  readonly path: string;
  readonly text: string;
}

/**
 * The Kubernetes half of a plan as files for `kubectl apply`, by path: one per object, and the
 * values of each Helm release with the command that installs it. Secret values are not in them.
 */
export function manifestsOf(resources: readonly PlannedResource[]): Map<string, string> {
  const files = new Map<string, string>();
  for (const resource of resources) {
    const manifest = manifestOf(resource);
    if (manifest === undefined) continue;
    files.set(freePath(files, manifest.path), manifest.text);
  }
  return files;
}

function manifestOf(resource: PlannedResource): Manifest | undefined {
  if (resource.type === "kubernetes:helm.sh/v3:Release") return releaseManifest(resource);
  const [provider, group = "", typeKind = ""] = resource.type.split(":");
  if (provider !== "kubernetes" || !resource.custom || group.startsWith("helm.sh/"))
    return undefined;
  const { apiVersion, kind, metadata, ...content } = resource.inputs;
  // A patch is not an object, and the objects of a list have no names of their own.
  if (typeKind.endsWith("List") || typeKind.endsWith("Patch")) return undefined;
  const objectKind = textOf(kind, typeKind);
  const named = { name: resource.name, ...withoutPulumiAnnotations(recordOf(metadata)) };
  const namespace = textOf(recordOf(metadata).namespace, "_cluster");
  const { kept, leftOut } = splitSecrets(content);
  return {
    path: filePath(namespace, `${objectKind}-${textOf(named.name, resource.name)}.yaml`),
    text:
      comment(leftOut) +
      yamlOf({
        apiVersion: textOf(apiVersion, group.replace(/^core\//, "")),
        kind: objectKind,
        metadata: named,
        ...kept,
      }),
  };
}

function releaseManifest({ name, inputs }: PlannedResource): Manifest {
  const releaseName = textOf(inputs.name, name);
  const namespace = textOf(inputs.namespace, "default");
  const path = filePath("helm", `${namespace}-${releaseName}.values.yaml`);
  const repository = textOf(recordOf(inputs.repositoryOpts).repo, "");
  const words = [
    `helm upgrade --install ${releaseName} ${textOf(inputs.chart, releaseName)}`,
    ...(repository === "" ? [] : [`--repo ${repository}`]),
    `--version ${textOf(inputs.version, "latest")}`,
    `--namespace ${namespace}`,
    `--values ${path}`,
  ];
  return { path, text: comment(words.join(" ")) + yamlOf(recordOf(inputs.values)) };
}

/** Whole sections of a Secret that are secret can't be applied: they are named instead. */
function splitSecrets(content: Properties): { kept: Properties; leftOut: string } {
  const secret = Object.keys(content).filter((key) => content[key] === secretMark);
  return {
    kept: Object.fromEntries(Object.entries(content).filter(([, value]) => value !== secretMark)),
    leftOut: secret.length === 0 ? "" : `left out, since secret: ${secret.sort().join(", ")}`,
  };
}

function withoutPulumiAnnotations(metadata: Properties): Properties {
  const { annotations, ...rest } = metadata;
  const kept = Object.entries(recordOf(annotations)).filter(
    ([key]) => !key.startsWith("pulumi.com/"),
  );
  return kept.length === 0 ? rest : { ...rest, annotations: Object.fromEntries(kept) };
}

const firstKeys = ["apiVersion", "kind", "metadata", "spec"];

/** Names first, then the alphabet, so that equal objects are equal files. */
function yamlOf(object: Properties): string {
  const ordered = Object.fromEntries(
    [...firstKeys, ...Object.keys(object).sort()]
      .filter((key) => Object.hasOwn(object, key))
      .map((key) => [key, namesFirst(object[key])]),
  );
  return stringify(ordered, {
    aliasDuplicateObjects: false,
    // kubectl reads `on`, `yes` and octal numbers as YAML 1.1 does.
    compat: "yaml-1.1",
    lineWidth: 0,
  });
}

function namesFirst(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(namesFirst);
  if (typeof value !== "object" || value === null) return value;
  const record = recordOf(value);
  const keys = Object.keys(record).sort(
    (a, b) => Number(b === "name") - Number(a === "name") || (a < b ? -1 : 1),
  );
  return Object.fromEntries(keys.map((key) => [key, namesFirst(record[key])]));
}

function comment(text: string): string {
  return text === "" ? "" : `# ${text.replace(/\p{Cc}|\u2028|\u2029/gu, " ")}\n`;
}

/** A path of one folder and one file, whatever the names hold. */
function filePath(folder: string, file: string): string {
  return [folder, file]
    .map((part) =>
      part
        .toLowerCase()
        .replace(/[^a-z0-9._-]/g, "_")
        .replace(/^\.+/, "_"),
    )
    .join("/");
}

/** Objects of one kind and name in two API groups are two files. */
function freePath(files: ReadonlyMap<string, string>, path: string): string {
  if (!files.has(path)) return path;
  const extension = path.endsWith(".values.yaml") ? ".values.yaml" : ".yaml";
  const stem = path.slice(0, -extension.length);
  for (let number = 2; ; number += 1) {
    const candidate = `${stem}-${String(number)}${extension}`;
    if (!files.has(candidate)) return candidate;
  }
}
