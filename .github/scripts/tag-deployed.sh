#!/usr/bin/env bash
# Usage: tag-deployed.sh <stack> <outcome of its smoke test: success, failure, ...>
# Gives each image that the stack now runs further tags. deployed-<stack>-<sha> says that it ran
# there; the repository's lifecycle policy keeps whatever has one, so that neither what runs nor a
# version to go back to expires. deployed-<stack>-<sha>-passed says that the smoke test succeeded
# with it: the evidence that a release to the next stack asks for.
set -euo pipefail
stack=$1 smoke=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The hosts of components/workloads/image.ts.
ecr='^([0-9]{12})\.dkr[.-]ecr(-fips)?\.([a-z0-9-]+)\.(amazonaws\.com(\.cn)?|on\.aws|on\.amazonwebservices\.com\.cn)/([a-z0-9/._-]+)@(sha256:[0-9a-f]{64})$'
pulumi stack output applications --json --stack "$stack" |
  jq -r 'to_entries[] | "\(.key) \(.value.sha) \(.value.image)"' >"$work/images"
while read -r app sha image <&3; do
  if [[ ! $image =~ ^[0-9]{12}\.dkr[.-]ecr ]]; then
    echo "$app: $image is not in ECR, no tag"
    continue
  fi
  if [[ ! $image =~ $ecr ]]; then
    echo "::error::$app: $image is not a repository in ECR with a digest: it can't be kept"
    exit 1
  fi
  repository=(--registry-id "${BASH_REMATCH[1]}" --region "${BASH_REMATCH[3]}" --repository-name "${BASH_REMATCH[6]}")
  digest=${BASH_REMATCH[7]}
  # Without the accepted types, a list of platforms would come back as the image of one of them.
  aws ecr batch-get-image "${repository[@]}" --image-ids "imageDigest=$digest" --output json \
    --accepted-media-types application/vnd.oci.image.index.v1+json application/vnd.oci.image.manifest.v1+json \
    application/vnd.docker.distribution.manifest.list.v2+json application/vnd.docker.distribution.manifest.v2+json \
    >"$work/found.json"
  # -j: a newline after the manifest would be another digest.
  jq -ej '.images[0].imageManifest' "$work/found.json" >"$work/manifest.json"
  type=$(jq -er '.images[0].imageManifestMediaType' "$work/found.json")
  tags=("deployed-$stack-$sha")
  if [ "$smoke" = success ]; then tags+=("deployed-$stack-$sha-passed"); fi
  for tag in "${tags[@]}"; do
    if aws ecr put-image "${repository[@]}" --image-tag "$tag" --image-digest "$digest" \
      --image-manifest "file://$work/manifest.json" --image-manifest-media-type "$type" >/dev/null 2>"$work/error"; then
      echo "$app: $tag"
    elif grep -q '(ImageAlreadyExistsException)' "$work/error"; then
      echo "$app: $tag was there already"
    else
      cat "$work/error" >&2
      exit 1
    fi
  done
done 3<"$work/images"
