import type { Given } from "./support.ts";

/** AWS resources that satisfy every rule, for tests to break one by one. */

export const json = (...statements: readonly object[]): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: statements });

export const provider = {
  allowedAccountIds: '["123456789012"]',
  defaultTags: '{"tags":{"project":"acme","environment":"staging"}}',
};

const aws = (type: string, name: string, props: Given["props"], rest?: Partial<Given>): Given => ({
  type: `aws:${type}`,
  name: `acme-staging${name}`,
  props,
  provider,
  ...rest,
});

const arn = (service: string, resource: string) =>
  `arn:aws:${service}:eu-west-1:123456789012:${resource}`;

export const awsProvider: Given = {
  type: "pulumi:providers:aws",
  name: "acme-staging",
  props: provider,
};

export const key = aws(
  "kms/key:Key",
  "-key",
  {
    enableKeyRotation: true,
    policy: json({
      Sid: "AnyUseByPolicyOfTheAccount",
      Effect: "Allow",
      Principal: { AWS: "arn:aws:iam::123456789012:root" },
      Action: "kms:*",
      Resource: "*",
    }),
  },
  { protect: true },
);
export const vpc = aws("ec2/vpc:Vpc", "", { cidrBlock: "10.10.0.0/16" }, { protect: true });
export const flowLog = aws("ec2/flowLog:FlowLog", "-flows", {}, { after: [vpc.name] });
export const defaultSecurityGroup = aws(
  "ec2/defaultSecurityGroup:DefaultSecurityGroup",
  "-default",
  {},
  { after: [vpc.name] },
);
export const subnet = (zone: string): Given =>
  aws("ec2/subnet:Subnet", `-private-${zone}`, {
    availabilityZone: `eu-west-1${zone}`,
    mapPublicIpOnLaunch: false,
  });
export const subnets = ["a", "b", "c"].map(subnet);
export const natGateway = (zone: string): Given =>
  aws("ec2/natGateway:NatGateway", `-${zone}`, { subnetId: `subnet-public-${zone}` });
export const publicRoute = aws("ec2/route:Route", "-public", {
  routeTableId: "rtb-public",
  gatewayId: "igw-1",
  destinationCidrBlock: "0.0.0.0/0",
});
export const publicAssociation = aws(
  "ec2/routeTableAssociation:RouteTableAssociation",
  "-public-a",
  { routeTableId: "rtb-public", subnetId: "subnet-public-a" },
);
export const securityGroup = aws("ec2/securityGroup:SecurityGroup", "-endpoints", {
  ingress: [{ protocol: "tcp", fromPort: 443, toPort: 443, cidrBlocks: ["10.10.0.0/16"] }],
});

export const cluster = aws(
  "eks/cluster:Cluster",
  "-eksCluster",
  {
    name: "acme-staging-eu-west-1",
    version: "1.36",
    deletionProtection: true,
    upgradePolicy: { supportType: "STANDARD" },
    accessConfig: { authenticationMode: "API", bootstrapClusterCreatorAdminPermissions: true },
    enabledClusterLogTypes: ["api", "audit", "authenticator", "controllerManager", "scheduler"],
    encryptionConfig: {
      provider: { keyArn: arn("kms", "key/1") },
      resources: ["secrets"],
    },
    vpcConfig: { endpointPrivateAccess: true, endpointPublicAccess: false },
  },
  { protect: true },
);
export const accessEntry = aws("eks/accessEntry:AccessEntry", "-admin", {
  principalArn: "arn:aws:iam::123456789012:role/acme-kubernetes-admin-staging",
});
export const logGroup = aws("cloudwatch/logGroup:LogGroup", "-control-plane", {
  name: "/aws/eks/acme-staging-eu-west-1/cluster",
  retentionInDays: 365,
  kmsKeyId: arn("kms", "key/1"),
});
export const launchTemplate = aws("ec2/launchTemplate:LaunchTemplate", "-main", {
  metadataOptions: { httpTokens: "required", httpPutResponseHopLimit: 1 },
  blockDeviceMappings: [{ deviceName: "/dev/xvda", ebs: { encrypted: "true" } }],
});
export const nodeGroup = aws("eks/nodeGroup:NodeGroup", "-main", {
  amiType: "AL2023_x86_64_STANDARD",
  capacityType: "ON_DEMAND",
  launchTemplate: { id: "lt-1", version: "1" },
  scalingConfig: { minSize: 2, maxSize: 4, desiredSize: 2 },
  subnetIds: ["subnet-private-a", "subnet-private-b"],
});

const trust = (principal: object, condition?: object) =>
  json({
    Effect: "Allow",
    Principal: principal,
    Action: "sts:AssumeRole",
    ...(condition === undefined ? {} : { Condition: condition }),
  });
export const nodeRole = aws("iam/role:Role", "-nodes", {
  name: "acme-staging-nodes",
  assumeRolePolicy: trust({ Service: "ec2.amazonaws.com" }),
});
export const nodeAttachment = aws(
  "iam/rolePolicyAttachment:RolePolicyAttachment",
  "-nodes-pull",
  {
    role: "acme-staging-nodes",
    policyArn: "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly",
  },
  { after: [nodeRole.name] },
);
const gitHub = "token.actions.githubusercontent.com";
export const gitHubTrust = (subject: string | undefined, operator = "StringEquals"): string =>
  trust(
    { Federated: `arn:aws:iam::123456789012:oidc-provider/${gitHub}` },
    {
      [operator]: {
        [`${gitHub}:aud`]: "sts.amazonaws.com",
        ...(subject === undefined ? {} : { [`${gitHub}:sub`]: subject }),
      },
    },
  );
export const deployRole = aws("iam/role:Role", "-deploy", {
  assumeRolePolicy: gitHubTrust("repo:acme/infrastructure:environment:staging"),
});
export const previewRole = aws("iam/role:Role", "-preview", {
  name: "acme-staging-preview",
  assumeRolePolicy: gitHubTrust("repo:acme/infrastructure:pull_request"),
});
export const previewPolicy = aws("iam/policy:Policy", "-preview-state", {
  policy: json({
    Sid: "ReadState",
    Effect: "Allow",
    Action: ["s3:ListBucket", "s3:GetObject", "kms:Decrypt", "ec2:DescribeVpcs"],
    Resource: ["arn:aws:s3:::acme-state", "arn:aws:s3:::acme-state/*"],
  }),
});
export const previewAttachment: Given = {
  ...aws("iam/rolePolicyAttachment:RolePolicyAttachment", "-preview-state", {
    role: "acme-staging-preview",
    policyArn: "arn:aws:iam::123456789012:policy/acme-staging-preview-state",
  }),
  madeOf: { policyArn: previewPolicy.name },
};
export const rolePolicy = aws("iam/rolePolicy:RolePolicy", "-api-secrets-reader", {
  policy: json({
    Sid: "ReadSecrets",
    Effect: "Allow",
    Action: ["secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"],
    Resource: [arn("secretsmanager", "secret:acme/application/staging/api-??????")],
  }),
});
export const podIdentity = (account: string, role: string): Given =>
  aws("eks/podIdentityAssociation:PodIdentityAssociation", `-${account}`, {
    namespace: "api",
    serviceAccount: account,
    roleArn: `arn:aws:iam::123456789012:role/${role}`,
  });

export const repository = aws("ecr/repository:Repository", "-api", {
  imageTagMutability: "IMMUTABLE",
  imageScanningConfiguration: { scanOnPush: true },
  encryptionConfigurations: [{ encryptionType: "KMS" }],
});
export const lifecycle = (...selections: readonly object[]): string =>
  JSON.stringify({
    rules: selections.map((selection, index) => ({
      rulePriority: index + 1,
      selection,
      action: { type: "expire" },
    })),
  });
export const deployedImages = {
  tagStatus: "tagged",
  tagPatternList: ["deployed-*"],
  countType: "imageCountMoreThan",
  countNumber: 100_000,
};
export const oldImages = {
  tagStatus: "any",
  countType: "sinceImagePushed",
  countUnit: "days",
  countNumber: 90,
};
export const lifecyclePolicy = aws(
  "ecr/lifecyclePolicy:LifecyclePolicy",
  "-api",
  { policy: lifecycle(deployedImages, oldImages) },
  { after: [repository.name] },
);

export const bucket = aws("s3/bucket:Bucket", "-state", { bucket: "acme-state" });
const beside = { after: [bucket.name] };
export const publicAccessBlock = aws(
  "s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
  "-state",
  {
    blockPublicAcls: true,
    blockPublicPolicy: true,
    ignorePublicAcls: true,
    restrictPublicBuckets: true,
  },
  beside,
);
export const bucketPolicy = aws(
  "s3/bucketPolicy:BucketPolicy",
  "-state",
  {
    policy: json({
      Effect: "Deny",
      Principal: "*",
      Action: "s3:*",
      Resource: ["arn:aws:s3:::acme-state", "arn:aws:s3:::acme-state/*"],
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    }),
  },
  beside,
);
export const bucketVersioning = aws(
  "s3/bucketVersioning:BucketVersioning",
  "-state",
  { versioningConfiguration: { status: "Enabled" } },
  beside,
);
export const bucketEncryption = aws(
  "s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
  "-state",
  {
    rules: [
      {
        applyServerSideEncryptionByDefault: {
          sseAlgorithm: "aws:kms",
          kmsMasterKeyId: arn("kms", "key/1"),
        },
      },
    ],
  },
  beside,
);
export const secret = aws("secretsmanager/secret:Secret", "-database", {
  name: "acme/application/staging/database",
  kmsKeyId: arn("kms", "key/1"),
});
export const rotation = aws(
  "secretsmanager/secretRotation:SecretRotation",
  "-database-rotation",
  { rotationRules: { automaticallyAfterDays: 30 } },
  { after: [secret.name] },
);
