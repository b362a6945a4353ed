import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { labels } from "./names.ts";

/** Label of the namespaces that are guarded. */
const guarded = { "slipway/image-admission": "enforce" };

const repositoryKey = "slipway/image-repository";
const othersKey = "slipway/other-images";

/** What pods of a namespace may run. */
export interface AllowedImages {
  /** Repository of the application, whose images are pinned to commits or digests. */
  readonly repository: string;
  /** Further images, exactly as they are written. @default none */
  readonly others?: readonly string[];
}

/** Label and annotations by which a namespace tells {@link ImageAdmission} what it may run. */
export function imageAdmission({ repository, others = [] }: AllowedImages) {
  return {
    labels: guarded,
    annotations: { [repositoryKey]: repository, [othersKey]: others.join(",") },
  };
}

export interface ImageAdmissionArgs {
  /** Project, first part of the policy's name. */
  readonly project: string;
  /** Environment, second part of the policy's name. */
  readonly environment: string;
}

/**
 * Refuses, whoever applies it, a workload in an application's namespace that runs anything but the
 * application's repository by commit or digest. The API server itself judges: no webhook can be down.
 *
 * What is there already is left alone as long as its images do not change, and so are the pods of
 * controllers. A single pod may run another image, such as a shell for debugging, but the
 * application's own only by commit or digest.
 */
export class ImageAdmission extends pulumi.ComponentResource {
  constructor(name: string, args: ImageAdmissionArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:workloads:ImageAdmission", name, {}, opts);
    const policyName = `${args.project}-${args.environment}-images`;
    const metadata = {
      name: policyName,
      labels: labels({ project: args.project, name: policyName, component: "admission" }),
    };
    const policy = new k8s.admissionregistration.v1.ValidatingAdmissionPolicy(
      name,
      { metadata, spec: policySpec },
      { parent: this },
    );
    new k8s.admissionregistration.v1.ValidatingAdmissionPolicyBinding(
      name,
      {
        metadata,
        spec: {
          policyName: policy.metadata.name,
          validationActions: ["Deny"],
          matchResources: {
            namespaceSelector: {
              matchLabels: { "app.kubernetes.io/part-of": args.project, ...guarded },
            },
          },
        },
      },
      { parent: this },
    );
    this.registerOutputs();
  }
}

/** Images of all containers, as an expression of the Common Expression Language. */
function imagesOf(object: string): string {
  const spec = `(${object}.kind == "Pod" ? ${object}.spec : ${object}.kind == "CronJob" ? ${object}.spec.jobTemplate.spec.template.spec : ${object}.spec.template.spec)`;
  return `(${spec}.containers + (has(${spec}.initContainers) ? ${spec}.initContainers : [])).map(c, c.image)`;
}

const annotation = (key: string) => `namespaceObject.metadata.annotations["${key}"]`;
const ofRepository =
  'i == variables.repository || i.startsWith(variables.repository + ":") || i.startsWith(variables.repository + "@")';
const pinned = 'i.matches("^[^@]+(:[0-9a-f]{7,40}|@sha256:[0-9a-f]{64})$")';

const policySpec: k8s.types.input.admissionregistration.v1.ValidatingAdmissionPolicySpec = {
  failurePolicy: "Fail",
  matchConstraints: {
    resourceRules: [
      { apiGroups: [""], resources: ["pods"] },
      {
        apiGroups: ["apps"],
        resources: ["daemonsets", "deployments", "replicasets", "statefulsets"],
      },
      { apiGroups: ["batch"], resources: ["cronjobs", "jobs"] },
    ].map((rule) => ({ ...rule, apiVersions: ["v1"], operations: ["CREATE", "UPDATE"] })),
  },
  matchConditions: [
    // Their controller was judged, and must be able to end what it began.
    { name: "without-controller", expression: "!has(object.metadata.ownerReferences)" },
  ],
  variables: [
    // As of any type: each kind has its pods' specification in another place.
    { name: "images", expression: `[dyn(object)].map(o, ${imagesOf("o")})[0]` },
    {
      name: "imagesBefore",
      expression: `oldObject == null ? [] : [dyn(oldObject)].map(o, ${imagesOf("o")})[0]`,
    },
    { name: "repository", expression: annotation(repositoryKey) },
    { name: "others", expression: `${annotation(othersKey)}.split(",")` },
  ],
  validations: [
    {
      expression: `variables.images == variables.imagesBefore || variables.images.all(i, (${ofRepository}) ? ${pinned} : object.kind == "Pod" || i in variables.others)`,
      messageExpression: `"this namespace runs " + variables.repository + " by commit (7 to 40 hexadecimal digits) or digest, got " + variables.images.join(", ")`,
      reason: "Forbidden",
    },
  ],
};
