#!/usr/bin/env bash
# docs/limits.md is what the sources say.
set -euo pipefail
if ! page=$(node tools/limits.mjs) || ! diff -u docs/limits.md - <<<"$page"; then
	echo 'docs/limits.md is not what the sources say: node tools/limits.mjs >docs/limits.md'
	exit 1
fi
