import { at, isFields, keysAt, listAt, parsed, textAt, textsAt } from "./read.ts";

/** Statements of IAM policy documents, in one form whatever form they were written in. */

export interface Statement {
  readonly sid: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** Keys of the inverse form: NotAction, NotResource, NotPrincipal. */
  readonly negations: readonly string[];
  readonly principals: readonly Principal[];
  readonly condition: unknown;
}

interface Principal {
  readonly kind: string;
  readonly id: string;
}

/** Statements that allow, or undefined where the document is not JSON. */
export function allowances(document: unknown): readonly Statement[] | undefined {
  const found = parsed(document);
  if (!isFields(found)) return undefined;
  return listAt(found, "Statement")
    .filter((statement) => textAt(statement, "Effect") !== "Deny")
    .map((statement) => ({
      sid: textAt(statement, "Sid") ?? "",
      actions: textsAt(statement, "Action"),
      resources: textsAt(statement, "Resource"),
      negations: keysAt(statement).filter((key) => key.startsWith("Not")),
      principals: principalsOf(at(statement, "Principal")),
      condition: at(statement, "Condition"),
    }));
}

function principalsOf(principal: unknown): Principal[] {
  if (typeof principal === "string") return [{ kind: principal, id: principal }];
  return keysAt(principal).flatMap((kind) => textsAt(principal, kind).map((id) => ({ kind, id })));
}

interface Document {
  readonly where: string;
  readonly content: unknown;
}

/** Policy documents of a resource that say what an identity may do. */
export function permissionDocuments(type: string, props: unknown): Document[] {
  switch (type) {
    case "aws:iam/policy:Policy":
    case "aws:iam/rolePolicy:RolePolicy":
    case "aws:iam/userPolicy:UserPolicy":
    case "aws:iam/groupPolicy:GroupPolicy":
      return [{ where: "policy", content: at(props, "policy") }];
    case "aws:iam/role:Role":
      return listAt(props, "inlinePolicies")
        .filter((policy) => at(policy, "policy") !== undefined)
        .map((policy) => ({
          where: `inline policy ${textAt(policy, "name") ?? ""}`,
          content: at(policy, "policy"),
        }));
    default:
      return [];
  }
}

/** Policy document of a resource that says who may use it. */
export function resourceDocument(type: string, props: unknown): unknown {
  switch (type) {
    case "aws:kms/key:Key":
    case "aws:kms/keyPolicy:KeyPolicy":
    case "aws:ecr/repositoryPolicy:RepositoryPolicy":
    case "aws:s3/bucketPolicy:BucketPolicy":
    case "aws:secretsmanager/secretPolicy:SecretPolicy":
    case "aws:sns/topicPolicy:TopicPolicy":
    case "aws:sqs/queuePolicy:QueuePolicy":
      return at(props, "policy");
    default:
      return undefined;
  }
}
