#!/usr/bin/env bash
# Says what a push deploys: main goes to staging, a tag v1.2.3 to production, a tag <stack>-v1.2.3
# to that stack. A tag is resolved to its commit here, once: moved later, it deploys nothing else.
set -euo pipefail
fail() {
  echo "::error::$1"
  exit 1
}

case $GITHUB_REF_TYPE in
  branch)
    [ "$GITHUB_REF_NAME" = main ] || fail "$GITHUB_REF_NAME is not main: only main and version tags deploy"
    stack=staging commit=$GITHUB_SHA release=false
    ;;
  tag)
    version='v[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.]+)?'
    [[ $GITHUB_REF_NAME =~ ^(([a-z][a-z0-9-]*)-)?$version$ ]] ||
      fail "the tag $GITHUB_REF_NAME is no version: give v1.2.3, or <stack>-v1.2.3"
    stack=${BASH_REMATCH[2]:-production} release=true
    commit=$(git rev-parse --verify --end-of-options "refs/tags/$GITHUB_REF_NAME^{commit}")
    git merge-base --is-ancestor "$commit" origin/main ||
      fail "$GITHUB_REF_NAME ($commit) is not on main: it was never reviewed or staged"
    ;;
  *) fail "$GITHUB_REF_TYPE is neither branch nor tag" ;;
esac
git cat-file -e "$commit:Pulumi.$stack.yaml" 2>/dev/null || fail "$commit has no Pulumi.$stack.yaml"

printf 'stack=%s\ncommit=%s\nrelease=%s\n' "$stack" "$commit" "$release" >>"$GITHUB_OUTPUT"
echo "$GITHUB_REF_NAME deploys $commit to $stack"
