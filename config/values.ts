import { z } from "zod";

/** Primitive values that several concerns of the configuration share, each with its rule and remedy. */

const octet = "(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";

/** IPv4 range in CIDR notation; AWS would move another address than the first, and see a change each time. */
export const cidr = z
  .string()
  .regex(new RegExp(`^(?:${octet}\\.){3}${octet}/(?:[12]?\\d|3[0-2])$`), {
    error: "give an IPv4 range such as 10.10.0.0/16",
    abort: true,
  })
  .refine(startsItsRange, {
    error: "give an IPv4 range that begins with its first address, such as 10.10.0.0/16",
  });

function startsItsRange(range: string): boolean {
  const [address = "", prefix = ""] = range.split("/");
  const first = address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  return first % 2 ** (32 - Number(prefix)) === 0;
}

/** Days that CloudWatch can keep logs. */
const retentions = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288,
  3653,
];
export const retentionDays = z.int().refine((days) => retentions.includes(days), {
  error: `give one of ${retentions.join(", ")} days`,
});

export const accountId = z
  .string()
  .regex(/^\d{12}$/, { error: "give the 12 digits of an AWS account" });

export const region = z
  .string()
  .regex(/^[a-z]{2}(?:-[a-z]+)+-\d$/, { error: "give an AWS region such as eu-west-1" });

export const roleArn = z.string().regex(/^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]{1,512}$/, {
  error: "give the ARN of an IAM role, arn:aws:iam::<account>:role/<name>",
});

export const policyArn = z
  .string()
  .regex(/^arn:aws[a-z-]*:iam::\d{12}:policy\/[\w+=,.@/-]{1,512}$/, {
    error: "give the ARN of an IAM policy, arn:aws:iam::<account>:policy/<name>",
  });

export const dnsLabel = z.string().regex(/^[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/, {
  error: "give a DNS label: at most 63 lower-case letters, digits and hyphens, a letter first",
});

// A number as the last label would make it an IP address.
const hostLabels =
  "(?!.*\\.\\d+$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)+";

export const hostName = z.string().regex(new RegExp(`^(?=.{1,253}$)${hostLabels}$`), {
  error: "give a host name in lower case, such as api.example.com",
});

/** Host name or IPv4 address of a server. */
export const serverHost = z
  .string()
  .regex(new RegExp(`^(?:(?=.{1,253}$)${hostLabels}|(?:${octet}\\.){3}${octet})$`), {
    error: "give a host name in lower case, such as db.example.com, or an IPv4 address",
  });

/** Host name, or a wildcard for one label in front of one. */
export const routeHost = z.string().regex(new RegExp(`^(?=.{1,253}$)(?:\\*\\.)?${hostLabels}$`), {
  error: "give a host name in lower case, such as api.example.com or *.example.com",
});

export const sha = z
  .string()
  .regex(/^[0-9a-f]{7,40}$/, { error: "give 7 to 40 hexadecimal digits of a commit" });

export const stackName = z.string().regex(/^[a-z](?:[a-z0-9-]{0,18}[a-z0-9])?$/, {
  error: "give the name of a stack: at most 20 lower-case letters, digits and hyphens",
});

export const envName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, { error: "give a name of letters, digits and underscores" });

export const port = z.int().min(1).max(65535);

/** Program and arguments; no shell takes them apart. */
export const command = z.array(z.string().min(1)).min(1);

/** Values of environment variables and labels: any text, the empty one as well. */
export const anyText = z
  .string({ error: "give text" })
  .regex(/^[^\0]*$/, { error: "give text without NUL" });

export const email = z.email({ error: "give an e-mail address such as devops@example.com" });

export const cpu = z.string().regex(/^(?![0.]+m?$)(?:\d+m|\d+(?:\.\d{1,3})?)$/, {
  error: "give a CPU quantity such as 100m or 0.5",
});

export const memory = z
  .string()
  .regex(/^[1-9]\d*(?:Ki|Mi|Gi)$/, { error: "give a memory quantity such as 128Mi" });

export const httpPath = z
  .string()
  .regex(/^\/[^\s?#]*$/, { error: "give a path that begins with /" });

export const url = z.url({ protocol: /^https?$/, error: "give an http(s) URL" });
