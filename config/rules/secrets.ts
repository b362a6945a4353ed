import { credentialKind, namesSecret } from "../sensitive.ts";
import type { Path } from "../quote.ts";
import { applicationRule, platformRule } from "./rule.ts";
import type { Finding, Rule } from "./rule.ts";

export const secretRules: readonly Rule[] = [
  platformRule(
    "AWS Secrets Manager is read with Pod Identity on EKS, and with `credentialsSecret` on an existing cluster.",
    ["secrets", "cluster"],
    ({ secrets: { source }, cluster }) => {
      if (source.type !== "secretsManager") return [];
      const path = ["secrets", "source", "credentialsSecret"];
      if (cluster.type === "eks")
        return source.credentialsSecret === undefined
          ? []
          : [{ path, remedy: "leave it out: on EKS, Pod Identity gives access" }];
      return source.credentialsSecret === undefined
        ? [
            {
              path,
              remedy:
                "give name and namespace of a Kubernetes Secret: an existing cluster has no Pod Identity",
            },
          ]
        : [];
    },
  ),
  platformRule(
    "AWS Secrets Manager needs a region.",
    ["secrets", "region", "cluster"],
    ({ secrets: { source }, region, cluster }) =>
      source.type !== "secretsManager" ||
      cluster.type === "eks" ||
      (source.region ?? region) !== undefined
        ? []
        : [
            {
              path: ["secrets", "source", "region"],
              remedy: "give the region of AWS Secrets Manager: the stack has none of its own",
            },
          ],
  ),
  platformRule("KMS keys belong to AWS Secrets Manager.", ["secrets"], ({ secrets }) =>
    secrets.source.type === "secretsManager" || secrets.kmsKeyArns.length === 0
      ? []
      : [
          {
            path: ["secrets", "kmsKeyArns"],
            remedy: "leave it out: the source is not AWS Secrets Manager",
          },
        ],
  ),
  applicationRule(
    "A variable whose name says PASSWORD, SECRET, TOKEN, KEY or CREDENTIALS is a secret, not a value of `env`.",
    { app: ["env", "processes"] },
    ({ env, processes }, { name }) => {
      const variables = (values: Readonly<Record<string, string>>, path: Path): Finding[] =>
        Object.entries(values)
          .filter(([variable, value]) => value !== "" && namesSecret(variable))
          .map(([variable]) => ({
            path: [...path, variable],
            remedy: `take it out, keep the value in the source of slipway:secrets, and name it in apps.${name}.secrets.required`,
          }));
      return [
        ...variables(env, ["env"]),
        ...Object.entries(processes).flatMap(([process, { env: own }]) =>
          variables(own, ["processes", process, "env"]),
        ),
      ];
    },
  ),
  {
    statement: "No value anywhere has the form of a credential.",
    check: ({ platform, apps }) =>
      texts({ ...platform, apps }, []).flatMap(({ path, text }) => {
        const kind = credentialKind(text);
        return kind === undefined
          ? []
          : [
              {
                path,
                got: `[not shown], ${kind}`,
                remedy: "take it out and revoke it; keep secrets in the source of slipway:secrets",
              },
            ];
      }),
  },
  applicationRule(
    "A variable has one origin: `env`, a key of `secrets.required`, or a file's `env`.",
    { app: ["env", "secrets"] },
    ({ env, secrets }) => {
      if (secrets === undefined) return [];
      const taken = new Map(Object.keys(env).map((variable) => [variable, "env"]));
      const findings: Finding[] = [];
      const claim = (variable: string, owner: string, path: Path): void => {
        const other = taken.get(variable);
        if (other === undefined) taken.set(variable, owner);
        else findings.push({ path, remedy: `give it once: ${other} has it already` });
      };
      if (secrets.as === "env")
        secrets.required.forEach((key, index) => {
          claim(key, "secrets.required", ["secrets", "required", index]);
        });
      for (const [file, { env: variable }] of Object.entries(secrets.files))
        if (variable !== undefined)
          claim(variable, `secrets.files.${file}`, ["secrets", "files", file, "env"]);
      return findings;
    },
  ),
  applicationRule("Files of secrets have a place each.", { app: ["secrets"] }, ({ secrets }) => {
    const places = new Map<string, string>();
    return Object.entries(secrets?.files ?? {}).flatMap(([file, { mountPath }]) => {
      const other = places.get(mountPath);
      places.set(mountPath, other ?? file);
      return other === undefined
        ? []
        : [
            {
              path: ["secrets", "files", file, "mountPath"],
              remedy: `give another path: secrets.files.${other} lies there`,
            },
          ];
    });
  }),
  applicationRule(
    "Keys that are decoded from base64 are synced: they are required, or `all` is true.",
    { app: ["secrets"] },
    ({ secrets }) =>
      secrets === undefined || secrets.all
        ? []
        : secrets.base64Keys.flatMap((key, index) =>
            secrets.required.includes(key)
              ? []
              : [
                  {
                    path: ["secrets", "base64Keys", index],
                    remedy: "give a key of secrets.required: secrets.all is false",
                  },
                ],
          ),
  ),
  applicationRule(
    "Generated keys are required ones, not in base64, and kept in AWS Secrets Manager.",
    { app: ["secrets"], platform: ["secrets"] },
    ({ secrets }, { platform }) => {
      const keys = Object.keys(secrets?.generated ?? {});
      if (secrets === undefined || keys.length === 0) return [];
      if (platform.secrets.source.type !== "secretsManager")
        return [
          {
            path: ["secrets", "generated"],
            remedy: "leave it out: only AWS Secrets Manager keeps generated values",
          },
        ];
      return keys.flatMap((key): Finding[] => {
        const path = ["secrets", "generated", key];
        if (!secrets.required.includes(key))
          return [{ path, remedy: "give a key of secrets.required" }];
        return secrets.base64Keys.includes(key)
          ? [{ path, remedy: "take it out of secrets.base64Keys: generated values are plain" }]
          : [];
      });
    },
  ),
  applicationRule(
    "Where Kubernetes is the source, secrets have names that Kubernetes allows.",
    { app: ["secrets"], platform: ["secrets"] },
    ({ secrets }, { platform }) => {
      if (platform.secrets.source.type !== "kubernetes" || secrets === undefined) return [];
      const names: readonly { path: Path; name: string | undefined }[] = [
        { path: ["secrets", "remoteName"], name: secrets.remoteName },
        ...Object.entries(secrets.files).map(([file, { remoteName }]) => ({
          path: ["secrets", "files", file, "remoteName"],
          name: remoteName,
        })),
      ];
      return names
        .filter(({ name }) => name !== undefined && !/^[a-z0-9]+(?:[./-][a-z0-9]+)*$/.test(name))
        .map(({ path }) => ({
          path,
          remedy:
            "give lower-case letters, digits, dots and hyphens: it becomes the name of a Kubernetes Secret",
        }));
    },
  ),
];

function texts(value: unknown, path: Path): { path: Path; text: string }[] {
  if (typeof value === "string") return [{ path, text: value }];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    texts(inner, [...path, Array.isArray(value) ? Number(key) : key]),
  );
}
