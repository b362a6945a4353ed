import { containers, podSpec, type Container } from "./pods.ts";
import {
  at,
  hasKey,
  judgeEach,
  keysAt,
  listAt,
  numberAt,
  shown,
  shownAll,
  textAt,
  textsAt,
} from "./read.ts";
import type { Rule } from "./rule.ts";

const levels = ["enforce", "audit", "warn"];

/** A setting of the container, or of its pod where the container has none. */
function setting(pod: unknown, container: Container, ...path: readonly string[]): unknown {
  return at(container.content, "securityContext", ...path) ?? at(pod, "securityContext", ...path);
}

/** Judges each container with its pod. */
function judgeContainers(
  type: string,
  props: unknown,
  judge: (container: Container, pod: unknown) => void,
): void {
  const pod = podSpec(type, props);
  judgeEach(containers(pod), (container) => {
    judge(container, pod);
  });
}

export const workloadRules: readonly Rule[] = [
  {
    name: "namespace-pod-security",
    description:
      "Namespaces enforce, audit and warn by a pinned version of the restricted Pod Security Standard (K01; CIS 4.2.1).",
    tags: ["K01", "APP-14"],
    enforcementLevel: "mandatory",
    validateResource: ({ type, props }, report) => {
      if (type !== "kubernetes:core/v1:Namespace") return;
      const label = (key: string) =>
        textAt(props, "metadata", "labels", `pod-security.kubernetes.io/${key}`);
      for (const level of levels) {
        const standard = label(level);
        if (standard !== "restricted") {
          report(
            `label pod-security.kubernetes.io/${level} is ${shown(standard)}: only "restricted" is allowed`,
          );
        }
        const version = label(`${level}-version`);
        if (/^v1\.\d+$/.test(version ?? "")) continue;
        report(
          `label pod-security.kubernetes.io/${level}-version is ${shown(version)}: pin one such as v1.36`,
        );
      }
    },
  },
  {
    name: "container-not-root",
    description:
      "Containers run as a user of their own above 10000, never as root (K02, APP-14; CKV_K8S_6, CKV_K8S_40).",
    tags: ["K02", "APP-14"],
    enforcementLevel: "mandatory",
    validateResource: ({ type, props }, report) => {
      judgeContainers(type, props, (container, pod) => {
        const nonRoot = setting(pod, container, "runAsNonRoot");
        if (nonRoot !== true) {
          report(
            `runAsNonRoot of container ${shown(container.name)} is ${shown(nonRoot)}: only true is allowed`,
          );
        }
        const user = setting(pod, container, "runAsUser");
        if (typeof user === "number" && user > 10000) return;
        report(
          `runAsUser of container ${shown(container.name)} is ${shown(user)}: 10001 or more is allowed (config slipway:apps.<app>.user)`,
        );
      });
    },
  },
  {
    name: "container-no-escalation",
    description:
      "Containers are not privileged and gain no privileges (K03, APP-14; CKV_K8S_16, CKV_K8S_20).",
    tags: ["K03", "APP-14"],
    enforcementLevel: "mandatory",
    validateResource: ({ type, props }, report) => {
      judgeContainers(type, props, ({ name, content }) => {
        const escalation = at(content, "securityContext", "allowPrivilegeEscalation");
        if (escalation !== false) {
          report(
            `allowPrivilegeEscalation of container ${shown(name)} is ${shown(escalation)}: only false is allowed`,
          );
        }
        if (at(content, "securityContext", "privileged") !== true) return;
        report(`container ${shown(name)} is privileged: none may be`);
      });
    },
  },
  {
    name: "container-no-capabilities",
    description:
      "Containers drop all capabilities and add none (K04, APP-14; CKV_K8S_28, CKV_K8S_37).",
    tags: ["K04", "APP-14"],
    enforcementLevel: "mandatory",
    validateResource: ({ type, props }, report) => {
      judgeContainers(type, props, ({ name, content }) => {
        const dropped = textsAt(content, "securityContext", "capabilities", "drop");
        if (!dropped.includes("ALL")) {
          report(
            `container ${shown(name)} drops ${dropped.length > 0 ? shownAll(dropped) : "no capability"}: it must drop ALL`,
          );
        }
        const added = textsAt(content, "securityContext", "capabilities", "add");
        if (added.length === 0) return;
        report(`container ${shown(name)} adds ${shownAll(added)}: none may be added`);
      });
    },
  },
  {
    name: "container-seccomp",
    description: "Containers run under the runtime's seccomp profile (K05, APP-14; CKV_K8S_31).",
    tags: ["K05", "APP-14"],
    enforcementLevel: "mandatory",
    validateResource: ({ type, props }, report) => {
      judgeContainers(type, props, (container, pod) => {
        const profile = setting(pod, container, "seccompProfile", "type");
        if (profile === "RuntimeDefault" || profile === "Localhost") return;
        report(
          `seccompProfile.type of container ${shown(container.name)} is ${shown(profile)}: "RuntimeDefault" is allowed`,
        );
      });
    },
  },
  {
    name: "container-read-only",
    description: "The root file system of containers is read-only (K06, APP-14; CKV_K8S_22).",
    tags: ["K06", "APP-14"],
    enforcementLevel: "mandatory",
    validateResource: ({ type, props }, report) => {
      judgeContainers(type, props, ({ name, content }) => {
        const readOnly = at(content, "securityContext", "readOnlyRootFilesystem");
        if (readOnly === true) return;
        report(
          `readOnlyRootFilesystem of container ${shown(name)} is ${shown(readOnly)}: only true is allowed, with an emptyDir where it writes`,
        );
      });
    },
  },
  {
    name: "pod-off-host",
    description:
      "Pods share no namespace, port or directory with their node (K07; CIS 4.2.2-4.2.4, KS C-0038).",
    tags: ["K07", "APP-14"],
    enforcementLevel: "mandatory",
    validateResource: ({ type, props }, report) => {
      const pod = podSpec(type, props);
      for (const key of ["hostNetwork", "hostPID", "hostIPC"]) {
        if (at(pod, key) === true) report(`${key} is true: only false is allowed`);
      }
      judgeEach(listAt(pod, "volumes"), (volume) => {
        if (!hasKey(volume, "hostPath")) return;
        report(`volume ${shown(at(volume, "name"))} is a directory of the node: none may be`);
      });
      judgeContainers(type, props, ({ name, content }) => {
        for (const port of listAt(content, "ports")) {
          const hostPort = numberAt(port, "hostPort") ?? 0;
          if (hostPort === 0) continue;
          report(`container ${shown(name)} takes port ${String(hostPort)} of the node: none may`);
        }
      });
    },
  },
  {
    name: "container-resources",
    description:
      "Containers request CPU and memory and have limits of memory and disk (K08, APP-3; CKV_K8S_10-13).",
    tags: ["K08", "APP-3"],
    enforcementLevel: "mandatory",
    validateResource: ({ type, props }, report) => {
      const expected = [
        ["requests", "cpu", "cpu"],
        ["requests", "memory", "memory"],
        ["limits", "memory", "memoryLimit"],
        ["limits", "ephemeral-storage", "ephemeralStorageLimit"],
      ] as const;
      judgeContainers(type, props, ({ name, content }) => {
        for (const [kind, resource, key] of expected) {
          if (keysAt(content, "resources", kind).includes(resource)) continue;
          report(
            `container ${shown(name)} has no resources.${kind}.${resource}: set one (config slipway:apps.<app>.resources.${key})`,
          );
        }
      });
    },
  },
  {
    name: "pod-own-service-account",
    description:
      "Pods run as a service account of their own and get no token of the API server (K09; CIS 4.1.5, 4.1.6).",
    tags: ["K09", "APP-10"],
    enforcementLevel: "mandatory",
    validateResource: ({ type, props }, report) => {
      const pod = podSpec(type, props);
      if (pod === undefined) return;
      const account = textAt(pod, "serviceAccountName") ?? "default";
      if (account === "default") {
        report('the pods run as service account "default": give them one of their own');
      }
      const token = at(pod, "automountServiceAccountToken");
      if (token === false) return;
      report(`automountServiceAccountToken is ${shown(token)}: only false is allowed`);
    },
  },
];
