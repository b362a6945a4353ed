import "../cli/compile-cache.ts";
import { renderComment } from "../delivery/comment.ts";
import { manyChanges } from "../tests/support/comments.ts";

/** The comment on a preview of 1,000 changed resources, no two of them alike. */
renderComment({ stacks: [await manyChanges(1000, 1_000_000)] });
