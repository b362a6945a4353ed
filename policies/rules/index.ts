import { availabilityRules } from "./availability.ts";
import { bucketRules } from "./buckets.ts";
import { certificateRules } from "./certificates.ts";
import { clusterRules } from "./cluster.ts";
import { edgeRules } from "./edge.ts";
import { iamRules } from "./iam.ts";
import { imageRules } from "./images.ts";
import { ingressRules } from "./ingress.ts";
import { isolationRules } from "./isolation.ts";
import { migrationRules } from "./migrations.ts";
import { namingRules } from "./naming.ts";
import { networkRules } from "./network.ts";
import { nodeRules } from "./nodes.ts";
import { rbacRules } from "./rbac.ts";
import type { Rule } from "./rule.ts";
import { secretRules } from "./secrets.ts";
import { sizeRules } from "./sizes.ts";
import { workloadRules } from "./workloads.ts";

/** All policies of the pack. */
export const rules: readonly Rule[] = [
  ...clusterRules,
  ...networkRules,
  ...iamRules,
  ...nodeRules,
  ...imageRules,
  ...bucketRules,
  ...secretRules,
  ...workloadRules,
  ...isolationRules,
  ...rbacRules,
  ...ingressRules,
  ...edgeRules,
  ...certificateRules,
  ...availabilityRules,
  ...migrationRules,
  ...namingRules,
  ...sizeRules,
];
