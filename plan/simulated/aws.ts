import { hexOf, recordOf, textOf } from "./account.ts";
import type { Account, Properties, Simulated } from "./account.ts";

const partition = "aws";

/** Id and extra outputs of one kind of resource, given its physical name. */
type Kind = (name: string, inputs: Properties, account: Account) => Simulated;

const arn = (account: Account, service: string, resource: string): string =>
  `arn:${partition}:${service}:${account.region}:${account.accountId}:${resource}`;
const globalArn = (account: Account, service: string, resource: string): string =>
  `arn:${partition}:${service}::${account.accountId}:${resource}`;

/** Kinds whose outputs the program reads; all others answer with an id, an ARN and their inputs. */
const kinds: Readonly<Record<string, Kind>> = {
  "aws:iam/role:Role": (name, _, account) => ({
    id: name,
    state: { name, arn: globalArn(account, "iam", `role/${name}`), uniqueId: hexOf(name, 20) },
  }),
  "aws:iam/policy:Policy": (name, _, account) => {
    const policyArn = globalArn(account, "iam", `policy/${name}`);
    return { id: policyArn, state: { name, arn: policyArn } };
  },
  "aws:iam/openIdConnectProvider:OpenIdConnectProvider": (_, inputs, account) => {
    const host = textOf(inputs.url, "").replace("https://", "");
    const providerArn = globalArn(account, "iam", `oidc-provider/${host}`);
    return { id: providerArn, state: { arn: providerArn } };
  },
  "aws:ecr/repository:Repository": (name, _, account) => ({
    id: name,
    state: {
      name,
      arn: arn(account, "ecr", `repository/${name}`),
      repositoryUrl: `${account.accountId}.dkr.ecr.${account.region}.amazonaws.com/${name}`,
    },
  }),
  "aws:s3/bucket:Bucket": (name, inputs) => {
    const bucket = textOf(inputs.bucket, name);
    return { id: bucket, state: { bucket, arn: `arn:${partition}:s3:::${bucket}` } };
  },
  "aws:kms/key:Key": (name, _, account) => {
    const keyId = `${hexOf(name, 8)}-0000-4000-8000-${hexOf(`${name}/key`, 12)}`;
    return { id: keyId, state: { keyId, arn: arn(account, "kms", `key/${keyId}`) } };
  },
  "aws:cloudwatch/logGroup:LogGroup": (name, _, account) => ({
    id: name,
    state: { name, arn: arn(account, "logs", `log-group:${name}`) },
  }),
  "aws:ec2/launchTemplate:LaunchTemplate": (name, _, account) => {
    const id = `lt-${hexOf(name, 17)}`;
    return {
      id,
      state: { name, latestVersion: 1, arn: arn(account, "ec2", `launch-template/${id}`) },
    };
  },
  "aws:rds/subnetGroup:SubnetGroup": (name, _, account) => ({
    id: name,
    state: { name, arn: arn(account, "rds", `subgrp:${name}`) },
  }),
  "aws:eks/cluster:Cluster": (name, inputs, account) => ({
    id: name,
    state: {
      name,
      arn: arn(account, "eks", `cluster/${name}`),
      endpoint: `https://${hexOf(name, 32).toUpperCase()}.gr7.${account.region}.eks.amazonaws.com`,
      certificateAuthority: { data: "c2ltdWxhdGVk" },
      identities: [
        {
          oidcs: [
            {
              issuer: `https://oidc.eks.${account.region}.amazonaws.com/id/${hexOf(name, 32).toUpperCase()}`,
            },
          ],
        },
      ],
      vpcConfig: {
        ...recordOf(inputs.vpcConfig),
        clusterSecurityGroupId: `sg-${hexOf(`${name}/cluster`, 17)}`,
      },
    },
  }),
};

const idPrefixes: Readonly<Record<string, string>> = {
  "aws:ec2/vpc:Vpc": "vpc",
  "aws:ec2/subnet:Subnet": "subnet",
  "aws:ec2/securityGroup:SecurityGroup": "sg",
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": "sg",
  "aws:ec2/routeTable:RouteTable": "rtb",
  "aws:ec2/internetGateway:InternetGateway": "igw",
  "aws:ec2/natGateway:NatGateway": "nat",
  "aws:ec2/eip:Eip": "eipalloc",
  "aws:ec2/vpcEndpoint:VpcEndpoint": "vpce",
};

/** Answers for one AWS resource as if it had just been created. */
export function simulateAws(
  type: string,
  logicalName: string,
  inputs: Properties,
  account: Account,
): Simulated {
  const name = textOf(inputs.name, `${logicalName}-${hexOf(logicalName, 7)}`);
  const known = kinds[type]?.(name, inputs, account);
  if (known !== undefined) return known;
  const [, module = "", kind = ""] = type.split(":");
  const prefix = idPrefixes[type];
  const id = prefix === undefined ? name : `${prefix}-${hexOf(logicalName, 17)}`;
  const service = module.split("/")[0] ?? module;
  return {
    id,
    state: { name, arn: arn(account, service, `${kind.toLowerCase()}/${id}`) },
  };
}

const functions: Readonly<Record<string, (args: Properties, account: Account) => Properties>> = {
  "aws:index/getCallerIdentity:getCallerIdentity": (_, account) => ({
    accountId: account.accountId,
    arn: globalArn(account, "iam", "user/plan"),
    id: account.accountId,
    userId: "plan",
  }),
  "aws:index/getPartition:getPartition": () => ({
    partition,
    dnsSuffix: "amazonaws.com",
    id: partition,
  }),
  "aws:index/getRegion:getRegion": (_, account) => ({
    name: account.region,
    region: account.region,
    id: account.region,
  }),
  "aws:ecr/getImage:getImage": (args) => {
    const image = `${textOf(args.registryId, "")}/${textOf(args.repositoryName, "")}:${textOf(args.imageTag, "")}`;
    return { ...args, imageDigest: `sha256:${hexOf(image, 64)}`, id: image };
  },
};

/** Answers a function of the AWS provider; any that the program does not call is an error. */
export function callAws(token: string, args: Properties, account: Account): Properties {
  const answer = functions[token];
  if (answer === undefined) throw new Error(`the offline plan does not know the function ${token}`);
  return answer(args, account);
}
