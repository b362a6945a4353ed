import { excepted } from "./exceptions.ts";
import { allowances, permissionDocuments, resourceDocument } from "./policy-documents.ts";
import { containers, podSpec } from "./pods.ts";
import {
  at,
  hasKey,
  judgeEach,
  keysAt,
  known,
  listAt,
  numberAt,
  shown,
  shownAll,
  textAt,
} from "./read.ts";
import { ofType, waitsFor, type Rule } from "./rule.ts";

const secret = "aws:secretsmanager/secret:Secret";

/** Names of variables that hold a secret, but not of those that say where or how one is found. */
function namesSecret(name: string): boolean {
  // A key of a ConfigMap may also be a file's name, of SQL about tokens for instance.
  if (!/^\w+$/.test(name)) return false;
  const words = name
    .replace(/([a-z])([A-Z])/g, "$1_$2")
    .toUpperCase()
    .split(/[^A-Z0-9]+/);
  const harmless = ["FILE", "PATH", "ARN", "NAME", "ENDPOINT", "URL", "SECONDS", "MINUTES", "DAYS"];
  if (harmless.includes(words.at(-1) ?? "")) return false;
  return words.some((word) => /^(?:PASSWORD|PASSWD|SECRET|TOKEN|KEY|CREDENTIAL)S?$/.test(word));
}

/** Whether a value is a credential whatever its name. */
function isCredential(value: string): boolean {
  return (
    /-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(value) ||
    /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/.test(value) ||
    // `$(NAME)` refers to another variable and reveals nothing.
    /:\/\/[^/\s:@]+:(?!\$\()[^/\s:@]+@/.test(value)
  );
}

/** Seconds of a duration such as `1h30m`; NaN where it is none. */
function seconds(duration: string): number {
  if (!/^(?:\d+(?:h|m|s))+$/.test(duration)) return Number.NaN;
  const units = { h: 3600, m: 60, s: 1 };
  return [...duration.matchAll(/(\d+)([hms])/g)].reduce(
    (sum, [, amount, unit]) => sum + Number(amount) * units[unit as keyof typeof units],
    0,
  );
}

export const secretRules: readonly Rule[] = [
  {
    name: "secret-customer-key",
    description: "Secrets in Secrets Manager have a customer key (S01; CKV_AWS_149).",
    tags: ["S01"],
    enforcementLevel: "mandatory",
    validateResource: ({ type, props }, report) => {
      if (type !== secret || hasKey(props, "kmsKeyId")) return;
      report("the secret has no customer key: set kmsKeyId");
    },
  },
  {
    name: "secret-rotation",
    description:
      "Secrets in Secrets Manager are rotated every 90 days (S01; CKV_AWS_304, NAG SMG4).",
    tags: ["S01"],
    enforcementLevel: "mandatory",
    validateStack: ({ resources }, report) => {
      const rotations = ofType(resources, "aws:secretsmanager/secretRotation:SecretRotation");
      for (const found of ofType(resources, secret)) {
        const days = rotations
          .filter((rotation) => waitsFor(rotation, found))
          .map(({ props }) => numberAt(props, "rotationRules", "automaticallyAfterDays"))
          .find((each) => each !== undefined);
        if (days !== undefined && days <= 90) continue;
        report(
          `the secret is rotated ${days === undefined ? "never" : `every ${String(days)} days`}: 90 days at most are allowed`,
          found.urn,
        );
      }
    },
  },
  {
    name: "kms-key-rotation",
    description: "KMS keys are rotated (S02; CKV_AWS_7, NAG KMS5).",
    tags: ["S02"],
    enforcementLevel: "mandatory",
    validateResource: ({ type, props }, report) => {
      if (type !== "aws:kms/key:Key") return;
      const rotation = at(props, "enableKeyRotation");
      if (rotation === true) return;
      report(`enableKeyRotation is ${shown(rotation)}: only true is allowed`);
    },
  },
  {
    name: "resource-policy-not-public",
    description:
      "Keys, buckets, repositories, secrets and topics are open to named principals only (S02, E03; CKV_AWS_33, CKV_AWS_32).",
    tags: ["S02", "E03"],
    enforcementLevel: "mandatory",
    validateResource: ({ type, props }, report) => {
      for (const { sid, principals } of allowances(resourceDocument(type, props)) ?? []) {
        if (!principals.some(({ id }) => id.includes("*"))) continue;
        report(`statement ${shown(sid)} of policy allows everybody: name the principals`);
      }
    },
  },
  {
    name: "no-secret-values",
    description:
      "No Kubernetes Secret with values passes through Pulumi; ExternalSecrets fetch them (S03; CIS 4.4.2).",
    tags: ["S03", "SEC-10"],
    enforcementLevel: "mandatory",
    validateResource: ({ type, props }, report) => {
      if (!type.startsWith("kubernetes:core/v1:Secret")) return;
      const keys = [...keysAt(props, "data"), ...keysAt(props, "stringData")];
      if (keys.length === 0) return;
      report(
        `the Secret has values for ${shownAll(keys)}: keep them in the source of secrets (config slipway:secrets.source) and sync them with an ExternalSecret`,
      );
    },
  },
  {
    name: "no-credentials-in-environment",
    description:
      "Variables and ConfigMaps hold no secret in the clear (SEC-10; KL env-var-secret, CKV_K8S_35).",
    tags: ["S03", "SEC-10"],
    enforcementLevel: "mandatory",
    validateResource: ({ type, props }, report) => {
      const judge = (where: string, name: string, value: string | undefined) => {
        if (value === undefined || value === "") return;
        if (!namesSecret(name) && !isCredential(value)) return;
        report(
          `${where} holds a secret in the clear: keep it in the source of secrets and list it in slipway:apps.<app>.secrets.required`,
        );
      };
      judgeEach(containers(podSpec(type, props)), (container) => {
        judgeEach(listAt(container.content, "env"), (variable) => {
          const name = textAt(variable, "name") ?? "";
          judge(
            `variable ${name} of container ${shown(container.name)}`,
            name,
            textAt(variable, "value"),
          );
        });
      });
      if (type !== "kubernetes:core/v1:ConfigMap") return;
      judgeEach(keysAt(props, "data"), (key) => {
        judge(`key ${key}`, key, textAt(props, "data", key));
      });
    },
  },
  {
    name: "outputs-without-credentials",
    description: "No stack output is a credential, secret or not (S05, OUT-1).",
    tags: ["S05", "OUT-1"],
    enforcementLevel: "mandatory",
    validateStack: ({ resources }, report) => {
      for (const { props } of ofType(resources, "pulumi:pulumi:Stack")) {
        judgeEach(keysAt(props), (name) => {
          // Outputs of what the run will make are judged when it is made.
          const value = known(() => textAt(props, name));
          if (value === undefined || !(namesSecret(name) || isCredential(value))) return;
          report(
            `stack output ${name} looks like a credential: give the name or ARN of the secret instead`,
          );
        });
      }
    },
  },
  {
    name: "secret-store-bounded",
    description:
      "A secret store serves one namespace, or those it lists (S07; ESO security best practices).",
    tags: ["S07"],
    enforcementLevel: "mandatory",
    validateResource: ({ type, props }, report) => {
      if (!/^kubernetes:external-secrets\.io\/\w+:ClusterSecretStore$/.test(type)) return;
      if (listAt(props, "spec", "conditions").length > 0) return;
      report(
        "the ClusterSecretStore serves every namespace: use a SecretStore, or list namespaces in spec.conditions",
      );
    },
  },
  {
    name: "secret-reader-bounded",
    description: "Who reads or writes secrets keeps to one environment's prefix (S07, SEC-5).",
    tags: ["S07", "SEC-5"],
    enforcementLevel: "mandatory",
    validateResource: ({ type, props }, report) => {
      judgeEach(permissionDocuments(type, props), ({ where, content }) => {
        for (const { sid, actions, resources } of allowances(content) ?? []) {
          const touching =
            /^secretsmanager:(?:(?:Get|BatchGet|Put)SecretValue|(?:Create|Update|Delete)Secret)$/i;
          if (!actions.some((action) => touching.test(action))) continue;
          const verb = actions.some((action) => /:(?:Batch)?Get/i.test(action))
            ? "reads"
            : "writes";
          const bounded = /:secretsmanager:[^:]*:\d{12}:secret:[^*/]+\/[^*/]+\/[^*/]+\/./;
          const loose = resources.filter((resource) => !bounded.test(resource));
          if (loose.length === 0) continue;
          report(
            `statement ${shown(sid)} of ${where} ${verb} the secrets ${shownAll(loose)}: allowed is one account's <project>/application/<environment>/...`,
          );
        }
      });
    },
  },
  {
    name: "secrets-as-files",
    description:
      "Secrets are mounted as files, unless there is a reason (S08; CIS 4.4.1, CKV_K8S_35).",
    tags: ["S08"],
    enforcementLevel: "mandatory",
    validateResource: ({ type, name: logicalName, props }, report) => {
      judgeEach(containers(podSpec(type, props)), ({ name, content }) => {
        const whole = listAt(content, "envFrom").some((each) => hasKey(each, "secretRef"));
        const single = listAt(content, "env").some((each) =>
          hasKey(at(each, "valueFrom"), "secretKeyRef"),
        );
        if (!whole && !single) return;
        if (excepted("secrets-as-files", { type, name: logicalName })) return;
        report(`container ${shown(name)} gets secrets as variables: mount them as files`);
      });
    },
  },
  {
    name: "external-secret-lifecycle",
    description:
      "An ExternalSecret owns its Secret, keeps it when the source is gone, and refreshes within a day (S09, SEC-1, SEC-4).",
    tags: ["S09", "SEC-1", "SEC-4"],
    enforcementLevel: "mandatory",
    validateResource: ({ type, props }, report) => {
      if (!/^kubernetes:external-secrets\.io\/\w+:ExternalSecret$/.test(type)) return;
      // One that makes no Secret only checks that the source has all keys.
      if (at(props, "spec", "target", "creationPolicy") === "None") return;
      const expected = { creationPolicy: "Owner", deletionPolicy: "Retain" };
      for (const [key, value] of Object.entries(expected)) {
        const found = at(props, "spec", "target", key);
        if (found === value) continue;
        report(`spec.target.${key} is ${shown(found)}: only ${shown(value)} is allowed`);
      }
      const policy = textAt(props, "spec", "refreshPolicy") ?? "Periodic";
      if (policy !== "Periodic") {
        report(`spec.refreshPolicy is ${shown(policy)}: only "Periodic" is allowed`);
      }
      const interval = textAt(props, "spec", "refreshInterval");
      const found = seconds(interval ?? "");
      if (found > 0 && found <= 86400) return;
      report(
        `spec.refreshInterval is ${shown(interval)}: 1s to 24h is allowed (config slipway:secrets.refreshInterval)`,
      );
    },
  },
];
