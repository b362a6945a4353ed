#!/usr/bin/env bash
# Usage: report.sh comment|drift <directory> <stacks as a JSON array> [option]...
# Hands the outcome of preview.sh for each stack to one command. A stack without any outcome
# (no credentials, no runner) counts as failed.
set -euo pipefail
command=$1 directory=$2 stacks=$3
shift 3
mkdir -p "$directory"

args=()
names=$(jq -r '.[]' <<<"$stacks")
for stack in $names; do
  json=$directory/$stack.json log=$directory/$stack.log
  if [ ! -s "$json" ] && [ ! -s "$log" ]; then
    echo "the preview of $stack did not run; the log of its job says why" >"$log"
  fi
  # Both where the preview failed on its way: what it found, and that it failed.
  if [ -s "$json" ]; then args+=(--preview "$stack=$json"); fi
  if [ -s "$log" ]; then args+=(--failed "$stack=$log"); fi
done
exec node cli/slipway.mjs "$command" "${args[@]}" "$@"
