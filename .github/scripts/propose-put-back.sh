#!/usr/bin/env bash
# Usage: propose-put-back.sh <stack> <patch>
# Brings main in line with what runs after a release was put back: a pull request with the patch.
set -euo pipefail
stack=$1 patch=$2
export GIT_COMMITTER_NAME=slipway GIT_COMMITTER_EMAIL=slipway@users.noreply.github.com

git am --3way "$patch"
body=$(mktemp)
printf '%s\n' "A deployment to \`$stack\` failed and the former release was put back. It runs now; this makes \`main\` say so." \
  '' "Run: $RUN_URL" '' 'Its checks start when it is closed and opened again: GitHub starts none for a pull request of its own token.' >"$body"
.github/scripts/propose.sh "put-back/$stack-$GITHUB_RUN_ID" "$stack: put the former release back" "$body"
