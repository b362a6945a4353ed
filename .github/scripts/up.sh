#!/usr/bin/env bash
# Usage: up.sh <stack> <minutes>
# Updates a stack. When the time is over Pulumi is interrupted, not killed: it ends what is under
# way, saves the state and gives the lock back.
set -euo pipefail
stack=$1 minutes=$2

status=0
timeout --signal=INT --kill-after=3m "${minutes}m" \
  pulumi up --yes --non-interactive --suppress-outputs --policy-pack policies \
  --message "$GITHUB_REF_NAME $GITHUB_SHA" --stack "$stack" || status=$?
if [ "$status" -eq 124 ]; then
  echo "::error::pulumi up of $stack was interrupted after $minutes minutes"
fi
exit "$status"
