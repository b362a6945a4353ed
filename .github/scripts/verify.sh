#!/usr/bin/env bash
# Usage: verify.sh <stack>
# Every commit that the stack file names must have an image and must have run in staging. Nothing
# is built here: what staging ran is what the stack gets.
set -euo pipefail
stack=$1

apps=$(node .github/scripts/stack-file.ts "$stack" | jq -r '.apps | to_entries[] | "\(.key) \(.value)"')
status=0
while read -r app sha <&3; do
  if [ -z "$app" ]; then continue; fi
  if ! node cli/slipway.mjs release "$stack" "$app" "$sha"; then
    echo "::error::$app $sha may not go to $stack"
    status=1
  fi
done 3<<<"$apps"
if ! git diff --quiet; then
  echo "::error::verifying changed the tree: the stack file does not say what it would deploy"
  status=1
fi
exit "$status"
