import { Command, Option } from "commander";
import { noticeEvents, sendNotice } from "../delivery/slack.ts";
import type { Notice } from "../delivery/slack.ts";

/** `slipway notify`: a notice in Slack, where a webhook is given; never fails a deployment. */
export function notifyCommand(): Command {
  return new Command("notify")
    .description("tell Slack of a deployment; the webhook comes from SLACK_WEBHOOK_URL, if at all")
    .addOption(
      new Option("--event <event>", "what happened").choices(noticeEvents).makeOptionMandatory(),
    )
    .requiredOption("--stack <stack>", "where")
    .requiredOption("--app <app>", "to which application")
    .requiredOption("--sha <commit>", "with which commit")
    .option("--url <url>", "the run to look at")
    .action(notify);
}

async function notify(notice: Notice): Promise<void> {
  const webhook = (process.env.SLACK_WEBHOOK_URL ?? "").trim();
  if (webhook === "") {
    process.stdout.write("no notice: SLACK_WEBHOOK_URL is not set\n");
    return;
  }
  const result = await sendNotice(webhook, notice);
  if (result.type === "sent") process.stdout.write("notice sent\n");
  else process.stderr.write(`no notice: ${result.reason}\n`);
}
