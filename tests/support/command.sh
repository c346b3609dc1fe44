# shellcheck shell=bash
# command.sh - sourced: how a script runs the command that it is for, and ends what it started beside it.
#
# On INT, TERM or HUP the command is asked to end, and then the script ends. Its EXIT trap tidies up.

command_pid=''

# command_end STATUS: a trap.
command_end() {
	trap '' INT TERM HUP
	[ -z "$command_pid" ] || { kill "$command_pid" && wait "$command_pid"; } 2>/dev/null || true
	exit "$1"
}
trap 'command_end 130' INT
trap 'command_end 143' TERM
trap 'command_end 129' HUP

# command_run CMD...: its status. A shell that waits hears signals at once; one with a command in front does not.
command_run() {
	local status=0
	(trap - INT QUIT; exec "$@") <&0 &	# neither deaf to Ctrl-C nor without input, as `&` alone makes it
	command_pid=$!
	wait "$command_pid" || status=$?
	command_pid=''
	return "$status"
}

# process_end PID: asks a process of this shell to end, and waits for it; its status. One that does not in 40 seconds is
# killed.
process_end() {
	local status=0 try
	kill "$1" 2>/dev/null || true
	for ((try = 0; try < 400; try++)); do
		case $(sed -n 's/^State:[[:space:]]*//p' "/proc/$1/status" 2>/dev/null) in
		'' | Z*) break ;;
		esac
		sleep 0.1
	done
	kill -KILL "$1" 2>/dev/null || true
	wait "$1" || status=$?
	return "$status"
}
