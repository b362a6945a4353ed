import { readFileSync } from "node:fs";
import { z } from "zod";
import { parseStackFile } from "../../plan/stack-file.ts";

/**
 * Prints what the workflows need of `Pulumi.<stack>.yaml` as one line of JSON: project, account,
 * region, the stacks that come before, and the commit of each application. Ends with 2 and one line if the file has no such thing.
 */
const settings = z.object({
  "slipway:project": z.string().regex(/^[a-z][a-z0-9-]*$/),
  "slipway:account": z.object({
    allowedAccountIds: z.tuple([z.string().regex(/^\d{12}$/)], z.string()),
  }),
  "slipway:region": z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/),
  "slipway:releases": z
    .object({ after: z.array(z.string().regex(/^[a-z][a-z0-9-]*$/)).default([]) })
    .prefault({}),
  "slipway:apps": z
    .record(
      z.string().regex(/^[a-z][a-z0-9-]*$/),
      z.object({ image: z.object({ sha: z.string().regex(/^[0-9a-f]{7,40}$/) }) }),
    )
    .default({}),
});

const stack = process.argv[2] ?? "";
const file = `Pulumi.${stack}.yaml`;
try {
  if (!/^[A-Za-z0-9][A-Za-z0-9_.-]*$/.test(stack))
    throw new Error(`stack is ${JSON.stringify(stack)}: give a name such as staging`);
  const parsed = settings.safeParse(parseStackFile(readFileSync(file, "utf8")).config);
  if (!parsed.success)
    throw new Error(
      `${file}: ${parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; ")}`,
    );
  const config = parsed.data;
  const apps = Object.entries(config["slipway:apps"]).map(([app, { image }]) => [app, image.sha]);
  console.log(
    JSON.stringify({
      project: config["slipway:project"],
      account: config["slipway:account"].allowedAccountIds[0],
      region: config["slipway:region"],
      after: config["slipway:releases"].after,
      apps: Object.fromEntries(apps) as Readonly<Record<string, string>>,
    }),
  );
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 2;
}
