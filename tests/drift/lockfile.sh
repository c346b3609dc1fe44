#!/usr/bin/env bash
# The lock file says what to install, never from where: a registry's address in it breaks installs behind a mirror.
set -eu
if grep -nE '"resolved"|registry\.' package-lock.json; then
	echo 'package-lock.json names where packages come from: remove it, then run npm install with .npmrc in place'
	exit 1
fi
