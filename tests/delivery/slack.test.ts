import assert from "node:assert/strict";
import { noticeText } from "../../delivery/slack.ts";
import type { Notice } from "../../delivery/slack.ts";

const sha = "7c0b41d9e2f85a3361c4be07a95d28f1034e6bca";
const notice: Notice = { event: "deployed", stack: "production", app: "api", sha };

describe("the text of a notice", () => {
  const texts: [Notice, string][] = [
    [notice, ":white_check_mark: *api* `7c0b41d9e2f8` runs in *production*"],
    [
      { ...notice, event: "failed", url: "https://github.com/acme/slipway/actions/runs/1" },
      ":x: *api* `7c0b41d9e2f8` failed in *production* (<https://github.com/acme/slipway/actions/runs/1|run>)",
    ],
    [
      { ...notice, event: "rolledBack" },
      ":leftwards_arrow_with_hook: *api* of *production* is back at `7c0b41d9e2f8`",
    ],
    [
      { ...notice, app: "<!channel>", url: "https://x/?a=1&b=2|<@U1>" },
      ":white_check_mark: *&lt;!channel&gt;* `7c0b41d9e2f8` runs in *production* (<https://x/?a=1&amp;b=2%7C&lt;@U1&gt;|run>)",
    ],
  ];
  for (const [given, text] of texts)
    it(`is ${text}`, () => {
      assert.equal(noticeText(given), text);
    });
});
