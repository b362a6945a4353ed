import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { policyDocument, serviceTrust } from "../identity/policy.ts";

interface FlowLogArgs {
  readonly vpcId: pulumi.Input<string>;
  readonly kmsKeyArn: pulumi.Input<string>;
  readonly retentionDays: number;
}

/** Writes every flow of a VPC to the encrypted log group that it gives, with a role for just that. */
export function recordFlows(
  name: string,
  args: FlowLogArgs,
  parent: pulumi.Resource,
): aws.cloudwatch.LogGroup {
  const group = new aws.cloudwatch.LogGroup(
    `${name}-flows`,
    {
      name: `/aws/vpc/${name}/flows`,
      retentionInDays: args.retentionDays,
      kmsKeyId: args.kmsKeyArn,
    },
    { parent },
  );
  const role = new aws.iam.Role(
    `${name}-flows`,
    {
      description: `VPC flow logs of ${name}`,
      assumeRolePolicy: serviceTrust("vpc-flow-logs.amazonaws.com"),
    },
    { parent },
  );
  const policy = new aws.iam.RolePolicy(
    `${name}-flows`,
    {
      role: role.name,
      policy: policyDocument([
        {
          sid: "WriteFlows",
          actions: ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"],
          resources: [group.arn, pulumi.interpolate`${group.arn}:*`],
        },
        {
          sid: "AnyLogGroupFound",
          actions: ["logs:DescribeLogGroups"],
          resources: ["*"],
          reason: "the delivery service looks the group up by listing, which has no narrower ARN",
        },
      ]),
    },
    { parent },
  );
  new aws.ec2.FlowLog(
    `${name}-flows`,
    {
      vpcId: args.vpcId,
      trafficType: "ALL",
      logDestinationType: "cloud-watch-logs",
      logDestination: group.arn,
      iamRoleArn: role.arn,
      tags: { Name: `${name}-flows` },
    },
    // AWS checks at creation that the role may write.
    { parent, dependsOn: [policy] },
  );
  return group;
}
