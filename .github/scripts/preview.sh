#!/usr/bin/env bash
# Usage: preview.sh <stack> <directory> [option of pulumi preview]...
# Leaves <directory>/<stack>.json if the preview could be made, <directory>/<stack>.log with the
# reason if not. Changes nothing, the state included.
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
# With --json the engine's messages are part of the document, where there is one.
jq -r '.diagnostics[]?.message // empty' "$json" >>"$log" 2>/dev/null
if [ "$status" -eq 124 ]; then echo "the preview took more than 20 minutes" >>"$log"; fi
rm "$json"
exit "$status"
