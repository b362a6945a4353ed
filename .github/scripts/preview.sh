#!/usr/bin/env bash
# Usage: preview.sh <stack> <directory> [option of pulumi preview]...
# Leaves <directory>/<stack>.json with what was previewed and, if the preview failed,
# <directory>/<stack>.log with the reason. Changes nothing, the state included.
set -uo pipefail
stack=$1 directory=$2
shift 2
mkdir -p "$directory"
json=$directory/$stack.json log=$directory/$stack.log

timeout --signal=INT --kill-after=1m 20m \
  pulumi preview --json --show-sames --non-interactive --policy-pack policies --stack "$stack" "$@" \
  >"$json" 2>"$log"
status=$?
cat "$log" >&2

# 7: --expect-no-changes met some. The preview itself is complete.
if [ "$status" -eq 0 ] || [ "$status" -eq 7 ]; then
  rm "$log"
  exit 0
fi
if [ "$status" -eq 124 ]; then echo "error: the preview took more than 20 minutes" >>"$log"; fi
# What a failed preview found says more than its reason: policies that refuse, what is made anew.
if ! jq -es 'any(.[]; .steps | length > 0)' "$json" >/dev/null 2>&1; then
  # With --json the engine's messages are part of the document, where there is one.
  jq -r '.diagnostics[]?.message // empty' "$json" >>"$log" 2>/dev/null
  rm "$json"
elif [ ! -s "$log" ]; then
  echo "error: preview failed" >"$log"
fi
exit "$status"
