import { excepted, reasonForSid } from "./exceptions.ts";
import { allowances, permissionDocuments, type Statement } from "./policy-documents.ts";
import { at, judgeEach, keysAt, known, shown, shownAll, textAt, textsAt } from "./read.ts";
import { ofType, type Rule, type StackResource } from "./rule.ts";

const role = "aws:iam/role:Role";
const gitHub = "token.actions.githubusercontent.com";

/** What a node needs: to join, to pull images, and to be reached by SSM instead of SSH. */
const nodePolicies = [
  "AmazonEKSWorkerNodePolicy",
  "AmazonEKSWorkerNodeMinimalPolicy",
  "AmazonEC2ContainerRegistryPullOnly",
  "AmazonEC2ContainerRegistryReadOnly",
  "AmazonSSMManagedInstanceCore",
];

/** Whether a resource stands for all of a service: `*`, or an ARN that ends in a bare `*`. */
function isEverything(resource: string): boolean {
  return resource === "*" || /^arn:[^:]*:[^:]*:[^:]*:[^:]*:\*$/.test(resource);
}

/** Values of one key that a condition compares exactly. */
function exactly(condition: unknown, key: (name: string) => boolean): readonly string[] {
  return keysAt(condition, "StringEquals")
    .filter(key)
    .flatMap((name) => textsAt(condition, "StringEquals", name));
}

/** What is wrong with the principals of a trust policy's statement. */
function trustFaults({ principals, condition, negations }: Statement): string[] {
  const faults = negations.map((key) => `${key} trusts all others`);
  for (const { kind, id } of principals) {
    if (id.includes("*")) faults.push(`the principal is ${shown(id)}`);
    if (kind !== "Federated") continue;
    for (const claim of ["sub", "aud"]) {
      const values = exactly(condition, (name) => name.endsWith(`:${claim}`));
      if (values.length > 0 && !values.some((value) => /[*?]/.test(value))) continue;
      faults.push(`StringEquals on the claim ${claim} is ${shown(values[0])}`);
    }
  }
  return faults;
}

/** Whether a policy or its attachment is of a role. */
function isOf({ props, propertyDependencies }: StackResource, owner: StackResource): boolean {
  const name = known(() => textAt(props, "role"));
  return name === undefined
    ? propertyDependencies["role"]?.some(({ urn }) => urn === owner.urn) === true
    : name === known(() => textAt(owner.props, "name"));
}

/** Whether runs of pull requests assume the role. */
function isOfPullRequests({ props }: StackResource): boolean {
  const statements = known(() => allowances(at(props, "assumeRolePolicy"))) ?? [];
  return statements.some(({ condition }) =>
    exactly(condition, (name) => name === `${gitHub}:sub`).some((subject) =>
      subject.endsWith(":pull_request"),
    ),
  );
}

/** What the policies of a role allow, with undefined for those that the stack does not hold. */
function rightsOf(
  owner: StackResource,
  resources: readonly StackResource[],
): { statements: readonly Statement[] | undefined; urn: string }[] {
  const own = ofType(resources, "aws:iam/rolePolicy:RolePolicy").filter((each) =>
    isOf(each, owner),
  );
  const attachments = ofType(resources, "aws:iam/rolePolicyAttachment:RolePolicyAttachment");
  return [
    ...own.map(({ props, urn }) => ({ statements: allowances(at(props, "policy")), urn })),
    ...attachments
      .filter((each) => isOf(each, owner))
      .map(({ propertyDependencies, urn }) => {
        const policy = propertyDependencies["policyArn"]?.find(
          ({ type }) => type === "aws:iam/policy:Policy",
        );
        return { statements: policy && allowances(at(policy.props, "policy")), urn };
      }),
  ];
}

const reads = /^[a-z0-9-]+:(?:(?:BatchGet|Describe|Get|List)[A-Z]\w*|Decrypt)$/;
const opensSecrets =
  /^(?:secretsmanager:(?:Batch)?GetSecretValue|ssm:GetParameter\w*|sts:Get\w*Token|ecr:GetAuthorizationToken)$/i;

export const iamRules: readonly Rule[] = [
  {
    name: "iam-actions-named",
    description:
      "Policies name their actions, never all or all of a service (A15; NAG IAM5, CKV_AWS_62, CKV_AWS_63).",
    tags: ["A15"],
    enforcementLevel: "mandatory",
    validateResource: ({ type, name, props }, report) => {
      judgeEach(permissionDocuments(type, props), ({ where, content }) => {
        const statements = allowances(content);
        if (statements === undefined) {
          report(`${where} is not a policy document in JSON`);
          return;
        }
        for (const { sid, actions, negations } of statements) {
          const wild = actions.filter((action) => action === "*" || action.endsWith(":*"));
          if (wild.length + negations.length === 0) continue;
          if (excepted("iam-actions-named", { type, name }) !== undefined) continue;
          report(
            `statement ${shown(sid)} of ${where} allows ${shownAll([...wild, ...negations])}: name the actions (of an application: config slipway:apps.<app>.permissions)`,
          );
        }
      });
    },
  },
  {
    name: "iam-resources-named",
    description:
      "Policies name their resources; those on `*` have a reason in the list of exceptions (A15; NAG IAM5, CKV_AWS_355).",
    tags: ["A15"],
    enforcementLevel: "mandatory",
    validateResource: ({ type, props }, report) => {
      judgeEach(permissionDocuments(type, props), ({ where, content }) => {
        for (const { sid, resources } of allowances(content) ?? []) {
          const wild = resources.filter(isEverything);
          if (wild.length === 0 || reasonForSid(sid) !== undefined) continue;
          report(
            `statement ${shown(sid)} of ${where} is about ${shownAll(wild)}: name the resources, or give a reason (of an application: config slipway:apps.<app>.permissions[].reason)`,
          );
        }
      });
    },
  },
  {
    name: "iam-trust-exact",
    description:
      "Roles trust named services and principals, and federated identities by exact subject and audience (A16; CKV_AWS_60, CKV_AWS_61).",
    tags: ["A16", "ACC-6"],
    enforcementLevel: "mandatory",
    validateResource: ({ type, props }, report) => {
      if (type !== role) return;
      const statements = allowances(at(props, "assumeRolePolicy"));
      if (statements === undefined) {
        report("assumeRolePolicy is not a policy document in JSON");
        return;
      }
      for (const fault of statements.flatMap(trustFaults)) {
        report(`${fault} in assumeRolePolicy: name each principal, subject and audience in full`);
      }
    },
  },
  {
    name: "iam-role-per-workload",
    description: "No two service accounts share an IAM role (A17; CIS 5.2.1).",
    tags: ["A17", "ACC-10"],
    enforcementLevel: "mandatory",
    validateStack: ({ resources }, report) => {
      const owners = new Map<string, string>();
      const type = "aws:eks/podIdentityAssociation:PodIdentityAssociation";
      judgeEach(ofType(resources, type), ({ props, urn, propertyDependencies }) => {
        const account = `${textAt(props, "namespace") ?? ""}/${textAt(props, "serviceAccount") ?? ""}`;
        // Before the role exists its ARN is not known, but the dependency on it is.
        const arn =
          known(() => textAt(props, "roleArn")) ??
          propertyDependencies["roleArn"]?.find((each) => each.type === role)?.urn;
        if (arn === undefined) return;
        const owner = owners.get(arn);
        owners.set(arn, account);
        if (owner === undefined || owner === account) return;
        report(
          `service accounts ${owner} and ${account} share the role ${arn}: give each a role`,
          urn,
        );
      });
    },
  },
  {
    name: "iam-node-role-minimal",
    description:
      "The role of nodes lets them join, pull images and be reached by SSM (A18; CIS 5.1.3).",
    tags: ["A18", "SEC-14"],
    enforcementLevel: "mandatory",
    validateStack: ({ resources }, report) => {
      // A trust that is not known yet is in something made in the same run, so not in EC2.
      const nodeRoles = ofType(resources, role).filter(({ props }) =>
        (known(() => allowances(at(props, "assumeRolePolicy"))) ?? []).some(({ principals }) =>
          principals.some(({ id }) => id.startsWith("ec2.amazonaws.com")),
        ),
      );
      for (const nodeRole of nodeRoles) {
        const attachment = "aws:iam/rolePolicyAttachment:RolePolicyAttachment";
        const attachments = ofType(resources, attachment).filter((each) => isOf(each, nodeRole));
        judgeEach(attachments, ({ props, urn }) => {
          const policy = textAt(props, "policyArn") ?? "";
          if (nodePolicies.includes(policy.split("/").at(-1) ?? "")) return;
          report(`nodes get the policy ${policy}: only ${shownAll(nodePolicies)} are allowed`, urn);
        });
        for (const each of ofType(resources, "aws:iam/rolePolicy:RolePolicy")) {
          if (!isOf(each, nodeRole)) continue;
          report("nodes get a policy of their own: give workloads roles by Pod Identity", each.urn);
        }
      }
    },
  },
  {
    name: "iam-ci-role-bound",
    description:
      "Roles of GitHub workflows are bound to a repository and its branch, tag or environment (A19, ACC-5; CKV_AWS_60).",
    tags: ["A19", "ACC-5", "ACC-6"],
    enforcementLevel: "mandatory",
    validateResource: ({ type, props }, report) => {
      if (type !== role) return;
      for (const { principals, condition } of allowances(at(props, "assumeRolePolicy")) ?? []) {
        if (!principals.some(({ id }) => id.endsWith(gitHub))) continue;
        const subjects = exactly(condition, (name) => name === `${gitHub}:sub`);
        const bound = /^repo:[^:*]+\/[^:*]+:(?:environment:[^*]+|ref:refs\/[^*]+|pull_request)$/;
        const loose = subjects.filter((subject) => !bound.test(subject));
        if (subjects.length > 0 && loose.length === 0) continue;
        report(
          `GitHub's subject is ${subjects.length === 0 ? "unset" : shownAll(loose)}: allowed is repo:<owner>/<repository>: and environment:<name>, ref:refs/... or pull_request`,
        );
      }
    },
  },
  {
    name: "iam-preview-role-reads",
    description:
      "Roles of pull requests only look: they change nothing and open no secret (A19, ACC-6).",
    tags: ["A19", "ACC-6"],
    enforcementLevel: "mandatory",
    validateStack: ({ resources }, report) => {
      for (const owner of ofType(resources, role).filter(isOfPullRequests)) {
        judgeEach(rightsOf(owner, resources), ({ statements, urn }) => {
          if (statements === undefined) {
            report("a pull request's role has a policy from elsewhere: name what it reads", urn);
            return;
          }
          const more = statements.flatMap(({ actions, negations }) => [
            ...actions.filter((action) => !reads.test(action) || opensSecrets.test(action)),
            ...negations,
          ]);
          if (more.length === 0) return;
          report(`a pull request's role may do ${shownAll(more)}: only reading is allowed`, urn);
        });
      }
    },
  },
  {
    name: "iam-no-users",
    description: "There are no IAM users and no long-lived keys (A19; ACC-6).",
    tags: ["A19", "ACC-6"],
    enforcementLevel: "mandatory",
    validateResource: ({ type }, report) => {
      if (!["aws:iam/user:User", "aws:iam/accessKey:AccessKey"].includes(type)) return;
      report(`${type.split(":").at(-1) ?? type} made: use roles, which need no long-lived keys`);
    },
  },
];
