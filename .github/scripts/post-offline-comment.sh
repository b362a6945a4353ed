#!/usr/bin/env bash
# Posts or edits the offline plan of a pull request from a fork. The text was made by the fork's
# own code, so it is data: one named entry of the archive, of bounded size, under a note that says
# whose it is. Which pull request it belongs to is GitHub's word, never the artifact's.
set -euo pipefail
marker='<!-- slipway-offline-plan -->'
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

number=$(gh api --method GET "repos/$GITHUB_REPOSITORY/pulls" -f state=open -f head="$HEAD_OWNER:$HEAD_BRANCH" \
  --jq '[.[] | select(.head.sha == env.HEAD_SHA and .base.repo.full_name == env.GITHUB_REPOSITORY) | .number][0] // empty')
if [ -z "$number" ]; then
  echo "no open pull request has the commit $HEAD_SHA: nothing to post"
  exit 0
fi
artifact=$(gh api "repos/$GITHUB_REPOSITORY/actions/runs/$RUN_ID/artifacts?name=offline-comment" \
  --jq '[.artifacts[] | select(.expired | not) | .id][0] // empty')
if [ -z "$artifact" ]; then
  echo "run $RUN_ID left no offline plan: nothing to post"
  exit 0
fi
gh api "repos/$GITHUB_REPOSITORY/actions/artifacts/$artifact/zip" >"$work/artifact.zip"

# Streams one entry: nothing of the archive is written under a name of its own.
unzip -p "$work/artifact.zip" comment.md | head -c 300000 >"$work/plan.md" || true
if [ ! -s "$work/plan.md" ]; then
  echo "the artifact has no offline plan: not posted" >&2
  exit 1
fi
{
  printf '%s\n' "$marker" \
    '> [!NOTE]' \
    '> Made without credentials, by the code of this pull request: read it as its author'"'"'s words.' ''
  # A comment has at most 65,536 characters; the rest is for the lines above.
  if [ "$(LC_ALL=C.UTF-8 wc -m <"$work/plan.md")" -le 65300 ]; then
    cat "$work/plan.md"
  else
    printf '%s\n' "The plan is longer than a comment: it is in [the summary of its run]($RUN_URL)."
  fi
} >"$work/body.md"

mine=$(gh api --paginate "repos/$GITHUB_REPOSITORY/issues/$number/comments?per_page=100" \
  --jq '.[] | select(.user.login == "github-actions[bot]" and (.body | startswith("<!-- slipway-offline-plan -->"))) | .id' | head -n 1)
if [ -n "$mine" ]; then
  gh api --method PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$mine" -F body=@"$work/body.md" --silent
else
  gh api --method POST "repos/$GITHUB_REPOSITORY/issues/$number/comments" -F body=@"$work/body.md" --silent
fi
echo "posted the offline plan to pull request $number"
