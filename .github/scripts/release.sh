#!/usr/bin/env bash
# Usage: release.sh <stack> <app> <sha> push|propose
# Commits an application's new version to its stack file, and pushes it to main or proposes it as
# a pull request. The commit may change that one line and nothing else.
set -euo pipefail
stack=$1 app=$2 sha=$3 how=$4
remote=https://github.com/$PLATFORM.git
export GIT_AUTHOR_NAME=slipway GIT_AUTHOR_EMAIL=slipway@users.noreply.github.com
export GIT_COMMITTER_NAME=$GIT_AUTHOR_NAME GIT_COMMITTER_EMAIL=$GIT_AUTHOR_EMAIL
[[ $stack =~ ^[a-z][a-z0-9-]*$ && $app =~ ^[a-z][a-z0-9-]*$ && $sha =~ ^[0-9a-f]{7,40}$ ]] || {
  echo "::error::give the name of a stack, the name of an application, and 7 to 40 hexadecimal digits of a commit"
  exit 2
}
[[ $how = push || $how = propose ]] || {
  echo "::error::how is '$how': give push or propose"
  exit 2
}
gh auth setup-git

for attempt in 1 2 3 4 5; do
  git fetch --quiet "$remote" main
  git checkout --quiet --detach FETCH_HEAD
  base=$(git rev-parse HEAD)
  node cli/slipway.mjs release "$stack" "$app" "$sha" --commit --offline
  if [ "$(git rev-parse HEAD)" = "$base" ]; then
    echo "$app $sha is what Pulumi.$stack.yaml says already: nothing to release"
    exit 0
  fi
  if [ "$(git diff --numstat "$base" HEAD)" != $'1\t1\t'"Pulumi.$stack.yaml" ]; then
    echo "::error::the release would change more than one line of Pulumi.$stack.yaml"
    exit 1
  fi
  if [ "$how" = propose ]; then
    body=$(mktemp)
    printf '%s\n' "Release of \`$app\` \`$sha\` to \`$stack\`." '' "Run: $RUN_URL" >"$body"
    exec .github/scripts/propose.sh "release/$stack-$app" "$stack: release $app ${sha:0:12}" "$body"
  fi
  # Another application's release may have come first: take its commit and write this one again.
  if git push "$remote" HEAD:refs/heads/main; then exit 0; fi
  echo "main has moved, attempt $attempt"
done
echo "::error::main could not be pushed to in 5 attempts"
exit 1
