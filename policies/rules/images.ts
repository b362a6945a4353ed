import { excepted } from "./exceptions.ts";
import { at, judgeEach, listAt, numberAt, parsed, shown, shownAll } from "./read.ts";
import { textAt, textsAt } from "./read.ts";
import { containers, podSpec } from "./pods.ts";
import { ofType, waitsFor, type Rule } from "./rule.ts";

const repository = "aws:ecr/repository:Repository";
const release = "kubernetes:helm.sh/v3:Release";

/** Registries, or parts of them, whose owners are known. */
const registries = [
  "docker.io/flyway/",
  "docker.io/library/traefik",
  "docker.io/traefik",
  "ghcr.io",
  "public.ecr.aws",
  "quay.io",
  "registry.k8s.io",
];
const ecr =
  /^\d{12}\.dkr[.-]ecr(?:-fips)?\.[a-z0-9-]+\.(?:amazonaws\.com(?:\.cn)?|on\.aws|on\.amazonwebservices\.com\.cn)$/;
const loopback = /^(?:localhost|127\.0\.0\.1|\[::1\]|[a-z0-9.-]+\.localhost)(?::\d+)?$/;

interface Image {
  readonly registry: string;
  /** Registry and repository. */
  readonly path: string;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

function parseImage(image: string): Image {
  const [reference = "", digest] = image.split("@");
  const tagged = /^(.*):([^/:]+)$/.exec(reference);
  const path = tagged?.[1] ?? reference;
  const first = path.split("/")[0] ?? "";
  const named = path.includes("/") && /[.:]|^localhost$/.test(first);
  const hub = path.includes("/") ? `docker.io/${path}` : `docker.io/library/${path}`;
  return {
    registry: named ? first : "docker.io",
    path: named ? path : hub,
    tag: tagged?.[2],
    digest,
  };
}

/** Tags of images that were deployed. */
const deployedTags = "deployed-*";

/**
 * Whether a lifecycle policy keeps what was deployed: ECR removes no image by a rule that an earlier
 * one selected, so the first rule selects it and by its count removes nothing.
 */
function keepsDeployed(policy: unknown): boolean {
  const rules = listAt(parsed(policy), "rules").toSorted(
    (a, b) => (numberAt(a, "rulePriority") ?? 0) - (numberAt(b, "rulePriority") ?? 0),
  );
  const selection = at(rules[0], "selection");
  const patterns = textsAt(selection, "tagPatternList");
  return (
    patterns.length === 1 &&
    patterns[0] === deployedTags &&
    at(selection, "countType") === "imageCountMoreThan" &&
    (numberAt(selection, "countNumber") ?? 0) >= 100_000
  );
}

/** Images of the pods that an object runs. */
function judgeImages(
  type: string,
  props: unknown,
  judge: (container: string, written: string, image: Image) => void,
): void {
  judgeEach(containers(podSpec(type, props)), ({ name, content }) => {
    const written = textAt(content, "image") ?? "";
    judge(name, written, parseImage(written));
  });
}

const isDigest = (digest: string | undefined) => /^sha256:[0-9a-f]{64}$/.test(digest ?? "");
const isCommit = (tag: string | undefined) => /^[0-9a-f]{7,40}$/.test(tag ?? "");
const isVersion = (tag: string | undefined) => /^v?\d+(?:\.\d+){1,3}(?:-[\w.-]+)?$/.test(tag ?? "");

export const imageRules: readonly Rule[] = [
  {
    name: "ecr-tags-immutable",
    description: "A tag in ECR never moves to another image (E01, CI-9; CKV_AWS_51).",
    tags: ["E01", "CI-9"],
    enforcementLevel: "mandatory",
    validateResource: ({ type, props }, report) => {
      if (type !== repository) return;
      const mutability = at(props, "imageTagMutability");
      if (mutability === "IMMUTABLE") return;
      report(`imageTagMutability is ${shown(mutability)}: only "IMMUTABLE" is allowed`);
    },
  },
  {
    name: "ecr-scan-on-push",
    description: "ECR scans every image that is pushed (E02, CI-9; CIS 5.1.1, CKV_AWS_163).",
    tags: ["E02", "CI-9"],
    enforcementLevel: "mandatory",
    validateResource: ({ type, props }, report) => {
      if (type !== repository) return;
      const scan = at(props, "imageScanningConfiguration", "scanOnPush");
      if (scan === true) return;
      report(`imageScanningConfiguration.scanOnPush is ${shown(scan)}: only true is allowed`);
    },
  },
  {
    name: "ecr-encrypted",
    description: "ECR encrypts images with a customer key (E03; CKV_AWS_136, NAG ECR1).",
    tags: ["E03"],
    enforcementLevel: "mandatory",
    validateResource: ({ type, props }, report) => {
      if (type !== repository) return;
      const configured = at(props, "encryptionConfigurations");
      const first: unknown = Array.isArray(configured) ? configured[0] : configured;
      const encryption = at(first, "encryptionType");
      if (encryption === "KMS") return;
      report(
        `encryptionConfigurations[0].encryptionType is ${shown(encryption)}: only "KMS" is allowed`,
      );
    },
  },
  {
    name: "ecr-lifecycle",
    description:
      "Every repository in ECR has a lifecycle policy, and none that removes what was deployed (E03; BPG image).",
    tags: ["E03"],
    enforcementLevel: "mandatory",
    validateStack: ({ resources }, report) => {
      const policies = ofType(resources, "aws:ecr/lifecyclePolicy:LifecyclePolicy");
      judgeEach(policies, ({ props, urn }) => {
        if (keepsDeployed(at(props, "policy"))) return;
        report(
          `the lifecycle policy may remove what runs: let its first rule select the tags ${deployedTags} and no other rule come before it`,
          urn,
        );
      });
      for (const found of ofType(resources, repository)) {
        if (policies.some((policy) => waitsFor(policy, found))) continue;
        report("the repository has no lifecycle policy: images pile up for ever", found.urn);
      }
    },
  },
  {
    name: "image-pinned-to-commit",
    description:
      "Images are pinned to a commit, a version or a digest, never to a tag that moves (E04, APP-1; CKV_K8S_14).",
    tags: ["E04", "APP-1"],
    enforcementLevel: "mandatory",
    validateResource: ({ type, props }, report) => {
      judgeImages(type, props, (container, written, { tag, digest }) => {
        if (isDigest(digest)) return;
        if (digest === undefined && (isCommit(tag) || isVersion(tag))) return;
        report(
          `container ${shown(container)} runs ${shown(written)}: give 7 to 40 hexadecimal digits of a commit as the tag, or a digest (config slipway:apps.<app>.image.sha)`,
        );
      });
    },
  },
  {
    name: "third-party-image-by-digest",
    description: "Images of others are pinned by digest (E05; CKV_K8S_43).",
    tags: ["E05"],
    enforcementLevel: "mandatory",
    validateResource: ({ type, props, name: logicalName }, report) => {
      judgeImages(type, props, (container, written, { tag, digest }) => {
        if (digest !== undefined || !isVersion(tag) || isCommit(tag)) return;
        if (excepted("third-party-image-by-digest", { type, name: logicalName })) return;
        report(
          `container ${shown(container)} runs ${shown(written)}: add the digest of the image, @sha256:...`,
        );
      });
    },
  },
  {
    name: "image-registry-known",
    description: "Images come from registries of a list (E06; CIS 5.1.4).",
    tags: ["E06"],
    enforcementLevel: "mandatory",
    configSchema: {
      properties: {
        registries: {
          type: "array",
          items: { type: "string" },
          default: [],
        },
      },
    },
    validateResource: (args, report) => {
      const { type, props } = args;
      const further = () => args.getConfig<{ registries?: readonly string[] }>().registries ?? [];
      judgeImages(type, props, (container, written, { registry, path }) => {
        if (ecr.test(registry) || loopback.test(registry)) return;
        const known = [...registries, ...further()];
        if (known.some((prefix) => isWithin(path, prefix))) return;
        report(
          `container ${shown(container)} runs ${shown(written)}: allowed are ECR and ${shownAll(known)} (more by the policy's own configuration, registries)`,
        );
      });
    },
  },
  {
    name: "helm-chart-pinned",
    description: "Helm releases have a name of their own and an exact chart version (E05).",
    tags: ["E05"],
    enforcementLevel: "mandatory",
    validateResource: ({ type, props }, report) => {
      if (type !== release) return;
      const version = textAt(props, "version");
      if (!/^v?\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version ?? "")) {
        report(
          `the chart's version is ${shown(version)}: give an exact one such as 1.2.3 (config slipway:mirror.chartVersions)`,
        );
      }
      if (textAt(props, "name") !== undefined) return;
      report("the release has no name: give one, or Pulumi makes up a new one at a replacement");
    },
  },
];

function isWithin(path: string, prefix: string): boolean {
  return path === prefix || path.startsWith(prefix.endsWith("/") ? prefix : `${prefix}/`);
}
