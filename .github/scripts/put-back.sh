#!/usr/bin/env bash
# Usage: put-back.sh <stack> <changes.json> <patch>
# Puts back what ran before a failed deployment: each application that had changed gets its former
# commit, unless the schema has moved on in a way that it cannot run with. Writes the commit as a
# patch for main, which still names the version that failed.
set -euo pipefail
stack=$1 changes=$2 patch=$3
start=$(git rev-parse HEAD)
export GIT_AUTHOR_NAME=slipway GIT_AUTHOR_EMAIL=slipway@users.noreply.github.com
export GIT_COMMITTER_NAME=$GIT_AUTHOR_NAME GIT_COMMITTER_EMAIL=$GIT_AUTHOR_EMAIL

# Pulumi may have written the stack's encryption settings into its file.
git restore .
former=$(jq -r '.[] | "\(.app) \(.before)"' "$changes")
back=0 stuck=0
while read -r app before <&3; do
  if [ -z "$app" ]; then continue; fi
  if [ "$before" = null ]; then
    echo "::error::$app is new in $stack: there is nothing to put back"
    stuck=1
  elif node cli/slipway.mjs rollback "$stack" "$app" --to "$before" --commit; then
    back=$((back + 1))
  else
    echo "::error::$app stays: $before may not be put back, the message above says why"
    stuck=1
  fi
done 3<<<"$former"

if [ "$back" -eq 0 ]; then
  echo "::error::nothing was put back in $stack: no application had changed, or none could go back"
  exit 1
fi
.github/scripts/up.sh "$stack" 15
git format-patch --stdout "$start" >"$patch"
echo "patch=$patch" >>"$GITHUB_OUTPUT"
node cli/slipway.mjs smoke "$stack" --timeout-seconds 300
if [ "$stuck" -eq 0 ]; then
  echo "::warning::the former release of $stack is back and answers; main still names the one that failed"
fi
exit "$stuck"
