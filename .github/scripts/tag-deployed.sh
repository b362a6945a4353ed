#!/usr/bin/env bash
# Usage: tag-deployed.sh <stack>
# Gives each image that the stack now runs a second tag, deployed-<stack>-<sha>. The repository's
# lifecycle policy keeps whatever has one, so that a version to go back to never expires.
set -euo pipefail
stack=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

pulumi stack output applications --json --stack "$stack" |
  jq -r 'to_entries[] | "\(.key) \(.value.sha) \(.value.image)"' >"$work/images"
while read -r app sha image <&3; do
  if [[ ! $image =~ ^([0-9]{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com/([a-z0-9/._-]+)@(sha256:[0-9a-f]{64})$ ]]; then
    echo "$app: $image is not in ECR by digest, no tag"
    continue
  fi
  repository=(--registry-id "${BASH_REMATCH[1]}" --region "${BASH_REMATCH[2]}" --repository-name "${BASH_REMATCH[3]}")
  digest=${BASH_REMATCH[4]}
  # Without the accepted types, a list of platforms would come back as the image of one of them.
  aws ecr batch-get-image "${repository[@]}" --image-ids "imageDigest=$digest" --output json \
    --accepted-media-types application/vnd.oci.image.index.v1+json application/vnd.oci.image.manifest.v1+json \
    application/vnd.docker.distribution.manifest.list.v2+json application/vnd.docker.distribution.manifest.v2+json \
    >"$work/found.json"
  # -j: a newline after the manifest would be another digest.
  jq -ej '.images[0].imageManifest' "$work/found.json" >"$work/manifest.json"
  type=$(jq -er '.images[0].imageManifestMediaType' "$work/found.json")
  if aws ecr put-image "${repository[@]}" --image-tag "deployed-$stack-$sha" --image-digest "$digest" \
    --image-manifest "file://$work/manifest.json" --image-manifest-media-type "$type" >/dev/null 2>"$work/error"; then
    echo "$app: deployed-$stack-$sha"
  elif grep -q '(ImageAlreadyExistsException)' "$work/error"; then
    echo "$app: deployed-$stack-$sha was there already"
  else
    cat "$work/error" >&2
    exit 1
  fi
done 3<"$work/images"
