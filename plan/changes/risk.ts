import { isDeepStrictEqual } from "node:util";
import type { Action, Risk } from "./change.ts";
import { exposureOf } from "./exposure.ts";
import type { PropertyChange } from "./property-changes.ts";
import { recordOf } from "../simulated/account.ts";

/** What is judged: one resource on its way from `before` to `after`. */
export interface Judged {
  readonly type: string;
  readonly action: Action;
  readonly protect: boolean;
  /** Whether it holds something that a new one doesn't have. */
  readonly stateful: boolean;
  /** Inputs as they were; absent for a resource that is new. */
  readonly before?: Readonly<Record<string, unknown>>;
  /** Inputs as they will be; absent for one that goes. */
  readonly after?: Readonly<Record<string, unknown>>;
  readonly properties: readonly PropertyChange[];
}

/** Pulumi's resource option that refuses deletion, listed among the properties that change. */
export const protectOption = "protect";

/** Kinds that decide who may do or reach what. */
const accessKinds =
  /^(?:aws:iam\/|aws:(?:ec2|vpc)\/(?:defaultSecurityGroup|securityGroup|defaultNetworkAcl|networkAcl)|aws:eks\/(?:accessEntry|accessPolicyAssociation|podIdentityAssociation)|aws:s3\/bucket(?:Policy|PublicAccessBlock|AclV2|Acl)|aws:ecr\/repositoryPolicy|aws:secretsmanager\/secretPolicy|aws:sns\/topicPolicy|aws:kms\/(?:grant|keyPolicy)|kubernetes:(?:admissionregistration|rbac\.authorization)\.k8s\.io\/|kubernetes:networking\.k8s\.io\/[^:]*:NetworkPolicy$)/;

/** Properties that do so in kinds of another purpose. */
const accessProperties: readonly { readonly type: RegExp; readonly path: RegExp }[] = [
  {
    type: /^aws:eks\/cluster:/,
    path: /^(?:vpcConfig\.(?:endpoint|publicAccessCidrs|securityGroupIds)|accessConfig)/,
  },
  { type: /^aws:kms\/key:/, path: /^policy\b/ },
  { type: /^aws:rds\//, path: /^(?:publiclyAccessible|vpcSecurityGroupIds)\b/ },
  { type: /^kubernetes:core\/v1:Namespace$/, path: /pod-security|slipway\/image-/ },
  {
    type: /^kubernetes:/,
    path: /\b(?:securityContext|hostNetwork|hostPID|hostIPC|privileged|serviceAccountName|automountServiceAccountToken)\b/,
  },
];

const imagePath = /(?:^|\.)(?:image|imageTag|imageDigest)$|app\.kubernetes\.io\/version/;
const configurationKinds =
  /^kubernetes:(?:core\/v1:(?:ConfigMap|Secret)|external-secrets\.io\/|generators\.external-secrets\.io\/)|^aws:(?:ssm\/parameter|secretsmanager\/)/;
const configurationPath = /\b(?:env|envFrom|volumes|volumeMounts|values)\b|slipway\/config-hash/;
const scalingKinds = /^kubernetes:(?:autoscaling\/|policy\/)|^aws:(?:appautoscaling|autoscaling)\//;
const scalingPath =
  /\b(?:replicas|scalingConfig|instanceTypes?|capacityType|desiredSize|minSize|maxSize|resources|instanceClass|allocatedStorage|nodeType|volumeSize)\b/;

/** The highest risk that a change has. */
export function riskOf(judged: Judged): Risk {
  const { type, action, protect, stateful, properties, before, after } = judged;
  if ((action === "replace" || action === "delete") && (protect || stateful)) return "loss";
  // What nobody manages any more may be made a second time, empty.
  if (action === "forget" && stateful) return "loss";
  if (properties.some(({ path, after }) => path === protectOption && after === "false"))
    return "loss";
  const touches = (path: RegExp) => properties.some((change) => path.test(change.path));
  const isAccess =
    accessKinds.test(type) ||
    opens(judged) ||
    accessProperties.some((rule) => rule.type.test(type) && touches(rule.path));
  // Without a difference of its own it only waits for something else, whose risk is told there.
  if (isAccess && !(action === "update" && properties.length === 0)) return "access";
  if (isMigration(type, after ?? before ?? {})) return "migration";
  if (touches(imagePath)) return "image";
  if (action === "update" && properties.length > 0 && !configurationKinds.test(type)) {
    if (touches(configurationPath)) return "configuration";
    if (touches(scalingPath)) return "scaling";
  }
  if (action === "update" && properties.length === 0) return "other";
  if (configurationKinds.test(type)) return "configuration";
  return scalingKinds.test(type) ? "scaling" : "other";
}

/** Whether others reach what they did not reach before, or the other way round. */
function opens({ type, action, before, after }: Judged): boolean {
  if (after === undefined || action === "import") return false;
  return !isDeepStrictEqual(exposureOf(type, before), exposureOf(type, after));
}

/** Whether a resource is part of a migration: its Job or its scripts. */
export function isMigration(type: string, inputs: Readonly<Record<string, unknown>>): boolean {
  if (type !== "kubernetes:batch/v1:Job" && type !== "kubernetes:core/v1:ConfigMap") return false;
  const labels = recordOf(recordOf(inputs.metadata).labels);
  return labels["app.kubernetes.io/component"] === "migration";
}
