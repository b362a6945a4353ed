import { workloadRules } from "../../policies/rules/workloads.ts";
import { cronJob, deployment, job, namespace } from "./kubernetes-fixtures.ts";
import { change, testRules, type CasesByRule, type Given } from "./support.ts";

const pod = (path: string, value: unknown): Given =>
  change(deployment, `spec.template.spec.${path}`, value);
const container = (path: string, value: unknown): Given => pod(`containers.0.${path}`, value);
const label = (key: string, value: string): Given =>
  change(namespace, ["metadata", "labels", `pod-security.kubernetes.io/${key}`], value);
const compliant = { passes: { "a hardened pod, wherever it is": [deployment, job, cronJob] } };

export const cases: CasesByRule = {
  "namespace-pod-security": {
    passes: { "restricted at all three levels": [namespace] },
    fails: {
      "a privileged namespace": [
        [label("enforce", "privileged")],
        'label pod-security.kubernetes.io/enforce is "privileged": only "restricted" is allowed',
      ],
      "a standard that moves": [
        [label("audit-version", "latest")],
        'label pod-security.kubernetes.io/audit-version is "latest": pin one such as v1.36',
      ],
    },
  },
  "container-not-root": {
    ...compliant,
    fails: {
      root: [
        [pod("securityContext", { runAsUser: 0 })],
        'runAsNonRoot of container "api" is unset: only true is allowed',
        'runAsUser of container "api" is 0: 10001 or more is allowed (config slipway:apps.<app>.user)',
      ],
      "a container that overrides its pod": [
        [container("securityContext.runAsUser", 1000)],
        'runAsUser of container "api" is 1000: 10001 or more is allowed (config slipway:apps.<app>.user)',
      ],
      "a root init container": [
        [
          pod("initContainers", [
            { name: "copy", securityContext: { runAsNonRoot: false, runAsUser: 65532 } },
          ]),
        ],
        'runAsNonRoot of container "copy" is false: only true is allowed',
      ],
    },
  },
  "container-no-escalation": {
    ...compliant,
    fails: {
      "a privileged container": [
        [container("securityContext", { privileged: true })],
        'allowPrivilegeEscalation of container "api" is unset: only false is allowed',
        'container "api" is privileged: none may be',
      ],
    },
  },
  "container-no-capabilities": {
    ...compliant,
    fails: {
      "a capability": [
        [container("securityContext.capabilities", { add: ["NET_ADMIN"] })],
        'container "api" drops no capability: it must drop ALL',
        'container "api" adds NET_ADMIN: none may be added',
      ],
    },
  },
  "container-seccomp": {
    ...compliant,
    fails: {
      "no profile": [
        [pod("securityContext.seccompProfile", undefined)],
        'seccompProfile.type of container "api" is unset: "RuntimeDefault" is allowed',
      ],
    },
  },
  "container-read-only": {
    ...compliant,
    fails: {
      "a root that can be written": [
        [container("securityContext.readOnlyRootFilesystem", false)],
        'readOnlyRootFilesystem of container "api" is false: only true is allowed, with an emptyDir where it writes',
      ],
    },
  },
  "pod-off-host": {
    ...compliant,
    fails: {
      "network, directory and port of the node": [
        [
          pod("hostNetwork", true),
          pod("volumes", [{ name: "docker", hostPath: { path: "/var/run/docker.sock" } }]),
          container("ports", [{ containerPort: 80, hostPort: 80 }]),
        ],
        "hostNetwork is true: only false is allowed",
        'volume "docker" is a directory of the node: none may be',
        'container "api" takes port 80 of the node: none may',
      ],
    },
  },
  "container-resources": {
    ...compliant,
    fails: {
      "no limits": [
        [container("resources.limits", undefined)],
        'container "api" has no resources.limits.memory: set one (config slipway:apps.<app>.resources.memoryLimit)',
        'container "api" has no resources.limits.ephemeral-storage: set one (config slipway:apps.<app>.resources.ephemeralStorageLimit)',
      ],
      "no requests": [
        [container("resources.requests", {})],
        'container "api" has no resources.requests.cpu: set one (config slipway:apps.<app>.resources.cpu)',
        'container "api" has no resources.requests.memory: set one (config slipway:apps.<app>.resources.memory)',
      ],
    },
  },
  "pod-own-service-account": {
    ...compliant,
    fails: {
      "the default account with its token": [
        [
          change(
            pod("serviceAccountName", undefined),
            "spec.template.spec.automountServiceAccountToken",
            undefined,
          ),
        ],
        'the pods run as service account "default": give them one of their own',
        "automountServiceAccountToken is unset: only false is allowed",
      ],
    },
  },
};

testRules(workloadRules, cases);
