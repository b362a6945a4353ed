#!/usr/bin/env bash
# Usage: notify.sh <stack> <changes.json>
# Tells the team how a deployment ended, one notice for each application that changed. A failure
# that is no application's is the platform's. Never fails: a notice is not the deployment.
set -uo pipefail
stack=$1 changes=$2

named=sha
if [ "$JOB_STATUS" = success ]; then
  event=deployed
elif [ "$PUT_BACK" = success ]; then
  # What runs is the former commit.
  event=rolledBack named=before
else
  event=failed
fi
notices=$(jq -r --arg named "$named" '.[] | "\(.app) \(.[$named])"' "$changes" 2>/dev/null)
if [ -z "$notices" ] && [ "$event" != deployed ]; then notices="platform $GITHUB_SHA"; fi
pause=0
while read -r app sha <&3; do
  if [ -z "$app" ]; then continue; fi
  # Slack takes one message a second.
  sleep "$pause"
  pause=1
  node cli/slipway.mjs notify --event "$event" --stack "$stack" --app "$app" --sha "$sha" --url "$RUN_URL" ||
    echo "::warning::no notice of $app ($event) was sent"
done 3<<<"$notices"
exit 0
