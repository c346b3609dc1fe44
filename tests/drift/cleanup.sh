#!/usr/bin/env bash
# What CLEANUP ends has a value from the beginning: an early return would end whatever lay in that memory.
set -eu
if grep -rnE 'CLEANUP\([a-z_]+\)[^=;]*;' src tests/unit bench fuzz; then
	echo 'give it a value: = {0}, or = NULL'
	exit 1
fi
