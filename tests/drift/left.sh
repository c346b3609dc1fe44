#!/usr/bin/env bash
# What tests start ends with them, however they end, and what is left all the same is found: tests/support/whole.sh.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1

whole=tests/support/whole.sh
dir=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null; rm -rf "$dir"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
bad=0

complain() { printf 'left.sh: %s\n' "$*"; bad=1; }
# is_there PID
is_there() { case $(sed -n 's/^State:[[:space:]]*//p' "/proc/$1/status" 2>/dev/null) in '' | Z*) return 1 ;; esac; }
# gone WHAT: the processes and folders that a run told of, one a line, are gone within seconds.
gone() {
	local thing try
	[ -s "$dir/told" ] || complain "$1: nothing was started"
	while read -r thing; do
		for ((try = 0; try < 300; try++)); do
			case $thing in
			/*) [ -e "$thing" ] || break ;;
			*) is_there "$thing" || break ;;
			esac
			sleep 0.1
		done
		[ "$try" -lt 300 ] || complain "$1: $thing is still there"
	done <"$dir/told"
}
# begin COMMAND...: in the background, hearing signals as from a terminal, also where this run ignores some (nohup);
# `pid` is its process.
begin() {
	set -m
	env --default-signal=INT,TERM,HUP "$@" >"$dir/out" 2>&1 &
	pid=$!
	set +m
}
# until_told LINES
until_told() {
	local try
	for ((try = 0; try < 600; try++)); do
		[ "$(wc -l <"$dir/told" 2>/dev/null || echo 0)" -lt "$1" ] || return 0
		sleep 0.1
	done
	complain "nothing was told: $(tail -n 3 "$dir/out")"
}
# status_is WHAT STATUS: of the last one that began.
status_is() {
	wait "$pid" 2>/dev/null
	local status=$?
	[ "$status" = "$2" ] || complain "$1: status $status, not $2"
}

# -- files are made in one place, which is below TMPDIR and is removed
grep -rnE '"/tmp/|mkdtemp|mkstemp' tests/unit fuzz --include='*.[ch]' | grep -v '^tests/unit/folder.h:' &&
	complain 'the lines above are for tests/unit/folder.h'
grep -rn 'tmpdir()' tests --include='*.ts' | grep -v '^tests/api/support/' &&
	complain 'the lines above are for newFolder()'

# -- what a run leaves is told, ended, and a failure
leave='mktemp -d; sleep 600 & echo $!; setsid sleep 600 & echo $!; cd "$TMPDIR" && env -i sleep 600 & echo $!'
"$whole" bash -c "($leave) >'$dir/told'" 2>"$dir/err"
[ $? = 1 ] || complain 'what was left is not a failure'
[ "$(grep -c '^process [0-9]* sleep 600' "$dir/err")" = 3 ] || complain "not all processes that were left are told"
[ "$(grep -c '^file tmp\.' "$dir/err")" = 1 ] || complain 'a folder that was left is not told'
gone 'a run that leaves something'

"$whole" bash -c 'rm -r "$(mktemp -d)"; sleep 0.2 & exit 7' 2>"$dir/err"
[ $? = 7 ] && [ ! -s "$dir/err" ] || complain 'a run that leaves nothing is a failure'

# -- a neighbour is left alone
begin "$whole" sh -c "echo \$\$ >'$dir/neighbour'; sleep 600"
neighbour=$pid

# -- interrupted
for signal in INT TERM HUP; do
	: >"$dir/told"
	begin "$whole" "$whole" bash -c "($leave) >'$dir/told'; sleep 600"
	until_told 4
	kill -s "$signal" "$pid"
	status_is "a run that gets SIG$signal" $((128 + $(kill -l "$signal")))
	gone "a run that gets SIG$signal"
done

# -- what stands beside a command: its server and its PostgreSQL
for signal in INT TERM; do
	: >"$dir/told"
	begin tests/support/with-postgres.sh tests/support/with-server.sh bash -c \
		"printf '%s\n' \$GUILDHALL_PID \$GUILDHALL_TEST_PG_DATA \$\$ >>'$dir/told'; sleep 600"
	until_told 3
	kill -s "$signal" "$pid"
	gone "beside a command that gets SIG$signal"
	status_is "beside a command that gets SIG$signal" $((128 + $(kill -l "$signal")))
done

# -- Vitest, with nothing around it
vitest() {
	: >"$dir/told"
	STARTS_HOW=$1 STARTS_TOLD=$dir/told begin env -u GUILDHALL_WHOLE node_modules/.bin/vitest run \
		--root tests/support/starts
	until_told 2
}
for how in fail load; do
	vitest "$how"
	status_is "a test that does not end well ($how)" 1
	gone "a test that does not end well ($how)"
done
for signal in INT TERM KILL; do
	vitest hang
	disown "$pid"			# so that nothing is said about its end
	kill -s "$signal" "$pid"
	gone "a test whose Vitest gets SIG$signal"
done

is_there "$(cat "$dir/neighbour")" || complain 'a neighbour was ended'
kill "$neighbour"
wait "$neighbour" 2>/dev/null
exit "$bad"
