import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { committedStacks, recordingOf } from "../support/plans.ts";
import { graphText } from "./graph.ts";

/** `npm run golden`: rewrites the golden graphs of all committed stacks. */
for (const stack of committedStacks)
  writeFileSync(
    join(import.meta.dirname, `${stack}.txt`),
    graphText(await recordingOf(stack)),
  );
