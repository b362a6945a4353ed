import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { renderComment } from "../../delivery/comment.ts";
import { goldenComments } from "../support/comments.ts";
import { committedStacks, recordingOf } from "../support/plans.ts";
import { graphText } from "./graph.ts";

/** `npm run golden`: rewrites the golden graphs of all committed stacks, and the golden comments. */
for (const stack of committedStacks)
  writeFileSync(
    join(import.meta.dirname, `${stack}.txt`),
    graphText(await recordingOf(stack)),
  );
for (const [name, args] of Object.entries(goldenComments))
  writeFileSync(
    join(import.meta.dirname, "comments", `${name}.md`),
    `${renderComment(await args())}\n`,
  );
