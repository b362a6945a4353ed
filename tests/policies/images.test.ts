import { imageRules } from "../../policies/rules/images.ts";
import {
  deployedImages,
  lifecycle,
  lifecyclePolicy,
  oldImages,
  repository,
} from "./aws-fixtures.ts";
import { cronJob, deployment, ingressNginx, job } from "./kubernetes-fixtures.ts";
import { change, testRules, type CasesByRule, type Given } from "./support.ts";

const ecr = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/acme/api";
const digest = `sha256:${"a".repeat(64)}`;

function running(image: string | undefined, given = deployment, path = "spec.template"): Given {
  return change(given, `${path}.spec.containers.0.image`, image);
}

const mayRemove =
  "the lifecycle policy may remove what runs: let its first rule select the tags deployed-* and no other rule come before it";
const forgetting = (...selections: readonly object[]): Given[] => [
  repository,
  change(lifecyclePolicy, "policy", lifecycle(...selections)),
];

const commitRule =
  "give 7 to 40 hexadecimal digits of a commit as the tag, or a digest (config slipway:apps.<app>.image.sha)";
const registryRule =
  "allowed are ECR and docker.io/flyway/, docker.io/library/traefik, docker.io/traefik, ghcr.io, public.ecr.aws, quay.io, registry.k8s.io (more by the policy's own configuration, registries)";

export const cases: CasesByRule = {
  "ecr-tags-immutable": {
    passes: { "immutable tags": [repository] },
    fails: {
      "tags that move": [
        [change(repository, "imageTagMutability", "MUTABLE")],
        'imageTagMutability is "MUTABLE": only "IMMUTABLE" is allowed',
      ],
    },
  },
  "ecr-scan-on-push": {
    passes: { "a scan at every push": [repository] },
    fails: {
      "no scan": [
        [change(repository, "imageScanningConfiguration", undefined)],
        "imageScanningConfiguration.scanOnPush is unset: only true is allowed",
      ],
    },
  },
  "ecr-encrypted": {
    passes: { "a customer key": [repository] },
    fails: {
      "the key of ECR": [
        [change(repository, "encryptionConfigurations", [{ encryptionType: "AES256" }])],
        'encryptionConfigurations[0].encryptionType is "AES256": only "KMS" is allowed',
      ],
    },
  },
  "ecr-lifecycle": {
    passes: { "a repository that forgets": [repository, lifecyclePolicy] },
    fails: {
      "a repository that keeps everything": [
        [repository],
        "the repository has no lifecycle policy: images pile up for ever",
      ],
      "a rule that comes before what was deployed": [
        forgetting(oldImages, deployedImages),
        mayRemove,
      ],
      "a count that what was deployed may exceed": [
        forgetting({ ...deployedImages, countNumber: 50 }, oldImages),
        mayRemove,
      ],
      "the removal of old deployed images": [
        forgetting({ ...deployedImages, countType: "sinceImagePushed" }),
        mayRemove,
      ],
      "a rule for images that bear a second pattern as well": [
        forgetting({ ...deployedImages, tagPatternList: ["deployed-*", "v*"] }, oldImages),
        mayRemove,
      ],
      "a policy that is no JSON": [[repository, change(lifecyclePolicy, "policy", "{")], mayRemove],
    },
  },
  "image-pinned-to-commit": {
    passes: {
      "a full commit": [deployment],
      "a short commit": [running(`${ecr}:63ec5c0`)],
      "a digest": [running(`${ecr}@${digest}`)],
      "a commit and its digest": [running(`${ecr}:63ec5c0@${digest}`)],
      "a version of somebody else's": [running("flyway/flyway:13.0.0-alpine")],
      "a registry with a port": [running("localhost:5000/acme/api:63ec5c0")],
    },
    fails: {
      latest: [[running(`${ecr}:latest`)], `container "api" runs "${ecr}:latest": ${commitRule}`],
      "no tag, of a registry with a port": [
        [running("localhost:5000/acme/api")],
        `container "api" runs "localhost:5000/acme/api": ${commitRule}`,
      ],
      "a branch, in a scheduled job": [
        [running(`${ecr}:master`, cronJob, "spec.jobTemplate.spec.template")],
        `container "api" runs "${ecr}:master": ${commitRule}`,
      ],
      "a digest cut short": [
        [running(`${ecr}@sha256:abc`)],
        `container "api" runs "${ecr}@sha256:abc": ${commitRule}`,
      ],
      "no image": [[running(undefined)], `container "api" runs "": ${commitRule}`],
    },
  },
  "third-party-image-by-digest": {
    passes: {
      "a commit": [deployment],
      "a version with its digest": [running(`flyway/flyway:13.0.0@${digest}`)],
      "the version of a migration's runner": [
        { ...running("flyway/flyway:13.0.0", job), name: "migrate-api-63ec5c0a1b2c-0a1b2c3d" },
      ],
    },
    fails: {
      "a version alone": [
        [running("flyway/flyway:13.0.0")],
        'container "api" runs "flyway/flyway:13.0.0": add the digest of the image, @sha256:...',
      ],
    },
  },
  "image-registry-known": {
    passes: {
      ECR: [deployment],
      "ECR by both protocols": [
        running("123456789012.dkr-ecr.eu-west-1.on.aws/acme/api:63ec5c0"),
        running("123456789012.dkr-ecr.cn-north-1.on.amazonwebservices.com.cn/acme/api:63ec5c0"),
      ],
      "a registry of this machine": [running("localhost:5000/acme/api:63ec5c0")],
      "Flyway on Docker Hub": [running(`flyway/flyway:13.0.0@${digest}`)],
      "a registry that the policy's configuration adds": [
        {
          ...running("registry.example.com/acme/api:63ec5c0"),
          policyConfig: { registries: ["registry.example.com"] },
        },
      ],
      "GitHub's registry": [running("ghcr.io/acme/api:63ec5c0")],
    },
    fails: {
      "anybody on Docker Hub": [
        [running("mallory/api:63ec5c0")],
        `container "api" runs "mallory/api:63ec5c0": ${registryRule}`,
      ],
      "a registry named like a known one": [
        [running("ghcr.io.example.com/acme/api:63ec5c0")],
        `container "api" runs "ghcr.io.example.com/acme/api:63ec5c0": ${registryRule}`,
      ],
    },
  },
  "helm-chart-pinned": {
    passes: {
      "an exact version": [ingressNginx],
      "a version with a v": [change(ingressNginx, "version", "v1.21.3")],
    },
    fails: {
      "a range and no name": [
        [change(change(ingressNginx, "version", "4.x"), "name", undefined)],
        'the chart\'s version is "4.x": give an exact one such as 1.2.3 (config slipway:mirror.chartVersions)',
        "the release has no name: give one, or Pulumi makes up a new one at a replacement",
      ],
    },
  },
};

testRules(imageRules, cases);
