#!/usr/bin/env bash
# with-postgres.sh CMD... - runs CMD with a PostgreSQL of its own, which is gone afterwards.
#
# It listens on a free loopback port, trusts who connects there, and is durable (fsync on, as by default).
# CMD finds in its environment
#   GUILDHALL_TEST_PG       postgres://guildhall@127.0.0.1:PORT (a superuser; make databases with createdb)
#   GUILDHALL_TEST_PG_BIN   the folder of initdb, pg_ctl, createdb, psql
#   GUILDHALL_TEST_PG_DATA  its data folder, and GUILDHALL_TEST_PG_USER its system user, for tests that kill it
# The exit status is that of CMD. With GUILDHALL_TEST_PG_KEEP=FOLDER the server's data lie there and stay, for the next CMD.
set -euo pipefail

[ $# -gt 0 ] || { echo "usage: with-postgres.sh CMD..." >&2; exit 2; }
# shellcheck source=tests/support/command.sh
. "$(dirname "$0")/command.sh"

bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
[ -x "$bin/initdb" ] || { echo "with-postgres: no PostgreSQL server here (Debian package: postgresql)" >&2; exit 1; }

# PostgreSQL refuses to run as root.
user=$(id -un)
as=()
if [ "$(id -u)" = 0 ]; then
	user=nobody
	getent passwd postgres >/dev/null && user=postgres
	as=(runuser -u "$user" --)
fi

if [ -n "${GUILDHALL_TEST_PG_KEEP:-}" ]; then
	mkdir -p "$GUILDHALL_TEST_PG_KEEP"
	dir=$(cd "$GUILDHALL_TEST_PG_KEEP" && pwd)
else
	dir=$(mktemp -d "${TMPDIR:-/tmp}/guildhall-pg.XXXXXX")
fi
chown "$user" "$dir"
caller=$PWD
cd "$dir"				# a folder that the system user may enter
data=$dir/data

stop() {
	trap '' INT TERM HUP
	if [ -n "${GUILDHALL_TEST_PG_KEEP:-}" ]; then
		"${as[@]}" "$bin/pg_ctl" -D "$data" -m fast -w stop >/dev/null 2>&1 || true
		return
	fi
	"${as[@]}" "$bin/pg_ctl" -D "$data" -m immediate -w stop >/dev/null 2>&1 || true
	cd /
	rm -rf "$dir"
}
trap stop EXIT

[ -e "$data/PG_VERSION" ] || "${as[@]}" "$bin/initdb" -D "$data" -U guildhall --auth=trust --encoding=UTF8 --locale=C --no-instructions \
	>"$dir/initdb.log" 2>&1 ||
	{ cat "$dir/initdb.log" >&2; exit 1; }

# A port may be taken between choosing and listening: try a few.
port=''
for _ in 1 2 3 4 5 6 7 8; do
	try=$((20000 + (RANDOM * 32768 + RANDOM) % 12000))
	if "${as[@]}" "$bin/pg_ctl" -D "$data" -l "$data/log" -w -t 60 start -o \
	    "-p $try -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=200" \
		>/dev/null 2>&1; then
		port=$try
		break
	fi
done
[ -n "$port" ] || { tail -n 20 "$data/log" >&2; echo "with-postgres: PostgreSQL does not start" >&2; exit 1; }

export GUILDHALL_TEST_PG="postgres://guildhall@127.0.0.1:$port"
export GUILDHALL_TEST_PG_BIN=$bin GUILDHALL_TEST_PG_DATA=$data GUILDHALL_TEST_PG_USER=$user
cd "$caller"
command_run "$@"
