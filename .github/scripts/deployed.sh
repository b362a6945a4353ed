#!/usr/bin/env bash
# Prints, as a JSON array of {stack, sha}, the commit that was last deployed to each stack with
# success. What was merged since, or waits for approval, is no drift.
set -euo pipefail

deployed=()
stacks=$(.github/scripts/stacks.sh)
for stack in $(jq -r '.[]' <<<"$stacks"); do
  deployments=$(gh api --method GET "repos/$GITHUB_REPOSITORY/deployments" \
    -f environment="$stack" -F per_page=50 --jq '.[] | "\(.id) \(.sha)"')
  found=
  while read -r id sha <&3; do
    if [ -z "$id" ]; then continue; fi
    state=$(gh api "repos/$GITHUB_REPOSITORY/deployments/$id/statuses?per_page=1" --jq '.[0].state // ""')
    if [ "$state" = success ]; then
      found=$sha
      break
    fi
  done 3<<<"$deployments"
  if [ -n "$found" ]; then
    deployed+=("$(jq -nc --arg stack "$stack" --arg sha "$found" '{stack: $stack, sha: $sha}')")
  else
    echo "$stack was never deployed by a workflow: not compared" >&2
  fi
done
printf '%s\n' "${deployed[@]}" | jq -sc .
