#!/usr/bin/env bash
# docs/settings.md is what the program prints.
set -eu
if ! "${GUILDHALL_BIN:-build/guildhall}" settings | diff -u docs/settings.md -; then
	echo 'docs/settings.md is not what the program prints: build/guildhall settings >docs/settings.md'
	exit 1
fi
