import { iamRules } from "../../policies/rules/iam.ts";
import {
  deployRole,
  gitHubTrust,
  json,
  nodeAttachment,
  nodeRole,
  podIdentity,
  previewAttachment,
  previewPolicy,
  previewRole,
  rolePolicy,
} from "./aws-fixtures.ts";
import { change, testRules, urnOf, type CasesByRule, type Given } from "./support.ts";

function policy(...statements: readonly object[]): Given {
  return change(rolePolicy, "policy", json(...statements));
}

function role(statement: object): Given {
  return change(nodeRole, "assumeRolePolicy", json(statement));
}

/** A pull request's role whose policy has these statements. */
function previewing(...statements: readonly object[]): Given[] {
  return [previewRole, change(previewPolicy, "policy", json(...statements)), previewAttachment];
}

const boundary: Given = {
  type: "aws:iam/policy:Policy",
  name: "acme-staging-boundary",
  props: {
    policy: json({ Sid: "AnyWithinBoundary", Effect: "Allow", Action: "*", Resource: "*" }),
  },
};

/** As a preview shows it before the role exists. */
function unbornRole(account: string): Given {
  return {
    ...change(podIdentity(account, ""), "roleArn", undefined),
    madeOf: { roleArn: nodeRole.name },
  };
}

const withS3 = change(nodeAttachment, "policyArn", "arn:aws:iam::aws:policy/AmazonS3FullAccess");

export const cases: CasesByRule = {
  "iam-actions-named": {
    passes: {
      "named actions": [rolePolicy],
      "a permissions boundary, which grants nothing": [boundary],
      "denied wildcards": [policy({ Sid: "No", Effect: "Deny", Action: "*", Resource: "*" })],
    },
    fails: {
      "all actions": [
        [policy({ Sid: "All", Effect: "Allow", Action: "*", Resource: "*" })],
        'statement "All" of policy allows *: name the actions (of an application: config slipway:apps.<app>.permissions)',
      ],
      "all of a service, beside others": [
        [policy({ Effect: "Allow", Action: ["s3:*", "s3:GetObject"], Resource: "arn:x" })],
        'statement "" of policy allows s3:*: name the actions (of an application: config slipway:apps.<app>.permissions)',
      ],
      "all but some, in an inline policy": [
        [
          change(nodeRole, "inlinePolicies", [
            { name: "own", policy: json({ Effect: "Allow", NotAction: "iam:*", Resource: "*" }) },
          ]),
        ],
        'statement "" of inline policy own allows NotAction: name the actions (of an application: config slipway:apps.<app>.permissions)',
      ],
      "what is no document": [
        [change(rolePolicy, "policy", "{")],
        "policy is not a policy document in JSON",
      ],
    },
  },
  "iam-resources-named": {
    passes: {
      "named resources": [rolePolicy],
      "all resources with a reason": [
        policy({ Sid: "AnyReasoned1", Effect: "Allow", Action: "ec2:DescribeTags", Resource: "*" }),
      ],
    },
    fails: {
      "all resources without a reason": [
        [policy({ Sid: "AnyTags", Effect: "Allow", Action: "ec2:DescribeTags", Resource: "*" })],
        'statement "AnyTags" of policy is about *: name the resources, or give a reason (of an application: config slipway:apps.<app>.permissions[].reason)',
      ],
      "all of a service": [
        [policy({ Effect: "Allow", Action: "s3:GetObject", Resource: ["arn:aws:s3:::*"] })],
        'statement "" of policy is about arn:aws:s3:::*: name the resources, or give a reason (of an application: config slipway:apps.<app>.permissions[].reason)',
      ],
    },
  },
  "iam-trust-exact": {
    passes: {
      "a service": [nodeRole],
      "a workflow by exact subject and audience": [deployRole],
      "an account's administrators": [
        role({
          Effect: "Allow",
          Principal: { AWS: ["arn:aws:iam::123456789012:root"] },
          Action: "sts:AssumeRole",
        }),
      ],
    },
    fails: {
      everybody: [
        [role({ Effect: "Allow", Principal: "*", Action: "sts:AssumeRole" })],
        'the principal is "*" in assumeRolePolicy: name each principal, subject and audience in full',
      ],
      "everybody in AWS": [
        [role({ Effect: "Allow", Principal: { AWS: "*" }, Action: "sts:AssumeRole" })],
        'the principal is "*" in assumeRolePolicy: name each principal, subject and audience in full',
      ],
      "a subject with a wildcard": [
        [change(deployRole, "assumeRolePolicy", gitHubTrust("repo:acme/*"))],
        'StringEquals on the claim sub is "repo:acme/*" in assumeRolePolicy: name each principal, subject and audience in full',
      ],
      "a comparison that is not exact": [
        [
          change(
            deployRole,
            "assumeRolePolicy",
            gitHubTrust("repo:acme/api:ref:refs/heads/main", "StringLike"),
          ),
        ],
        "StringEquals on the claim sub is unset in assumeRolePolicy: name each principal, subject and audience in full",
        "StringEquals on the claim aud is unset in assumeRolePolicy: name each principal, subject and audience in full",
      ],
      "what is no document": [
        [change(nodeRole, "assumeRolePolicy", undefined)],
        "assumeRolePolicy is not a policy document in JSON",
      ],
    },
  },
  "iam-role-per-workload": {
    passes: {
      "a role each": [podIdentity("api", "acme-api"), podIdentity("worker", "acme-worker")],
    },
    fails: {
      "a shared role": [
        [podIdentity("api", "acme-api"), podIdentity("worker", "acme-api")],
        "service accounts api/api and api/worker share the role arn:aws:iam::123456789012:role/acme-api: give each a role",
      ],
      "a shared role that does not exist yet": [
        [nodeRole, ...["api", "worker"].map(unbornRole)],
        `service accounts api/api and api/worker share the role ${urnOf(nodeRole)}: give each a role`,
      ],
    },
  },
  "iam-node-role-minimal": {
    passes: {
      "pulling images": [nodeRole, nodeAttachment],
      "other rights of a role that waits for the nodes": [
        nodeRole,
        change(withS3, "role", "acme-staging-api"),
        { ...rolePolicy, after: [nodeRole.name] },
      ],
    },
    fails: {
      "more than pulling images": [
        [nodeRole, withS3],
        "nodes get the policy arn:aws:iam::aws:policy/AmazonS3FullAccess: only AmazonEC2ContainerRegistryPullOnly, AmazonEC2ContainerRegistryReadOnly, AmazonEKSWorkerNodeMinimalPolicy, AmazonEKSWorkerNodePolicy, AmazonSSMManagedInstanceCore are allowed",
      ],
      "rights of an application": [
        [nodeRole, { ...rolePolicy, madeOf: { role: nodeRole.name } }],
        "nodes get a policy of their own: give workloads roles by Pod Identity",
      ],
    },
  },
  "iam-ci-role-bound": {
    passes: {
      "an environment": [deployRole],
      "a branch, of an owner with an id": [
        change(
          deployRole,
          "assumeRolePolicy",
          gitHubTrust("repo:acme@12/api@34:ref:refs/heads/main"),
        ),
      ],
      "a service": [nodeRole],
    },
    fails: {
      "a whole repository": [
        [change(deployRole, "assumeRolePolicy", gitHubTrust("repo:acme/api:*"))],
        "GitHub's subject is repo:acme/api:*: allowed is repo:<owner>/<repository>: and environment:<name>, ref:refs/... or pull_request",
      ],
      "all of GitHub": [
        [change(deployRole, "assumeRolePolicy", gitHubTrust(undefined))],
        "GitHub's subject is unset: allowed is repo:<owner>/<repository>: and environment:<name>, ref:refs/... or pull_request",
      ],
    },
  },
  "iam-preview-role-reads": {
    passes: {
      "reading state and what there is": [previewRole, previewPolicy, previewAttachment],
      "changes by a role behind an environment": [
        { ...deployRole, name: previewRole.name },
        change(previewPolicy, "policy", json({ Action: "s3:PutObject", Effect: "Allow" })),
        previewAttachment,
      ],
      "changes that are denied": previewing({ Effect: "Deny", Action: "*", Resource: "*" }),
      "a role that does not exist yet": [
        change(previewRole, "name", undefined),
        previewPolicy,
        change(previewAttachment, "role", undefined),
      ],
    },
    fails: {
      "a change": [
        previewing({ Effect: "Allow", Action: ["s3:GetObject", "s3:PutObject"], Resource: "x" }),
        "a pull request's role may do s3:PutObject: only reading is allowed",
      ],
      "being another role": [
        previewing({ Effect: "Allow", Action: "sts:AssumeRole", Resource: "x" }),
        "a pull request's role may do sts:AssumeRole: only reading is allowed",
      ],
      "the values of secrets": [
        previewing({
          Effect: "Allow",
          Action: ["secretsmanager:GetSecretValue", "ssm:GetParametersByPath"],
          Resource: "x",
        }),
        "a pull request's role may do secretsmanager:GetSecretValue, ssm:GetParametersByPath: only reading is allowed",
      ],
      "reading as a pattern": [
        previewing({ Effect: "Allow", Action: ["s3:Get*"], NotResource: "x" }),
        "a pull request's role may do NotResource, s3:Get*: only reading is allowed",
      ],
      "a change by a policy of its own, before the role exists": [
        [
          change(previewRole, "name", undefined),
          {
            ...change(rolePolicy, "policy", json({ Effect: "Allow", Action: "s3:PutObject" })),
            madeOf: { role: previewRole.name },
          },
        ],
        "a pull request's role may do s3:PutObject: only reading is allowed",
      ],
      "a policy from elsewhere": [
        [previewRole, { ...previewAttachment, madeOf: {} }],
        "a pull request's role has a policy from elsewhere: name what it reads",
      ],
    },
  },
  "iam-no-users": {
    passes: { "a role": [nodeRole] },
    fails: {
      "a user with a key": [
        [
          { ...nodeRole, type: "aws:iam/user:User" },
          { ...nodeRole, type: "aws:iam/accessKey:AccessKey" },
        ],
        "User made: use roles, which need no long-lived keys",
        "AccessKey made: use roles, which need no long-lived keys",
      ],
    },
  },
};

testRules(iamRules, cases);
