import { namingRules } from "../../policies/rules/naming.ts";
import { awsProvider, logGroup, provider } from "./aws-fixtures.ts";
import { deployment, kubernetesProvider } from "./kubernetes-fixtures.ts";
import { change, testRules, type CasesByRule } from "./support.ts";

export const cases: CasesByRule = {
  "aws-account-guarded": {
    passes: {
      "a provider of listed accounts": [awsProvider],
      "the same outside of the engine": [
        change(awsProvider, "allowedAccountIds", ["123456789012"]),
      ],
    },
    fails: {
      "a provider of any account": [
        [change(awsProvider, "allowedAccountIds", undefined)],
        "the AWS provider works in any account: set allowedAccountIds (config slipway:account.allowedAccountIds)",
      ],
      "an empty list": [
        [change(awsProvider, "allowedAccountIds", "[]")],
        "the AWS provider works in any account: set allowedAccountIds (config slipway:account.allowedAccountIds)",
      ],
    },
  },
  "aws-tags": {
    passes: {
      "both tags": [awsProvider],
      "the same outside of the engine": [
        change(awsProvider, "defaultTags", { tags: { project: "acme", environment: "staging" } }),
      ],
    },
    fails: {
      "one tag": [
        [change(awsProvider, "defaultTags", { tags: { project: "acme" } })],
        "defaultTags of the AWS provider lack environment: set both",
      ],
    },
  },
  "aws-names": {
    passes: {
      "names of the environment": [logGroup],
      "names that AWS resources of others have": [
        {
          ...change(logGroup, "name", "api.example.com"),
          type: "aws:route53/record:Record",
        },
      ],
      "names of what environments share": [
        {
          ...change(logGroup, "name", "/acme/audit"),
          name: "acme-audit",
          provider: { defaultTags: { tags: { project: "acme", environment: "shared" } } },
        },
      ],
      "a provider without tags, of which another rule complains": [{ ...logGroup, provider: {} }],
    },
    fails: {
      "names of anything": [
        [{ ...change(logGroup, "name", "logs"), name: "logs" }],
        'the logical name is "logs": begin it with "acme-staging-"',
        'the name in AWS is "logs": it must hold acme, staging',
      ],
      "a shared name without the project": [
        [
          {
            ...change(logGroup, "name", "audit"),
            name: "acme-audit",
            provider: { defaultTags: { tags: { project: "acme", environment: "shared" } } },
          },
        ],
        'the name in AWS is "audit": it must hold acme',
      ],
      "a prefix that goes on": [
        [{ ...change(logGroup, "name", undefined), name: "acme-staging2-logs" }],
        'the logical name is "acme-staging2-logs": begin it with "acme-staging-"',
      ],
    },
  },
  "kubernetes-provider-explicit": {
    passes: {
      "the provider of one cluster": [deployment, kubernetesProvider],
      "the provider that @pulumi/eks makes for its cluster": [
        change(kubernetesProvider, "clusterIdentifier", undefined),
      ],
      AWS: [{ ...logGroup, provider, providerName: "default_7_48_0" }],
    },
    fails: {
      "the ambient cluster": [
        [
          { ...deployment, providerName: "default_4_34_2" },
          { ...kubernetesProvider, props: { context: "kind" } },
        ],
        "the object goes to the default Kubernetes provider: pass the cluster's own",
        "the Kubernetes provider is bound to no cluster: set clusterIdentifier",
      ],
    },
  },
};

testRules(namingRules, cases);
