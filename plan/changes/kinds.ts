/** A kind of resource that holds something which a new one doesn't have. */
export interface StatefulKind {
  /** What readers call it. */
  readonly noun: string;
  /** What goes with it, in plain words. */
  readonly loss: string;
}

/** By type, the worst first; a replacement or deletion of one of these loses something. */
const statefulKinds: Readonly<Record<string, StatefulKind>> = {
  "aws:rds/instance:Instance": { noun: "the database", loss: "its data, except for snapshots" },
  "aws:rds/cluster:Cluster": { noun: "the database", loss: "its data, except for snapshots" },
  "aws:rds/clusterInstance:ClusterInstance": {
    noun: "a database instance",
    loss: "its connections, and the database while no other one serves",
  },
  "aws:dynamodb/table:Table": { noun: "the table", loss: "its data" },
  "aws:efs/fileSystem:FileSystem": { noun: "the file system", loss: "its files" },
  "aws:ebs/volume:Volume": { noun: "the volume", loss: "its data" },
  "aws:s3/bucket:Bucket": { noun: "the bucket", loss: "its objects" },
  "aws:secretsmanager/secret:Secret": { noun: "the secret", loss: "its values" },
  "aws:eks/cluster:Cluster": {
    noun: "the cluster",
    loss: "everything that runs in it and the address of its API",
  },
  "aws:kms/key:Key": {
    noun: "the encryption key",
    loss: "whatever is encrypted with it, once the key is gone",
  },
  "aws:ec2/vpc:Vpc": { noun: "the network", loss: "everything in it and all its addresses" },
  "aws:ec2/subnet:Subnet": { noun: "the subnet", loss: "the addresses of everything in it" },
  "aws:ec2/eip:Eip": {
    noun: "the public address",
    loss: "the address that others may have allowed",
  },
  "aws:ec2/natGateway:NatGateway": {
    noun: "the NAT gateway",
    loss: "open connections to the internet",
  },
  "aws:eks/nodeGroup:NodeGroup": {
    noun: "the node group",
    loss: "its machines, every pod on them moves",
  },
  "aws:elasticache/replicationGroup:ReplicationGroup": {
    noun: "the cache",
    loss: "what is cached and its address",
  },
  "aws:elasticache/serverlessCache:ServerlessCache": {
    noun: "the cache",
    loss: "what is cached and its address",
  },
  "aws:mq/broker:Broker": { noun: "the broker", loss: "its messages and its address" },
  "aws:ecr/repository:Repository": {
    noun: "the image repository",
    loss: "its images, those that run included",
  },
  "aws:cloudwatch/logGroup:LogGroup": { noun: "the log group", loss: "its logs" },
  "aws:route53/zone:Zone": { noun: "the DNS zone", loss: "its records and name servers" },
  "aws:lb/loadBalancer:LoadBalancer": { noun: "the load balancer", loss: "its address" },
  "kubernetes:core/v1:Namespace": { noun: "the namespace", loss: "everything in it" },
  "kubernetes:core/v1:PersistentVolumeClaim": { noun: "the volume", loss: "its data" },
  "kubernetes:core/v1:PersistentVolume": { noun: "the volume", loss: "its data" },
  "kubernetes:core/v1:Secret": { noun: "the Secret", loss: "its values" },
  "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition": {
    noun: "the resource definition",
    loss: "every object of its kind",
  },
  "kubernetes:helm.sh/v3:Release": {
    noun: "the release",
    loss: "what its chart installed, until it is installed again",
  },
  "kubernetes:cert-manager.io/v1:Certificate": {
    noun: "the certificate",
    loss: "its key, and one of the 5 that Let's Encrypt issues a week for the same names",
  },
  "kubernetes:cert-manager.io/v1:ClusterIssuer": {
    noun: "the certificate issuer",
    loss: "renewals while it is away",
  },
  "pulumi:providers:aws": { noun: "the AWS provider", loss: "everything that it manages" },
  "pulumi:providers:kubernetes": {
    noun: "the Kubernetes provider",
    loss: "everything that it manages",
  },
};

/** What a resource holds that is lost with it; undefined where a new one is as good. */
export function statefulKind(
  type: string,
  inputs: Readonly<Record<string, unknown>> = {},
): StatefulKind | undefined {
  if (type === "kubernetes:core/v1:Service") {
    const spec = inputs.spec as { readonly type?: unknown } | undefined;
    return spec?.type === "LoadBalancer"
      ? { noun: "the load balancer", loss: "its public address" }
      : undefined;
  }
  return Object.hasOwn(statefulKinds, type) ? statefulKinds[type] : undefined;
}

/** Place of a type among those that hold something, the worst first; those that hold nothing come last. */
export function lossRank(type: string): number {
  const rank = Object.keys(statefulKinds).indexOf(type);
  return rank < 0 ? Object.keys(statefulKinds).length : rank;
}

/** Kinds whose deletion takes something out of service, though a new one is as good. */
export function serves(type: string): boolean {
  return /^kubernetes:(?:apps\/v1:(?:Deployment|StatefulSet|DaemonSet)|batch\/v1:CronJob|core\/v1:Service|networking\.k8s\.io\/v1:Ingress|external-secrets\.io\/.*)$/.test(
    type,
  );
}

/** Properties that make a provider replace the resource, for plans made without providers. */
const replacingProperties: readonly { readonly type: RegExp; readonly path: RegExp }[] = [
  { type: /^kubernetes:/, path: /^(?:metadata\.name|metadata\.namespace)$/ },
  { type: /^kubernetes:batch\/v1:Job$/, path: /^spec\.(?:template|selector|completionMode)\b/ },
  { type: /^kubernetes:apps\/v1:/, path: /^spec\.selector\b/ },
  {
    type: /^kubernetes:apps\/v1:StatefulSet$/,
    path: /^spec\.(?:serviceName|volumeClaimTemplates)\b/,
  },
  { type: /^kubernetes:rbac.*Binding$/, path: /^roleRef\b/ },
  { type: /^kubernetes:core\/v1:PersistentVolumeClaim$/, path: /^spec\.(?!resources)/ },
  { type: /^aws:(?!route53)/, path: /^(?:name|namePrefix|region)$/ },
  { type: /^aws:ec2\/vpc:/, path: /^(?:cidrBlock|instanceTenancy|ipv4IpamPoolId)$/ },
  { type: /^aws:ec2\/subnet:/, path: /^(?:cidrBlock|availabilityZone|vpcId)$/ },
  { type: /^aws:ec2\/natGateway:/, path: /^(?:subnetId|allocationId|connectivityType)$/ },
  {
    type: /^aws:eks\/cluster:/,
    path: /^(?:roleArn|encryptionConfig|kubernetesNetworkConfig|outpostConfig)\b/,
  },
  {
    type: /^aws:eks\/nodeGroup:/,
    path: /^(?:nodeGroupName|clusterName|nodeRoleArn|instanceTypes|capacityType|diskSize|amiType|subnetIds)\b/,
  },
  { type: /^aws:kms\/key:/, path: /^(?:keyUsage|customerMasterKeySpec|multiRegion)$/ },
  {
    type: /^aws:rds\/(?:instance|cluster):/,
    path: /^(?:engine|identifier|clusterIdentifier|username|masterUsername|storageEncrypted|kmsKeyId|dbSubnetGroupName|availabilityZone|characterSetName)$/,
  },
  {
    type: /^aws:elasticache\//,
    path: /^(?:replicationGroupId|subnetGroupName|atRestEncryptionEnabled|kmsKeyId|port)$/,
  },
  { type: /^aws:ecr\/repository:/, path: /^encryptionConfigurations\b/ },
];

/** Whether a provider would replace this resource for a change at this path. */
export function replaces(
  type: string,
  inputs: Readonly<Record<string, unknown>>,
  path: string,
): boolean {
  if (inputs.immutable === true && /^(?:data|binaryData|stringData)\b/.test(path)) return true;
  return replacingProperties.some((rule) => rule.type.test(type) && rule.path.test(path));
}
