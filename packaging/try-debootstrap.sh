#!/usr/bin/env bash
# try-debootstrap.sh [SUITE] - the README's two commands on a Debian that has nothing (default bookworm).
#
# Makes a minimal root, copies this tree into it (what git would see), does ./dev run there, asks the server for its
# status, then does ./dev test, and removes the root. Needs root, debootstrap, git, and this machine's apt sources.
# Takes a quarter of an hour; SKIP_TEST=1 leaves the tests out, KEEP=1 leaves the root for a look.
set -euo pipefail
cd "$(dirname "$0")/.."

suite=${1:-bookworm}
[ "$(id -u)" = 0 ] || { echo 'try-debootstrap: needs root' >&2; exit 1; }
command -v debootstrap >/dev/null || { echo 'try-debootstrap: apt-get install debootstrap' >&2; exit 1; }

# The mirror that this machine uses, and how it gets there.
# shellcheck disable=SC2016 # the format is apt's
mirror=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' "Codename: $suite" | grep -v security | head -n 1)
[ -n "$mirror" ] || { echo "try-debootstrap: no apt source for $suite here" >&2; exit 1; }

root=$(mktemp -d "${TMPDIR:-/tmp}/guildhall-root.XXXXXX")
cleanup() {
	umount -q "$root/dev/shm" "$root/proc" 2>/dev/null || true
	if [ -n "${KEEP:-}" ]; then echo "kept: $root"; else rm -rf --one-file-system "$root"; fi
}
chmod 755 "$root"	# other users are to pass through it
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

debootstrap --variant=minbase --include=ca-certificates "$suite" "$root" "$mirror"
mkdir -p "$root/etc/apt" "$root/src"
cp -a /etc/apt/. "$root/etc/apt/"
cp /etc/resolv.conf "$root/etc/resolv.conf"
cp -a /etc/ssl/certs/. "$root/etc/ssl/certs/"
cp -aL /usr/local/share/ca-certificates/. "$root/usr/local/share/ca-certificates/" 2>/dev/null || true
git ls-files -co --exclude-standard -z | tar -c --null -T - --ignore-failed-read | tar -x -C "$root/src"
mount -t proc proc "$root/proc"
mkdir -p "$root/dev/shm"
mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"	# PostgreSQL shares memory there

inside() {
	env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 \
		${http_proxy:+http_proxy="$http_proxy"} ${https_proxy:+https_proxy="$https_proxy"} chroot "$root" "$@"
}

start=$SECONDS
# shellcheck disable=SC2016 # expanded inside
inside bash -c 'cd /src && ./dev build'
# ./dev run as a newcomer starts it, but on free ports; the status page answers without a token.
inside bash -c '
	cd /src
	./dev run --port 0 --admin-port 0 >/tmp/out 2>/tmp/err &
	server=$!
	for _ in $(seq 100); do
		base=$(sed -n "s/^core http:..[^:]*:\([0-9]*\)$/\1/p" /tmp/out)
		[ -z "$base" ] || break
		sleep 0.1
	done
	[ -n "$base" ] || { cat /tmp/out /tmp/err; exit 1; }
	exec 3<>"/dev/tcp/127.0.0.1/$base"
	printf "GET /api/status HTTP/1.1\r\nHost: localhost:%s\r\nConnection: close\r\n\r\n" "$base" >&3
	head -n 1 <&3
	kill "$server"
	wait "$server"' | tee "$root/answer"
grep -q '^HTTP/1.1 204' "$root/answer" || { echo 'try-debootstrap: the server did not answer 204' >&2; exit 1; }
[ -n "${SKIP_TEST:-}" ] || inside bash -c 'cd /src && ./dev test' ||
	{ echo 'try-debootstrap: ./dev test failed' >&2; exit 1; }
echo "try-debootstrap: a fresh $suite serves and passes after $((SECONDS - start)) s"
