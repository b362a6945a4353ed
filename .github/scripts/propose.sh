#!/usr/bin/env bash
# Usage: propose.sh <branch> <title> <body file>
# Pushes HEAD as a branch and opens a pull request to main. GH_TOKEN may do both in PLATFORM.
set -euo pipefail
branch=$1 title=$2 body=$3

gh auth setup-git
git push --force "https://github.com/$PLATFORM.git" "HEAD:refs/heads/$branch"
open=$(gh pr list --repo "$PLATFORM" --head "$branch" --state open --json url --jq '.[0].url // empty')
if [ -z "$open" ]; then
  open=$(gh pr create --repo "$PLATFORM" --base main --head "$branch" --title "$title" --body-file "$body")
fi
echo "::notice::$open"
