import { applicationRules } from "./applications.ts";
import { clusterRules } from "./cluster.ts";
import { edgeRules } from "./edge.ts";
import { nameRules } from "./names.ts";
import { networkRules } from "./network.ts";
import type { Rule } from "./rule.ts";
import { secretRules } from "./secrets.ts";

/** All cross-field rules by subject, in the order in which the reference lists them. */
export const rulesBySubject: Readonly<Record<string, readonly Rule[]>> = {
  Names: nameRules,
  "Account, cluster and access": clusterRules,
  Network: networkRules,
  "Edge, certificates and DNS": edgeRules,
  Secrets: secretRules,
  Applications: applicationRules,
};

/** All cross-field rules. */
export const rules: readonly Rule[] = Object.values(rulesBySubject).flat();
