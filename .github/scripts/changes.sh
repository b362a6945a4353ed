#!/usr/bin/env bash
# Usage: changes.sh <stack> <file>
# Writes which applications get another commit, as a JSON array of {app, sha, before}; `before` is
# what the stack runs now, null for a new application.
set -euo pipefail
stack=$1 file=$2

wanted=$(node .github/scripts/stack-file.ts "$stack")
running=$(pulumi stack output --json --stack "$stack")
jq -nc --argjson wanted "$wanted" --argjson running "$running" '
  [ $wanted.apps | to_entries[]
    | {app: .key, sha: .value, before: ($running.applications[.key].sha // null)}
    | select(.sha != .before) ]' >"$file"
jq -r '.[] | "\(.app): \(.before // "new") -> \(.sha)"' "$file"
