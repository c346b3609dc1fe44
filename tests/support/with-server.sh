#!/usr/bin/env bash
# with-server.sh CMD... - runs CMD beside a fresh server, which is gone afterwards.
#
# The program is $GUILDHALL_BIN (default build/guildhall). The server keeps its data in a temporary folder, or in a new
# database of the PostgreSQL that $GUILDHALL_TEST_PG names (tests/support/with-postgres.sh sets it).
# CMD finds in its environment GUILDHALL_BASE and GUILDHALL_ADMIN, the addresses of the core and the admin endpoint,
# GUILDHALL_PID, the process, and GUILDHALL_ID and GUILDHALL_SECRET, a machine app that may call the Management API.
# The exit status is that of CMD; 1 if the server did not start, or did not stop as it should.
set -euo pipefail

[ $# -gt 0 ] || { echo "usage: with-server.sh CMD..." >&2; exit 2; }
# shellcheck source=tests/support/command.sh
. "$(dirname "$0")/command.sh"

top=$(cd "$(dirname "$0")/../.." && pwd)
program=${GUILDHALL_BIN:-$top/build/guildhall}
[ -x "$program" ] || { echo "with-server: no program at $program (./dev build makes it)" >&2; exit 1; }

dir=$(mktemp -d "${TMPDIR:-/tmp}/guildhall.XXXXXX")
server=''
finish() {
	trap '' INT TERM HUP
	[ -z "$server" ] || process_end "$server" || true
	rm -rf "$dir"
}
trap finish EXIT

store=(--data "$dir/data")
if [ -n "${GUILDHALL_TEST_PG:-}" ]; then
	name=guildhall_$$_$RANDOM
	"$GUILDHALL_TEST_PG_BIN/createdb" --maintenance-db="$GUILDHALL_TEST_PG/postgres" -T template0 "$name"
	store+=(--db "$GUILDHALL_TEST_PG/$name")
fi

# services that tests set up for it to call are on this machine
"$program" serve --port 0 --admin-port 0 --call-private-addresses true "${store[@]}" >"$dir/out" 2>"$dir/err" &
server=$!
base='' admin=''
for _ in $(seq 600); do
	base=$(sed -n 's/^core \(http[^ ]*\)$/\1/p' "$dir/out")
	admin=$(sed -n 's/^admin \(http[^ ]*\)$/\1/p' "$dir/out")
	[ -z "$base" ] || [ -z "$admin" ] || break
	kill -0 "$server" 2>/dev/null || break
	sleep 0.1
done
if [ -z "$base" ] || [ -z "$admin" ]; then
	tail -n 20 "$dir/err" >&2
	echo "with-server: $program does not serve" >&2
	exit 1
fi

app=$("$program" app create --name with-server --type MachineToMachine --management-api "${store[@]}")
member() { printf '%s' "$app" | sed -n 's/.*"'"$1"'" *: *"\([^"]*\)".*/\1/p' | head -n 1; }
export GUILDHALL_BASE=$base GUILDHALL_ADMIN=$admin GUILDHALL_PID=$server
GUILDHALL_ID=$(member id)
GUILDHALL_SECRET=$(member secret)
export GUILDHALL_ID GUILDHALL_SECRET

status=0
command_run "$@" || status=$?

stopped=0
process_end "$server" || stopped=$?
server=''
if [ "$stopped" != 0 ] || grep -q 'still count as held' "$dir/err"; then
	tail -n 40 "$dir/err" >&2
	echo "with-server: the server ended with status $stopped" >&2
	[ "$status" != 0 ] || status=1
fi
exit "$status"
