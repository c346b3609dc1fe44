#!/usr/bin/env bash
# Tests open SQLite's file by tests/api/support/stored.ts, which waits for the turn that a busy server leaves: opened in
# another way SQLite refuses at once, which a slow machine alone shows. The soak's scene waits for its turn by itself.
set -eu
others=$(grep -l 'new DatabaseSync' tests/*/*.ts tests/*/support/*.ts |
	grep -vxE 'tests/api/support/stored\.ts|tests/soak/scene\.ts' || true)
[ -z "$others" ] || { echo "opens SQLite's file by itself: $others"; exit 1; }
