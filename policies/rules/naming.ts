import { at, hasKey, listAt, parsed, shown, shownAll, textAt } from "./read.ts";
import type { Rule } from "./rule.ts";

const awsProvider = "pulumi:providers:aws";
const requiredTags = ["environment", "project"];

/** What the tag `environment` says of things that all environments of an account share. */
const shared = "shared";

/** Types whose name is somebody else's: a host, a zone, a repository shared by environments. */
const foreignNames = [
  "aws:ecr/repository:Repository",
  "aws:route53/record:Record",
  "aws:route53/zone:Zone",
];

/** Tags that a provider puts on all it makes; the engine hands nested settings over as JSON. */
function defaultTags(providerProps: unknown): unknown {
  return at(parsed(at(providerProps, "defaultTags")), "tags");
}

export const namingRules: readonly Rule[] = [
  {
    name: "aws-account-guarded",
    description: "AWS providers work in the accounts that they list only (EKS-8).",
    tags: ["EKS-8"],
    enforcementLevel: "mandatory",
    validateResource: ({ type, props }, report) => {
      if (type !== awsProvider) return;
      const accounts = listAt(parsed(at(props, "allowedAccountIds")));
      if (accounts.length > 0) return;
      report(
        "the AWS provider works in any account: set allowedAccountIds (config slipway:account.allowedAccountIds)",
      );
    },
  },
  {
    name: "aws-tags",
    description: "All AWS resources are tagged with project and environment (CI-11).",
    tags: ["CI-11"],
    enforcementLevel: "mandatory",
    validateResource: ({ type, props }, report) => {
      if (type !== awsProvider) return;
      const tags = defaultTags(props);
      const missing = requiredTags.filter((tag) => textAt(tags, tag) === undefined);
      if (missing.length === 0) return;
      report(`defaultTags of the AWS provider lack ${shownAll(missing)}: set both`);
    },
  },
  {
    name: "aws-names",
    description:
      "Names in AWS begin with project and environment, or hold both; what environments share, with the project (CI-11).",
    tags: ["CI-11"],
    enforcementLevel: "mandatory",
    validateResource: ({ type, name, props, provider }, report) => {
      if (!type.startsWith("aws:") || provider === undefined) return;
      const tags = defaultTags(provider.props);
      const parts = ["project", "environment"]
        .map((tag) => textAt(tags, tag))
        .filter((part) => part !== shared);
      if (parts.includes(undefined)) return;
      const prefix = parts.join("-");
      if (name !== prefix && !name.startsWith(`${prefix}-`)) {
        report(`the logical name is ${shown(name)}: begin it with ${shown(`${prefix}-`)}`);
      }
      if (foreignNames.includes(type) || !hasKey(props, "name")) return;
      const physical = textAt(props, "name") ?? "";
      if (parts.every((part) => physical.includes(part ?? ""))) return;
      report(`the name in AWS is ${shown(physical)}: it must hold ${shownAll(parts.map(String))}`);
    },
  },
  {
    name: "kubernetes-provider-explicit",
    description:
      "Kubernetes objects go to a provider that is bound to one cluster, never to the ambient one (EKS-7).",
    tags: ["EKS-7"],
    enforcementLevel: "mandatory",
    validateResource: ({ type, props, provider }, report) => {
      const bound = hasKey(props, "clusterIdentifier") || hasKey(props, "kubeconfig");
      if (type === "pulumi:providers:kubernetes" && !bound) {
        report("the Kubernetes provider is bound to no cluster: set clusterIdentifier");
      }
      if (!type.startsWith("kubernetes:") || provider === undefined) return;
      if (!/^default(?:_|$)/.test(provider.name)) return;
      report("the object goes to the default Kubernetes provider: pass the cluster's own");
    },
  },
];
