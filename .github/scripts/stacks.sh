#!/usr/bin/env bash
# Prints the names of the stacks that run in AWS as a JSON array.
set -euo pipefail
for file in Pulumi.*.yaml; do
  if grep -q '^  slipway:account:' "$file"; then
    name=${file#Pulumi.}
    echo "${name%.yaml}"
  fi
done | jq -Rnc '[inputs]'
