#!/usr/bin/env bash
# Usage: connect.sh <stack> preview|deploy [backend URL]
# Says which role in which account a job assumes, and where the state of the stack is.
set -euo pipefail
stack=$1 role=$2 backend=${3:-}

settings=$(node .github/scripts/stack-file.ts "$stack")
project=$(jq -r .project <<<"$settings")
account=$(jq -r .account <<<"$settings")
region=$(jq -r .region <<<"$settings")
case $role in
  preview) name=$project-github-preview ;;
  deploy) name=$project-github-deploy-$stack ;;
  *)
    echo "role is $role: give preview or deploy" >&2
    exit 2
    ;;
esac

{
  echo "account=$account"
  echo "region=$region"
  echo "role-arn=arn:aws:iam::$account:role/$name"
} >>"$GITHUB_OUTPUT"
echo "PULUMI_BACKEND_URL=${backend:-s3://$project-pulumi-state-$account?region=$region}" >>"$GITHUB_ENV"
