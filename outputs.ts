import { z } from "zod";

/**
 * The stack-output contract: what other teams read through a `StackReference`. A name or a type
 * changes only with `contractVersion`; tests/golden/outputs-v1.json holds the released contract.
 */

/** Version of the contract; raised when an output is removed or changes its type. */
export const contractVersion = 1;

const network = z.strictObject({
  vpcId: z.string().describe("VPC."),
  publicSubnetIds: z.array(z.string()).describe("Subnets of load balancers and NAT gateways."),
  privateSubnetIds: z.array(z.string()).describe("Subnets of nodes and pods."),
  databaseSubnetIds: z.array(z.string()).describe("Subnets of databases, without a way out."),
  databaseSubnetGroupName: z.string().describe("RDS subnet group over the database subnets."),
});

const cluster = z.strictObject({
  name: z.string().describe("Name of the cluster."),
  arn: z.string().optional().describe("ARN; only EKS."),
  endpoint: z.string().optional().describe("URL of the Kubernetes API; only EKS."),
  oidcIssuerUrl: z.string().optional().describe("Issuer of service account tokens; only EKS."),
  securityGroupId: z.string().optional().describe("Security group of nodes and pods; only EKS."),
});

const application = z.strictObject({
  namespace: z.string().describe("Namespace of the application."),
  serviceAccount: z.string().describe("Service account of its pods."),
  image: z.string().describe("Image that runs, by digest where the registry is ECR."),
  repository: z.string().describe("Repository of the image."),
  sha: z.string().describe("Commit that the image was built from."),
  hosts: z.array(z.string()).describe("Public host names."),
  urls: z.array(z.string()).describe("Public URLs."),
  secretName: z.string().optional().describe("Kubernetes Secret synced for it."),
  roleArn: z.string().optional().describe("IAM role of its pods, where it has permissions."),
});

const roles = {
  admin: z.string().describe("Everything."),
  developer: z.string().describe("Reads and debugs; more where the stack says so."),
  operator: z.string().describe("Reads and writes, Secrets and nodes included."),
  deployer: z.string().describe("Deploys; writes Secrets without reading them."),
};

/** The contract; a property's description is its documentation, `secret` marks encrypted ones. */
export const outputContract = z.strictObject({
  contractVersion: z.literal(contractVersion).describe("Version of this contract."),
  project: z.string().describe("Prefix of all names."),
  environment: z.string().describe("Name of the stack."),
  region: z.string().optional().describe("AWS region; absent where the stack uses no AWS."),
  network: network.optional().describe("Network; absent on an existing cluster."),
  cluster: cluster.describe("Kubernetes cluster."),
  kubeconfig: z
    .string()
    .optional()
    .meta({ secret: true })
    .describe("Kubeconfig that gets its tokens from the AWS command line; only EKS."),
  accessRoleArns: z
    .strictObject(roles)
    .optional()
    .describe("IAM roles to assume for a Kubernetes role; only EKS."),
  kubernetesGroups: z.strictObject(roles).describe("Kubernetes groups of the four roles."),
  ingressClassName: z.string().describe("Class of Ingress objects that the edge serves."),
  edgeAddresses: z
    .strictObject({
      ingressNginx: z.string().optional().describe("Address of ingress-nginx, where it runs."),
      traefik: z.string().optional().describe("Address of Traefik, where it runs."),
    })
    .describe("Host name or IP address of each load balancer: the target of DNS records."),
  issuers: z
    .strictObject({
      http01: z.string().describe("ClusterIssuer of ordinary hosts."),
      dns01: z.string().optional().describe("ClusterIssuer of wildcard hosts."),
    })
    .describe("ClusterIssuers of cert-manager."),
  logGroups: z
    .strictObject({
      controlPlane: z.string().describe("Log group of the Kubernetes control plane."),
      flowLogs: z.string().describe("Log group of the VPC's flow logs."),
    })
    .optional()
    .describe("CloudWatch log groups; only EKS."),
  applications: z.record(z.string(), application).describe("Applications by name."),
  releases: z.record(z.string(), z.string()).describe("Commit that runs, by application."),
});

/** What `StackReference.getOutputDetails` gives for each name of the contract. */
export type SlipwayOutputs = z.output<typeof outputContract>;
/** One entry of `applications`. */
export type ApplicationOutputs = z.output<typeof application>;
