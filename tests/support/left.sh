# shellcheck shell=bash
# left.sh - sourced: what is left of a run.
#
# A run has a temporary folder of its own (TMPDIR), and a process group. Its processes are those of the group, and those
# that have the folder in their environment or on their command line, or work in it. So nobody else's are counted.
# The caller and those that called it are never counted.

# left__marked FOLDER GROUP: /proc/PID of each process with a mark; some have ended meanwhile.
left__marked() {
	grep -lsF -e "$1" /proc/[0-9]*/environ /proc/[0-9]*/cmdline | sed 's|/[^/]*$||'
	find /proc/[0-9]*/cwd -maxdepth 0 -lname "$1*" -printf '%h\n' 2>/dev/null
	cat /proc/[0-9]*/stat 2>/dev/null | sed 's/^\([0-9]*\) (.*) /\1 /' |
		awk -v group="$2" '$4 == group { print "/proc/" $1 }'
}

# left__status NAME PROC: a line of /proc/PID/status.
left__status() { sed -n "s/^$1:[[:space:]]*//p" "$2/status" 2>/dev/null; }

# left_processes FOLDER GROUP: a line for each process: PID and command.
left_processes() {
	local proc callers=' ' at=$BASHPID words
	while [ -n "$at" ] && [ "$at" != 0 ]; do
		callers+="/proc/$at "
		at=$(left__status PPid "/proc/$at")
	done
	for proc in $(left__marked "$1" "$2" | sort -u); do
		if [[ $callers == *" $proc "* ]]; then continue; fi
		case $(left__status State "$proc") in
		'' | Z*) continue ;;
		esac
		words=$(tr '\0' ' ' 2>/dev/null <"$proc/cmdline") || true
		printf '%s %s\n' "${proc#/proc/}" "${words:-$(left__status Name "$proc")}"
	done 2>/dev/null
}

# left FOLDER GROUP: a line for each process and each file of the run, after the five seconds in which those may go that
# are about to end.
left() {
	local found files end=$((SECONDS + 5))
	while
		found=$(left_processes "$1" "$2")	# alone: what runs beside it would be found
		files=$(find "$1" -mindepth 1 -maxdepth 1 -printf 'file %f\n')
		found=${found:+process ${found//$'\n'/$'\n'process }}
		found+=${files:+${found:+$'\n'}$files}
		[ -n "$found" ] && [ "$SECONDS" -lt "$end" ]
	do
		sleep 0.1
	done
	[ -z "$found" ] || printf '%s\n' "$found"
}
