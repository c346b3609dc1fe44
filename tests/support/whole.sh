#!/usr/bin/env bash
# whole.sh CMD... - runs CMD, and whatever CMD starts ends with it: processes, and files in the temporary folder.
#
# CMD has a temporary folder of its own (TMPDIR) and is the leader of a process group. What is left when it ends is told,
# killed and removed. On INT, TERM or HUP all are asked to end and have 20 seconds for it; then the same is done.
# CMD knows by GUILDHALL_WHOLE, the number of this process, that it is run so.
# The exit status is that of CMD; 1 if it is 0 and something was left.
set -uo pipefail

[ $# -gt 0 ] || { echo "usage: whole.sh CMD..." >&2; exit 2; }
# shellcheck source=tests/support/left.sh
. "$(dirname "$0")/left.sh"

folder=$(mktemp -d "${TMPDIR:-/tmp}/guildhall-run.XXXXXX") || exit 1
chmod 711 "$folder"		# other users have folders in it: PostgreSQL, and tests about permissions
job=''

# signal NAME: sends it to all that is left; status 1 when nothing is.
signal() {
	local pids
	pids=$(left_processes "$folder" "$job" | sed 's/ .*//')
	[ -n "$pids" ] || return 1
	# shellcheck disable=SC2086 # words
	kill -s "$1" $pids 2>/dev/null || true
}

remove() {
	trap '' INT TERM HUP
	while signal KILL; do sleep 0.1; done	# what is killed may have started something meanwhile
	rm -rf "$folder"
}
trap remove EXIT

# interrupt STATUS
interrupt() {
	local end=$((SECONDS + 20))
	trap '' INT TERM HUP
	signal TERM
	while signal 0 && [ "$SECONDS" -lt "$end" ]; do sleep 0.2; done
	exit "$1"
}
trap 'interrupt 130' INT
trap 'interrupt 143' TERM
trap 'interrupt 129' HUP

set -m				# a group of its own
TMPDIR=$folder GUILDHALL_WHOLE=$$ "$@" &
job=$!
set +m
wait "$job"
status=$?

found=$(left "$folder" "$job")
if [ -n "$found" ]; then
	printf 'whole.sh: left behind by %s:\n%s\n' "$1" "$found" >&2
	[ "$status" != 0 ] || status=1
fi
exit "$status"
